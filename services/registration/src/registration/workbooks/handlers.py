"""Gives out nomination workbooks and takes them in again: each vendor once, changes as amendments, nothing lost."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from pydantic import TypeAdapter

from common.delivery.unit_of_work import UnitOfWork
from common.errors import ForbiddenError, NotFoundError
from registration.agencies import repository as agencies
from registration.agencies.domain import Agency
from registration.applications.domain import ApplicationState
from registration.editions import repository as editions
from registration.editions.domain import Edition, QuotaBounds
from registration.editions.endings import check_running
from registration.intake import handlers as intake
from registration.invitations import handlers as invitations
from registration.nominations import handlers as nominations
from registration.nominations.handlers import NominationList
from registration.translations.packs import LANGUAGES, read_texts
from registration.vetting import handlers as vetting
from registration.workbooks import repository
from registration.workbooks.answers import Answer, summary_of
from registration.workbooks.checking import Sender, Taking
from registration.workbooks.coding import pack, unpack
from registration.workbooks.columns import FORMAT
from registration.workbooks.domain import Book, Info, Marks, check_stamp
from registration.workbooks.forms import (
    Form,
    Own,
    book_of,
    glossary_of,
    guide_of,
    lists_of,
    more_rows,
    serial_of,
)
from registration.workbooks.lines import Outline, outline
from registration.workbooks.repository import FilledWorkbook
from registration.workbooks.taking import take
from registration.workbooks.telling import tell
from registration.workbooks.tongues import lists_in, tongues_of
from registration.workshop.handlers import Workshop

log = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
"""So long the cells of a workbook that came back are kept, to mark its mistakes."""
ANSWER = TypeAdapter(Answer)
SHOWN = frozenset(ApplicationState) - {ApplicationState.WITHDRAWN}


def _file_name(*parts: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", "-".join(parts)) + ".xlsx"


@dataclass(frozen=True)
class Made:
    """A workbook as a file."""

    name: str
    content: bytes


async def make_workbook(uow: UnitOfWork, workshop: Workshop, edition_id: UUID, agency_code: str) -> Made:
    """Return an agency's workbook for an edition, with the vendors that it nominated before; raises NotFoundError."""
    edition = await editions.get_edition(uow.session, edition_id)
    form, info = await _prepare(uow, edition, await _get_agency(uow, agency_code))
    own = await repository.list_own(uow.session, edition_id, agency_code)
    return await _write(workshop, form, info, [one for one in own if one.application.state in SHOWN])


async def make_blank_workbook(uow: UnitOfWork, workshop: Workshop, edition_id: UUID, agency_code: str) -> Made:
    """Return an agency's workbook for an edition without any vendor, so that nothing personal is in it."""
    edition = await editions.get_edition(uow.session, edition_id)
    form, info = await _prepare(uow, edition, await _get_agency(uow, agency_code))
    return await _write(workshop, form, info, [])


async def _write(workshop: Workshop, form: Form, info: Info, shown: Sequence[Own]) -> Made:
    log.info("workbook_given", edition=form.edition.code, agency=form.agency.agency_code, vendors=len(shown))
    content = await workshop.write_workbook(info, book_of(form, shown))
    return Made(_file_name("de-cu", form.edition.code, form.agency.agency_code), content)


async def _get_agency(uow: UnitOfWork, agency_code: str) -> Agency:
    agency = await agencies.find_agency(uow.session, agency_code)
    if agency is None:
        raise NotFoundError("agency", agency_code)
    return agency


async def _prepare(uow: UnitOfWork, edition: Edition, agency: Agency) -> tuple[Form, Info]:
    packs = await vetting.get_packs(uow, edition)
    rows = await repository.list_rows(uow.session, edition.edition_id, agency.agency_code)
    keys = {(row.application_id, row.product_id): row.row_key for row in rows.values() if row.product_id is not None}
    tongues = tongues_of(agency)
    lists = lists_in(lists_of(packs, edition), tongues)
    form = Form(edition, agency, lists, serial_of(uow.now, uow.new_id()), keys, tongues)
    bounds = await _get_bounds(uow, edition, agency.agency_code, agency.province_code)
    glossary = glossary_of(read_texts("workbook"), LANGUAGES) if agency.brings_foreign else []
    reply_by = await invitations.find_reply_by(uow, edition.edition_id, agency.agency_code)
    guide = guide_of(edition, agency, bounds, reply_by)
    info = Info(form.stamp, form.title, agency.name_vi, guide, form.lists, uow.now, glossary)
    return form, info


