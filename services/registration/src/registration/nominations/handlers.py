"""Takes in a province's list: the whole of it, or nothing and every mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.contracts.base import LegalDocument
from common.unit_of_work import UnitOfWork
from registration.agencies import handlers as agencies
from registration.applications.domain import Application
from registration.intake import handlers as intake
from registration.intake.handlers import Entry, Source
from registration.nominations import repository
from registration.nominations.domain import ListedVendor, check_list
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
    nomination_id = uow.new_id()
    source = Source("nominated", nominated.agency_code, nominated.province_code, nomination_id)
    edition = await intake.open_edition(uow, edition_id, source)
    problems = await agencies.check_known_agencies(uow, {"agency_code": nominated.agency_code})
    problems += papers.problems_of(nominated.document, required=True)
    rows = [ListedVendor(entry.rank or 0, entry.vendor.province_code) for entry in nominated.entries]
    problems += check_list(rows, nominated.province_code)
    drafts = await intake.take_in(uow, edition, source, nominated.entries, problems=problems)
    document_id = await papers.file_paper(uow, nominated.document)
    nomination = Nomination(
        nomination_id, edition_id, nominated.agency_code, nominated.province_code, document_id, uow.now
    )
    await repository.add_nomination(uow.session, nomination)
    return drafts
