"""Takes in a province's list: the whole of it, or nothing and every mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem
from registration.agencies import handlers as agencies
from registration.agencies import repository as registers
from registration.applications.domain import Application
from registration.editions.domain import Edition
from registration.intake import handlers as intake
from registration.intake.handlers import Entry, Known, Source
from registration.nominations import repository
from registration.nominations.domain import ForeignBody, ListedVendor, check_foreign, check_list
from registration.nominations.repository import Nomination
from registration.papers import handlers as papers


@dataclass(frozen=True)
class NominationList:
    """A list with the agency that hands it in and the letter that carries it."""

    agency_code: str
    province_code: str | None
    document: LegalDocument | None
    entries: Sequence[Entry]


async def nominate_vendors(uow: UnitOfWork, edition_id: UUID, nominated: NominationList) -> list[Application]:
    """Store each vendor of a list as a draft; raises InvalidInputError with all mistakes, then nothing is stored."""
    source = source_of(uow, nominated)
    edition = await intake.open_edition(uow, edition_id, source)
    problems = await problems_of(uow, nominated)
    drafts = await intake.take_in(uow, edition, source, nominated.entries, problems=problems)
    await _keep(uow, edition, source, nominated.document)
    return drafts


def source_of(uow: UnitOfWork, nominated: NominationList) -> Source:
    """Return a new nomination as the source of a list's entries."""
    return Source("nominated", nominated.agency_code, nominated.province_code, uow.new_id())


async def problems_of(uow: UnitOfWork, nominated: NominationList) -> list[FieldProblem]:
    """Return what is wrong with a list as a list: its agency, its letter, its ranks, vendors of other provinces."""
    problems = await agencies.check_known_agencies(uow, {"agency_code": nominated.agency_code})
    problems += papers.problems_of(nominated.document, uow.now, required=True)
    rows = [
        ListedVendor(entry.rank or 0, entry.vendor.province_code, entry.vendor.country) for entry in nominated.entries
    ]
    agency = await registers.find_agency(uow.session, nominated.agency_code)
    if agency is not None and agency.brings_foreign:
        country = agency.country if agency.level == "embassy" else None
        problems += check_foreign(rows, ForeignBody(country))
    return [*problems, *check_list(rows, nominated.province_code)]


async def store_checked(
    uow: UnitOfWork, edition: Edition, source: Source, nominated: NominationList, known: Known
) -> list[Application]:
    """Store the vendors of a list whose entries were checked one by one."""
    drafts = await intake.store(uow, edition, source, nominated.entries, known)
    await _keep(uow, edition, source, nominated.document)
    return drafts


async def _keep(uow: UnitOfWork, edition: Edition, source: Source, document: LegalDocument | None) -> None:
    document_id = await papers.file_paper(uow, document)
    nomination = Nomination(
        source.nomination_id or uow.new_id(),
        edition.edition_id,
        source.agency_code or "",
        source.province_code,
        document_id,
        uow.now,
    )
    await repository.add_nomination(uow.session, nomination)
