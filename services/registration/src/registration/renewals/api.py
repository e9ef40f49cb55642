"""New certificates of accepted applications over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.applications.api import ApplicationView, amender_of, check_own, view_of
from registration.assignments.domain import Reviewer
from registration.dossiers.api import DecisionEntry, RowText
from registration.dossiers.domain import CertificateEntry, Decision
from registration.renewals import handlers
from registration.renewals.domain import Renewal
from registration.renewals.handlers import Desk

router = new_router("applications")


class NewCertificate(Strict):
    number: RowText
    issued_on: date


class RenewalEntry(Strict):
    """A product's new certificate; ``decision`` and ``stars`` where they are other ones than before."""

    product_id: UUID
    certificate: NewCertificate
    decision: DecisionEntry | None = None
    stars: Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 5})] | None = None

    def to_renewal(self) -> Renewal:
        decision = Decision(**self.decision.model_dump()) if self.decision else None
        return Renewal(self.product_id, CertificateEntry(**self.certificate.model_dump()), decision, self.stars)


class RenewalsEntry(Strict):
    """The new certificates of an accepted application, and what is to be said of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "products": [
                        {
                            "product_id": "01890a5d-ac96-774b-bcce-b302099a8057",
                            "certificate": {"number": "HG-115", "issued_on": "2020-07-01"},
                            "stars": 4,
                        }
                    ]
                }
            ]
        }
    )

    products: Annotated[tuple[RenewalEntry, ...], Field(max_length=50)]
    note: Paragraph | None = None


@router.post(
    "/applications/{application_id}/renewals",
    status_code=201,
    dependencies=[allow(Role.VENDOR, Role.ORGANISER, Role.REVIEWER)],
)
async def renew(application_id: UUID, entry: RenewalsEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Enter new certificates of an accepted application; nothing else of it changes, and the rules judge it at once."""
    is_reviewer = caller.role is Role.REVIEWER
    reviewer = Reviewer(caller.agency_code, caller.province_code, caller.subject) if is_reviewer else None
    renewals = [one.to_renewal() for one in entry.products]
    desk = Desk(amender_of(caller), reviewer)
    renewed = await handlers.renew_certificates(uow, application_id, renewals, desk, entry.note, check_own(caller))
    return await view_of(uow, renewed)
