"""Takes in the vendors of a workbook that came back: the good and new ones as a list, changed ones as amendments."""

from collections.abc import Sequence
from uuid import UUID

from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from registration.applications.domain import Application
from registration.intake.handlers import Known
from registration.nominations import handlers as nominations
from registration.nominations.handlers import NominationList
from registration.vendors import handlers as vendors
from registration.vendors import repository as vendor_repository
from registration.workbooks import repository
from registration.workbooks.amending import amend
from registration.workbooks.checking import Taking, check, read_letter
from registration.workbooks.entries import content_from
from registration.workbooks.forms import Own
from registration.workbooks.matching import Case, Memory, make_cases, with_stored_keys
from registration.workbooks.merging import Step, digest_of_content
from registration.workbooks.repository import TakenRow
from registration.workbooks.telling import Taken


async def take(uow: UnitOfWork, taking: Taking) -> Taken:
    """Take in what is good, and return what became of every vendor."""
    edition, sender = taking.edition, taking.sender
    await vendor_repository.lock_intake(uow.session)
    own = await repository.list_own(uow.session, edition.edition_id, sender.agency_code, lock=True)
    memory = await _remember(uow, taking, own)
    cases = make_cases(taking.book, taking.read.groups, own, memory, sender.province_code)
    document, letter_problems = read_letter(taking.book, uow.now)
    known = await check(uow, taking, cases, document)
    new = [case for case in cases if case.is_new and case.group.is_good and not letter_problems]
    drafts = list(zip(new, await _take_new(uow, taking, new, document, known), strict=True))
    amended = await amend(uow, taking, [case for case in cases if not case.is_new and case.group.is_good])
    await _keep_taken(uow, taking, cases, drafts)
    return Taken(cases, own, drafts, amended, letter_problems)


async def _remember(uow: UnitOfWork, taking: Taking, own: Sequence[Own]) -> Memory:
    rows = await repository.list_rows(uow.session, taking.edition.edition_id, taking.sender.agency_code)
    digests = await repository.list_digests(uow.session, [one.application_id for one in own])
    memory = Memory(
        owners={key: row.application_id for key, row in rows.items()},
        products={key: row.product_id for key, row in rows.items() if row.product_id is not None},
        rows={key: row.digest for key, row in rows.items()},
        vendors=digests,
    )
    return with_stored_keys(memory, own)


async def _take_new(
    uow: UnitOfWork, taking: Taking, new: Sequence[Case], document: LegalDocument | None, known: Known
) -> list[Application]:
    """Store the vendors that are good and new as a list handed in as JSON is stored."""
    if not new:
        return []
    sender = taking.sender
    listed = NominationList(sender.agency_code, sender.province_code, document, [case.entry for case in new])
    return await nominations.store_checked(uow, taking.edition, taking.source, listed, known)


async def _keep_taken(
    uow: UnitOfWork, taking: Taking, cases: Sequence[Case], drafts: Sequence[tuple[Case, Application]]
) -> None:
    """Remember whose each row is and what it said, so that the same workbook brings nothing twice."""
    owners = [(case, draft.application_id, draft.vendor_id) for case, draft in drafts]
    owners += [
        (case, case.own.application_id, case.own.application.vendor_id)
        for case in cases
        if case.own is not None and case.group.is_good and _is_as_said(case)
    ]
    names = [(vendor_id, product.name) for case, _, vendor_id in owners for product in case.entry.dossier.products]
    ids = await vendors.identify_products(uow, names) if names else {}
    rows: list[TakenRow] = []
    digests: dict[UUID, str] = {}
    for case, application_id, vendor_id in owners:
        for line, product in zip(case.group.lines, case.entry.dossier.products, strict=False):
            rows.append(TakenRow(line.key, application_id, ids[vendor_id, product.name], line.digest))
        rows += [TakenRow(line.key, application_id, None, line.digest) for line in case.group.papers]
        entry = case.entry
        contact = vendors.tidy_contact(entry.contact)
        stored = content_from(vendors.tidy_vendor(entry.vendor), contact, entry.dossier)
        digests[application_id] = digest_of_content(stored)
    keyed = [row for row in rows if row.row_key]
    await repository.save_taken(uow.session, taking.edition.edition_id, taking.sender.agency_code, keyed, digests)


def _is_as_said(case: Case) -> bool:
    """Tell whether what is stored of a vendor is now what its rows say."""
    return case.merged is not None and (not case.merged.changes or case.step is Step.AMEND)
