"""Checks a workbook's vendors as the intake of a list checks them, and says each mistake in its cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem
from registration.applications.domain import ApplicationState
from registration.editions.domain import Edition, QuotaBounds
from registration.freezes import handlers as freezes
from registration.freezes.domain import frozen_problem, is_frozen
from registration.freezes.handlers import Dates
from registration.intake import handlers as intake
from registration.intake.handlers import Known, Source
from registration.nominations import handlers as nominations
from registration.nominations.handlers import NominationList
from registration.papers import handlers as papers
from registration.papers.domain import PAPER_TYPES
from registration.vendors import handlers as vendors
from registration.workbooks.cells import CellError, read_date, tidy
from registration.workbooks.columns import LETTER, SheetName
from registration.workbooks.domain import Book, CellProblem
from registration.workbooks.entries import gaps
from registration.workbooks.lines import Outline, problem_at
from registration.workbooks.matching import Case, to_cells
from registration.workbooks.merging import Step

AMENDABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
GONE = (ApplicationState.WITHDRAWN, ApplicationState.REJECTED, ApplicationState.REVOKED)


@dataclass(frozen=True)
class Sender:
    """Who sends a workbook: a person of an agency, or whoever holds the link of its invitation.

    Such a link can be forwarded. So its holder is told of no vendor that is not in the file, and changes of none how it is
    reached: where a vendor's own links and notices go is its own or the organiser's word (decision 55).
    """

    agency_code: str
    province_code: str | None
    subject: str
    is_by_link: bool = False


@dataclass(frozen=True)
class Taking:
    """A workbook that is being taken in; ``of_others`` are booths that other agencies ask for out of the same quota."""

    edition: Edition
    sender: Sender
    source: Source
    book: Book
    read: Outline
    bounds: QuotaBounds | None
    of_others: int = 0


def read_letter(book: Book, now: datetime) -> tuple[LegalDocument | None, list[CellProblem]]:
    """Return the letter that carries the list, and what is wrong with it, in its cells."""
    said = {field: tidy(book.letter[field][1]) if field in book.letter else "" for field in LETTER}
    title = book.sheets[SheetName.ROWS].title
    cells = {field: book.letter.get(field, ("A1", None))[0] for field in LETTER}
    found: list[FieldProblem] = []
    issued_on = None
    try:
        issued_on = read_date(book.letter["issued_on"][1]) if said["issued_on"] else None
    except CellError as error:
        found.append(FieldProblem("legal_document.issued_on", error.code, error.vi, error.en))
    document = None
    if any(said.values()):
        named = said["notation"].rpartition("/")[2].partition("-")[0]
        document = LegalDocument(
            type=named if named in PAPER_TYPES else "CV",
            number=said["number"] or None,
            notation=said["notation"] or None,
            issued_on=issued_on,
            issuing_agency_code=book.stamp.agency_code,
            title=said["title"] or "Đề cử chủ thể",
        )
    told = {problem.field for problem in found}
    found += [one for one in papers.problems_of(document, now, required=True) if one.field not in told]
    places = [one.field.rpartition(".")[2] for one in found]
    return document, [
        CellProblem(title, cells.get(place, cells["number"]), one.field, one.code, one.vi, one.en)
        for one, place in zip(found, places, strict=True)
    ]


async def check(uow: UnitOfWork, taking: Taking, cases: Sequence[Case], document: LegalDocument | None) -> Known:
    """Check every vendor as the intake of a list does, and give each mistake to its rows."""
    for case in cases:
        case.group.problems += gaps(taking.book, case.group)
    entries = [case.entry for case in cases]
    known = await intake.find_known(uow, taking.edition, entries)
    listed = NominationList(taking.sender.agency_code, taking.sender.province_code, document, entries)
    problems = await intake.find_problems(uow, taking.edition, entries)
    problems += [one for one in await nominations.problems_of(uow, listed) if one.code != "rank_twice"]
    dates = await freezes.read_dates(uow, taking.edition)
    for case in cases:
        if case.own is None:
            problems += known.problems_of(case.entry)
            problems += intake.problems_of_dates(dates, case.entry)
        elif known.vendors.identify(vendors.tidy_vendor(case.entry.vendor)) not in {
            None,
            case.own.application.vendor_id,
        }:
            problems.append(intake.duplicate_of(case.entry.prefix, "chủ thể khác", "another vendor"))
    for case, problem in list(to_cells(taking.book, cases, problems)):
        if case.merged is None or case.merged.changes:  # what stands and was not touched is not held against the file
            case.group.problems.append(problem)
    for case in cases:
        case.group.problems += _standing(taking.book, case)
        case.group.problems += _frozen(taking.book, case, dates)
        if taking.sender.is_by_link:
            case.group.problems += _redirected(taking.book, case)
    return known


def _redirected(book: Book, case: Case) -> Iterator[CellProblem]:
    """Yield each cell that changes how a vendor is reached that was nominated before."""
    for change in () if case.merged is None else case.merged.changes:
        if change.field.startswith("contact."):
            yield problem_at(
                book.sheets[change.sheet],
                change.row,
                change.key,
                "contact_not_by_link",
                "Thông tin liên hệ của chủ thể đã đề cử không sửa được qua liên kết thư mời; chủ thể tự sửa trong hồ sơ của"
                " mình, hoặc hãy báo Ban Tổ chức.",
                "How a vendor is reached that was nominated before is not changed by the link of an invitation: the vendor"
                " changes it in its own application, or tell the organiser.",
                change.field,
            )


def _frozen(book: Book, case: Case, dates: Dates) -> Iterator[CellProblem]:
    """Yield each cell that changes what the date of its field has closed."""
    if case.merged is None or case.step is not Step.AMEND:
        return
    for change in case.merged.changes:
        if is_frozen(dates.plan, change.field, dates.at) and change.old not in (None, ""):
            told = frozen_problem(dates.plan, change.field, change.field)
            yield problem_at(
                book.sheets[change.sheet], change.row, change.key, told.code, told.vi, told.en, change.field
            )


def _standing(book: Book, case: Case) -> Iterator[CellProblem]:
    """Yield why a changed vendor cannot be amended: its application has gone on, or somebody else changed it too."""
    if case.own is None or case.merged is None:
        return
    state = case.own.application.state
    rows = book.sheets[SheetName.ROWS]
    if state in GONE:
        yield problem_at(
            rows,
            case.group.first.row,
            "rank",
            "application_closed",
            "Hồ sơ của chủ thể này đã rút hoặc bị từ chối; không nhận lại qua bảng đề cử.",
            "The application of this vendor is withdrawn or refused; a workbook does not bring it back.",
        )
    elif case.step is not Step.NOTHING and state not in AMENDABLE:
        for change in case.merged.changes:
            yield problem_at(
                book.sheets[change.sheet],
                change.row,
                change.key,
                "application_state",
                "Chủ thể đã nộp hồ sơ; ô này không còn sửa được qua bảng đề cử.",
                "The vendor has handed in; this cell can no longer be changed by the workbook.",
                change.field,
            )
    elif case.step is Step.CONFLICT:
        for change in case.merged.changes:
            yield problem_at(
                book.sheets[change.sheet],
                change.row,
                change.key,
                "changed_meanwhile",
                "Hồ sơ đã được người khác sửa sau khi tải bảng; hãy tải bảng mới rồi sửa lại.",
                "Somebody else has changed the application since; fetch the workbook anew and change it there.",
                change.field,
            )
