"""Applications over HTTP: handed in, supplemented, read; and the close of registration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.contracts.registration import PublicVendor
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ForbiddenError
from common.tokens import Role
from common.web import Caller, Cursor, Limit, Page, Strict, Uow, allow, new_router, page_of
from common.web.models import decode_id_cursor
from registration.amendments.domain import Amender
from registration.applications import handlers, repository
from registration.applications.domain import Application, ApplicationState
from registration.applications.handlers import Check, Reviewed, Submission
from registration.applications.repository import Consent, Selection
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.api import DossierEntry
from registration.dossiers.domain import BoothWishes, Product
from registration.dossiers.repository import StoredDossier
from registration.editions import repository as editions
from registration.editions.api import EditionView
from registration.editions.states import EditionState
from registration.milestones.api import Nothing
from registration.vendors import repository as vendors
from registration.vendors.domain import Vendor
from registration.vetting import handlers as vetting
from registration.vetting.api import EvaluationView
from registration.vetting.handlers import Explained

router = new_router("applications")


class ConsentEntry(Strict):
    """Consent to one purpose, to a text of a version."""

    purpose: Code
    text_version: Code


class SubmissionEntry(Strict):
    """What the vendor declares when it hands in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"undertaking": True, "consents": [{"purpose": "take_part", "text_version": "2020-07"}]}]
        }
    )

    undertaking: bool
    consents: Annotated[tuple[ConsentEntry, ...], Field(max_length=20)]


class ApplicationView(BaseModel):
    """An application with its dossier and what the rules last said; no contact, no person.

    In an edition that is over (``edition_state``) it is neither handed in, changed, appealed for nor decided on any more,
    whatever its own ``state``; only its acceptance may be taken back until the result is reported.
    """

    application_id: UUID
    edition_id: UUID
    edition_state: str
    vendor_id: UUID
    vendor: PublicVendor
    channel: str
    nominating_agency_code: str | None
    rank: int | None
    state: str
    revision: int
    submitted_at: datetime | None
    reply_by_at: datetime | None
    decided_at: datetime | None
    has_appealed: bool
    reason_codes: tuple[str, ...]
    booths_wanted: int
    products: tuple[Product, ...]
    product_ids: tuple[UUID, ...]
    paper_kinds: tuple[str, ...]
    wishes: BoothWishes
    brought_by: str | None
    evaluation: EvaluationView | None


_SAME = (
    "application_id",
    "edition_id",
    "vendor_id",
    "channel",
    "nominating_agency_code",
    "rank",
    "state",
    "revision",
    "submitted_at",
    "reply_by_at",
    "decided_at",
    "has_appealed",
    "reason_codes",
)


def _view(
    application: Application,
    edition_state: EditionState,
    vendor: Vendor,
    newest: StoredDossier,
    explained: Explained | None,
) -> ApplicationView:
    return ApplicationView(
        edition_state=edition_state,
        vendor=dossiers.to_public_vendor(vendor),
        booths_wanted=newest.dossier.booths_wanted,
        products=newest.dossier.products,
        product_ids=newest.product_ids,
        paper_kinds=tuple(document.kind for document in newest.dossier.documents),
        wishes=newest.dossier.wishes,
        brought_by=newest.dossier.brought_by,
        evaluation=explained and EvaluationView.of(explained),
        **{name: getattr(application, name) for name in _SAME},
    )


def view_of_reviewed(reviewed: Reviewed) -> ApplicationView:
    """Return an application that was judged just now as its readers see it."""
    subject = reviewed.vetted.judgement.subject
    return _view(reviewed.application, subject.edition.state, subject.vendor, subject.stored, reviewed.vetted.explained)


