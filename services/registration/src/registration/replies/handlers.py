"""What a vendor does by the link of its application: hands papers in, hands in again, corrects, appeals."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError, NotFoundError
from registration.amendments import repository as amendments
from registration.amendments.domain import Amender, Amendment, Grounds
from registration.appeals import handlers as appeals
from registration.appeals import repository as appeal_repository
from registration.appeals.domain import Appeal
from registration.applications import domain
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application
from registration.applications.handlers import Submission
from registration.dossiers import repository as dossiers
from registration.dossiers.domain import Document, Product
from registration.draft_submissions import handlers as draft_submissions
from registration.drafts import repository as drafts
from registration.drafts.domain import Draft
from registration.drafts.handlers import Holder
from registration.editions import handlers as edition_acts
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.editions.endings import OVER
from registration.evidence import handlers as evidence
from registration.evidence.domain import MOST_PART_BYTES, Declared, Paper
from registration.evidence.handlers import Depot
from registration.freezes import handlers as freezes
from registration.renewals import handlers as renewals
from registration.renewals.domain import Renewal, check_open, is_open
from registration.renewals.handlers import Desk
from registration.rules.domain import in_force
from registration.vendors.repository import find_contact
from registration.vetting import handlers as vetting
from registration.withdrawals import handlers as withdrawals
from registration.withdrawals.domain import VENDOR

LINK = Holder()
ROLE = "vendor"
"""As whom the record of readings names the holder of the link."""


@dataclass(frozen=True)
class Brought:
    """A paper with its file as it was sent; ``field`` is its place in the form."""

    declared: Declared
    read: Callable[[], Awaitable[bytes]]
    size: int
    field: str


@dataclass(frozen=True)
class Standing:
    """Where an application stands; ``appeal_until`` is None where no appeal is taken, ``language`` the vendor's own.

    ``is_awaited``: it would be taken if it were handed in now.
    """

    application: Application
    edition: Edition
    papers: list[evidence.Shown]
    history: list[Amendment]
    appeal: Appeal | None
    appeal_until: datetime | None
    language: str | None
    groups: Mapping[str, str]
    provinces: Mapping[str, str]
    renewable: Mapping[str, Product]
    is_awaited: bool


async def look(uow: UnitOfWork, application_id: UUID) -> Standing:
    """Return where an application stands, with its papers and its history."""
    application = await application_repository.get_application(uow.session, application_id)
    edition = await editions.get_edition(uow.session, application.edition_id)
    packs = await vetting.get_packs(uow, edition)
    at = freezes.clock_of(edition, uow.now)
    paused = await edition_acts.read_pause(uow, edition.edition_id, application.decided_at or at, at)
    until = domain.appeal_until(application, packs.eligibility.deadlines.appeal_working_days, paused)
    contact = await find_contact(uow.session, application.vendor_id)
    return Standing(
        application=application,
        edition=edition,
        papers=await evidence.list_papers(uow, application_id, draft_submissions.may_touch),
        history=await amendments.list_amendments(uow.session, application_id),
        appeal=await appeal_repository.find_appeal(uow.session, application_id),
        appeal_until=until if until is not None and at <= until and edition.state not in OVER else None,
        language=contact and contact.language,
        groups=in_force("product_groups", packs.products.product_groups, edition.planned.first).labels,
        provinces={row.code: row.name_vi for row in packs.register.rows},
        renewable=await _list_renewable(uow, application, edition),
        is_awaited=applications.takes_now(edition, application, uow),
    )


async def _list_renewable(uow: UnitOfWork, application: Application, edition: Edition) -> dict[str, Product]:
    """Return the products whose certificates may be renewed now, by their ids as the form sends them."""
    if not is_open(application.state, edition.state):
        return {}
    stored = (await dossiers.list_newest(uow.session, [application.application_id]))[application.application_id]
    products = zip(stored.product_ids, stored.dossier.products, strict=True)
    return {str(product_id): product for product_id, product in products if product.certificate is not None}


async def add_paper(uow: UnitOfWork, depot: Depot, application_id: UUID, brought: Brought) -> None:
    """Keep a paper that was missing, and name it in the dossier that is handed in next.

    Raises InvalidInputError naming each field, ApplicationStateError where no supplement is awaited.
    """
    application, _ = await applications.open_application(uow, application_id)
    domain.check_supplement(application)
    document = await _keep(uow, depot, application_id, brought)
    newest = (await dossiers.list_newest(uow.session, [application_id]))[application_id].dossier
    others = tuple(one for one in newest.documents if one != document)
    supplemented = replace(newest, documents=(*others, document))
    await applications.supplement_dossier(uow, application_id, supplemented, draft_submissions.may_touch)
    await _name_in_draft(uow, application, document)


async def _name_in_draft(uow: UnitOfWork, application: Application, document: Document) -> None:
    """Name a paper also in the correction that lies open: filled in before, it would leave the paper out when it is sent."""
    known = await drafts.find_draft_of(uow.session, application.application_id)
    draft = None if known is None else await drafts.lock_draft(uow.session, application.edition_id, known)
    if draft is None or draft.content is None:
        return
    papers = [*(draft.content.get("documents") or ()), asdict(document)]
    content = {**draft.content, "documents": papers}
    await drafts.save_draft(
        uow.session, replace(draft, content=content, version=draft.version + 1, save_key=None, saved_at=uow.now)
    )


async def _keep(uow: UnitOfWork, depot: Depot, application_id: UUID, brought: Brought) -> Document:
    """Take a file as the counter for papers takes it part by part, with all its checks; mistakes name its place."""
    try:
        await _upload(uow, depot, application_id, brought)
    except InvalidInputError as error:
        placed = [replace(one, field=f"{brought.field}.{one.field}") for one in error.problems]
        raise InvalidInputError(placed) from None
    return Document(**asdict(brought.declared))


async def _upload(uow: UnitOfWork, depot: Depot, application_id: UUID, brought: Brought) -> None:
    check = draft_submissions.may_touch
    upload = await evidence.begin_upload(uow, application_id, brought.declared, brought.size, LINK.name, check)
    content = await brought.read()
    for first in range(0, len(content), MOST_PART_BYTES):
        part = content[first : first + MOST_PART_BYTES]
        await evidence.take_part(uow, upload.upload_id, first, part, check)
    await evidence.complete_upload(uow, depot, upload.upload_id, LINK.name, check)


async def hand_in(uow: UnitOfWork, application_id: UUID, submission: Submission) -> None:
    """Hand the application in, also anew after a return."""
    await applications.submit_application(uow, application_id, submission, draft_submissions.may_touch)


async def file_appeal(
    uow: UnitOfWork, depot: Depot, application_id: UUID, statement: str | None, brought: Sequence[Brought]
) -> None:
    """Appeal against a rejection with what is said and the papers that were sent, one file in memory at a time."""
    added = [await _keep(uow, depot, application_id, one) for one in brought]
    check = draft_submissions.may_touch
    await appeals.file_appeal(uow, application_id, statement, added, LINK.name, check)


async def renew(uow: UnitOfWork, depot: Depot, application_id: UUID, brought: Brought, renewal: Renewal) -> None:
    """Keep the file of a new certificate and enter it; it counts as stated until somebody looks at the file."""
    application, edition = await applications.open_application(uow, application_id)
    check_open(application.state, edition.state)
    await _keep(uow, depot, application_id, brought)
    desk = Desk(Amender(VENDOR, LINK.name))
    await renewals.renew_certificates(uow, application_id, [renewal], desk, None, draft_submissions.may_touch)


async def open_correction(uow: UnitOfWork, application_id: UUID) -> Draft:
    """Return the draft in which the rest of the application is put right; there is one by link for an application."""
    application, _ = await applications.open_application(uow, application_id)
    known = await drafts.find_draft_of(uow.session, application_id)
    if known is not None:
        return await draft_submissions.open_for_change(uow, application.edition_id, known, LINK)
    return (await draft_submissions.draft_change(uow, application_id, LINK, draft_submissions.may_touch)).draft


async def withdraw(uow: UnitOfWork, application_id: UUID, reason_code: str, note: str | None) -> None:
    """Withdraw the application for good, for a reason of the list; raises InvalidInputError, ApplicationStateError."""
    by, grounds = Amender(VENDOR, LINK.name), Grounds(reason_code, note)
    await withdrawals.withdraw_application(uow, application_id, by, grounds, draft_submissions.may_touch)


async def read_file(uow: UnitOfWork, depot: Depot, application_id: UUID, evidence_id: UUID) -> tuple[Paper, bytes]:
    """Hand a paper of this application out, and record it; raises NotFoundError for one of another."""

    def check(application: Application) -> None:
        if application.application_id != application_id:
            raise NotFoundError("evidence", evidence_id)

    return await evidence.read_file(uow, depot, evidence_id, LINK.name, ROLE, check)
