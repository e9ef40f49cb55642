"""Changing an application over HTTP."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router, public
from registration.amendments.domain import Grounds
from registration.applications.api import ApplicationView, amender_of, check_own, view_of
from registration.dossiers.api import DossierEntry
from registration.intake.api import ENTRY_EXAMPLE, VendorEntry
from registration.revisions import handlers
from registration.revisions.domain import REASONS
from registration.revisions.handlers import Change
from registration.vendors.api import ContactEntry

router = new_router("applications")


class ChangeEntry(Strict):
    """What the application is to say, and why it is changed; a part left out stays as it is.

    The note is kept with the application, told to nobody, and should name no person; the organiser must give one.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason_code": "corrected", "vendor": ENTRY_EXAMPLE["vendor"]}]}
    )

    reason_code: Code
    note: Paragraph | None = None
    vendor: VendorEntry | None = None
    contact: ContactEntry | None = None
    dossier: DossierEntry | None = None

    def to_change(self) -> Change:
        return Change(
            self.vendor and self.vendor.to_vendor(),
            self.contact and self.contact.to_contact(),
            self.dossier and self.dossier.to_dossier(),
        )


class ReasonForChangeView(BaseModel):
    """A reason of the list."""

    code: str
    vi: str
    en: str
    needs_note: bool


@router.get("/amendment-reasons", dependencies=[public])
async def list_reasons() -> list[ReasonForChangeView]:
    """List the reasons for which an application may be changed."""
    return [ReasonForChangeView(code=code, **vars(reason)) for code, reason in REASONS.items()]


@router.post(
    "/applications/{application_id}/amendments", status_code=201, dependencies=[allow(Role.VENDOR, Role.ORGANISER)]
)
async def amend(application_id: UUID, entry: ChangeEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Change an application, with its history; frozen fields are changed by the organiser only, with a note."""
    grounds = Grounds(entry.reason_code, entry.note)
    amended = await handlers.amend_application(
        uow, application_id, entry.to_change(), amender_of(caller), grounds, check_own(caller)
    )
    return await view_of(uow, amended)