async def views_of(uow: UnitOfWork, applications: Sequence[Application]) -> list[ApplicationView]:
    """Return applications as their readers see them."""
    ids = [application.application_id for application in applications]
    known = await vendors.list_vendors(uow.session, {application.vendor_id for application in applications})
    stored = await dossier_repository.list_newest(uow.session, ids)
    evaluations = await vetting.explain_newest(uow, ids)
    states = await editions.list_states(uow.session, {application.edition_id for application in applications})
    return [
        _view(
            one,
            states[one.edition_id],
            known[one.vendor_id],
            stored[one.application_id],
            evaluations.get(one.application_id),
        )
        for one in applications
    ]


async def view_of(uow: UnitOfWork, application: Application) -> ApplicationView:
    return (await views_of(uow, [application]))[0]


async def _get_own(uow: UnitOfWork, application_id: UUID, caller: Caller) -> Application:
    """Return an application that the caller may see: a vendor its own, a province those that it nominated."""
    application = await repository.get_application(uow.session, application_id)
    check_own(caller)(application)
    return application


def check_own(caller: Caller) -> Check:
    """Return the check that the caller may have to do with an application: as a vendor, or as who nominated it."""

    def check(application: Application) -> None:
        foreign_to_vendor = caller.role is Role.VENDOR and caller.vendor_id != application.vendor_id
        is_nominator = caller.agency_code is not None and caller.agency_code == application.nominating_agency_code
        if foreign_to_vendor or (caller.role is Role.PROVINCE and not is_nominator):
            raise ForbiddenError("Hồ sơ này không phải của người gọi.", "The application is not the caller's.")

    return check


def amender_of(caller: Caller) -> Amender:
    """Return the caller as the history of amendments names it."""
    kind = {Role.VENDOR: "vendor", Role.PROVINCE: "agency"}.get(caller.role, "organiser")
    return Amender(kind, caller.subject, caller.agency_code, caller.province_code)


@router.post("/applications/{application_id}/submission", dependencies=[allow(Role.VENDOR)])
async def submit(application_id: UUID, entry: SubmissionEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Hand in the dossier; the rules judge it at once."""
    consents = [Consent(consent.purpose, consent.text_version) for consent in entry.consents]
    submission = Submission(entry.undertaking, consents, caller.subject)
    return view_of_reviewed(await handlers.submit_application(uow, application_id, submission, check_own(caller)))


@router.put("/applications/{application_id}/dossier", dependencies=[allow(Role.VENDOR)])
async def supplement(application_id: UUID, entry: DossierEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Replace the dossier of a draft or of a returned application; hand it in afterwards."""
    return await view_of(
        uow, await handlers.supplement_dossier(uow, application_id, entry.to_dossier(), check_own(caller))
    )


@router.get(
    "/applications/{application_id}",
    dependencies=[allow(Role.VENDOR, Role.PROVINCE, Role.REVIEWER, Role.ORGANISER, Role.COMMITTEE)],
)
async def get_application(application_id: UUID, uow: Uow, caller: Caller) -> ApplicationView:
    """Return an application with its newest dossier and evaluation."""
    return await view_of(uow, await _get_own(uow, application_id, caller))


@router.get(
    "/editions/{edition_id}/applications",
    dependencies=[allow(Role.PROVINCE, Role.REVIEWER, Role.ORGANISER, Role.COMMITTEE)],
)
async def list_applications(
    edition_id: UUID,
    uow: Uow,
    caller: Caller,
    state: ApplicationState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ApplicationView]:
    """List an edition's applications as they came in; a province sees those that it nominated."""
    agency = (caller.agency_code or "-") if caller.role is Role.PROVINCE else None
    after = decode_id_cursor(cursor)
    found = await repository.list_applications(uow.session, Selection(edition_id, state, agency), after, limit + 1)
    page = page_of(found, limit, lambda application: application.application_id)
    return Page(items=await views_of(uow, page.items), next_cursor=page.next_cursor)


@router.post("/editions/{edition_id}/closing", dependencies=[allow(Role.ORGANISER)])
async def close_registration(edition_id: UUID, uow: Uow, _entry: Nothing | None = None) -> EditionView:
    """Close the registration and tell how many came in."""
    return EditionView.of(await handlers.close_registration(uow, edition_id))