async def _get_bounds(
    uow: UnitOfWork, edition: Edition, agency_code: str, province_code: str | None
) -> QuotaBounds | None:
    """Return the booths of an agency: its own where it was invited with some, else those of its province."""
    own = await repository.find_own_places(uow.session, edition.edition_id, agency_code)
    return own or edition.quota_of_province(province_code)


async def take_workbook(
    uow: UnitOfWork, workshop: Workshop, edition_id: UUID, sender: Sender, content: bytes
) -> Answer:
    """Take in what is good of a workbook, and say what is not, cell by cell.

    Raises InvalidInputError where the file as a whole cannot be read, EditionOverError, and what the intake raises for the edition.
    """
    check_running((await editions.get_edition(uow.session, edition_id)).state)
    book = await workshop.read_workbook(content)
    source = nominations.source_of(uow, NominationList(sender.agency_code, sender.province_code, None, []))
    edition = await intake.open_edition(uow, edition_id, source)
    check_stamp(book.stamp, edition_id, edition.code, sender.agency_code, FORMAT)
    packs = await vetting.get_packs(uow, edition)
    tongues = tongues_of(await _get_agency(uow, sender.agency_code))
    lists = lists_in(lists_of(packs, edition), tongues)
    read: Outline = await asyncio.to_thread(outline, book, lists)
    bounds = await _get_bounds(uow, edition, sender.agency_code, sender.province_code)
    of_others = 0
    if bounds is not None and bounds.dimension == "province":
        of_others = await repository.count_booths_of_others(uow.session, edition_id, bounds.code, sender.agency_code)
    taking = Taking(edition, sender, source, book, read, bounds, of_others)
    answer, words = tell(uow, taking, await take(uow, taking), sha256(content).hexdigest())
    filled = FilledWorkbook(
        filled_workbook_id=answer.filled_workbook_id,
        edition_id=edition_id,
        agency_code=sender.agency_code,
        received_by=sender.subject,
        received_at=uow.now,
        sha256=answer.sha256,
        answer=ANSWER.dump_python(answer, mode="json"),
        content=pack(book, Marks(answer.problems, words, summary_of(answer))),
    )
    repository.add_filled(uow.session, filled)
    return answer


async def get_answer(uow: UnitOfWork, filled_workbook_id: UUID, agency_code: str | None) -> Answer:
    """Return what was answered to a workbook; None as agency is who may see all. Raises NotFoundError, ForbiddenError."""
    return ANSWER.validate_python((await _get_own(uow, filled_workbook_id, agency_code)).answer)


async def _get_own(uow: UnitOfWork, filled_workbook_id: UUID, agency_code: str | None) -> FilledWorkbook:
    filled = await repository.get_filled(uow.session, filled_workbook_id)
    if agency_code is not None and filled.agency_code != agency_code:
        raise ForbiddenError("Bảng này của cơ quan khác.", "The workbook is another agency's.")
    return filled


async def mark_workbook(uow: UnitOfWork, workshop: Workshop, filled_workbook_id: UUID, agency_code: str | None) -> Made:
    """Return a workbook that came back with each mistake in its cell; raises NotFoundError once it was forgotten."""
    filled = await _get_own(uow, filled_workbook_id, agency_code)
    if filled.content is None:
        raise NotFoundError("file", filled_workbook_id)
    edition = await editions.get_edition(uow.session, filled.edition_id)
    form, info = await _prepare(uow, edition, await _get_agency(uow, filled.agency_code))
    book, marks = unpack(filled.content)
    content = await workshop.write_workbook(info, _with_empty_rows(book, form), marks)
    return Made(_file_name("ket-qua", edition.code, filled.agency_code), content)


def _with_empty_rows(book: Book, form: Form) -> Book:
    return Book(book.stamp, {name: more_rows(sheet, form.serial) for name, sheet in book.sheets.items()}, book.letter)


async def forget_contents(uow: UnitOfWork, limit: int) -> int:
    """Forget the cells of workbooks that came back long ago; the answers stay."""
    return await repository.forget_contents(uow.session, uow.now, KEPT, limit)
