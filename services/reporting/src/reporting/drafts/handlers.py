"""Drafts of reports and of their corrections: figures, positions and text are frozen, and files made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.papers.domain import Paper
from reporting.citations.domain import name_paper
from reporting.daily_reports import handlers as daily_reports
from reporting.day_figures.domain import Figure, Qualifier
from reporting.editions.domain import PaperRef
from reporting.facts.domain import Facts
from reporting.facts.handlers import load_facts
from reporting.figure_names.handlers import correction_note
from reporting.figures.domain import FigureSet
from reporting.figures.handlers import compute
from reporting.papers.handlers import Marks, mark
from reporting.registers.domain import Registers
from reporting.reports import documents, domain, repository
from reporting.reports.domain import FrozenFigure, NotReadyError, Report, ReportKind
from reporting.reports.states import ReportState
from reporting.result_reports import handlers as result_reports


@dataclass(frozen=True)
class Desk:
    """How reports are made here: in whose name, who is always told, how agencies are called, who makes the files.

    Attributes:
        agency_code: the standing agency; None stands for the edition's first host.
        central_code: the agency at the centre that every result is reported to.
    """

    agency_code: str | None
    central_code: str
    registers: Registers
    renderer: documents.Renderer


async def draft_report(
    uow: UnitOfWork,
    desk: Desk,
    edition_id: UUID,
    *,
    kind: ReportKind,
    addressee_agency_code: str,
    on: date | None,
    narrative: Mapping[str, str],
) -> Report:
    """Make a draft whose figures are frozen in one snapshot.

    Raises:
        NotFoundError: the edition is not known.
        NotReadyError: the edition is not far enough, or some of its figures cannot be counted yet.
        ReportExistsError: there is a report of that kind to that agency already.
    """
    facts = await load_facts(uow, edition_id)
    first, last = _covered_days(facts, kind, on)
    report = Report(
        report_id=uow.new_id(),
        edition_id=edition_id,
        kind=kind,
        addressee_agency_code=addressee_agency_code,
        on=on,
        version=1,
        state=ReportState.DRAFT,
        first=first,
        last=last,
        figures={},
        positions={},
        narrative=narrative,
        issuing_agency_code=_issuing_agency(facts, kind, desk),
    )
    newest, standing = await repository.find_versions(uow.session, report)
    if standing:
        raise domain.ReportExistsError
    return await _freeze(uow, desk, replace(report, version=newest + 1), facts, None)


async def correct_report(uow: UnitOfWork, desk: Desk, report_id: UUID, reason: str) -> Report:
    """Make a new version of an issued report from the figures of now; it lists what changed.

    Raises:
        ReportStateError: the report is not issued.
    """
    old = await repository.lock_report(uow.session, report_id)
    domain.must_be_issued(old)
    facts = await load_facts(uow, old.edition_id)
    newest, _ = await repository.find_versions(uow.session, old)
    new = replace(
        old,
        report_id=uow.new_id(),
        version=newest + 1,
        state=ReportState.DRAFT,
        replaces_report_id=old.report_id,
        correction_reason=reason,
        signer_name=None,
        signer_role=None,
        number=None,
        notation=None,
        issued_on=None,
        files={},
    )
    return await _freeze(uow, desk, new, facts, old)


def _issuing_agency(facts: Facts, kind: ReportKind, desk: Desk) -> str:
    """Return in whose name a report goes out: the standing agency; day by day the executing unit."""
    executing = facts.edition.executing_agencies
    return (
        executing[0] if kind is ReportKind.DAILY and executing else desk.agency_code or facts.edition.host_agencies[0]
    )


def _covered_days(facts: Facts, kind: ReportKind, on: date | None) -> tuple[date, date]:
    """Return the days that a report covers.

    Raises:
        NotReadyError: see ``draft_report``.
    """
    held, actual = facts.edition.held, facts.edition.actual
    if facts.parked or facts.unnumbered:
        raise NotReadyError(
            "Một số dữ liệu của kỳ sự kiện chưa được tính (đang chờ xử lý); hãy thử lại sau.",
            "Some of the edition's events are not counted yet; try again later.",
            parked=facts.parked,
            unnumbered=facts.unnumbered,
        )
    if kind is ReportKind.RESULT:
        if actual is None:
            raise NotReadyError("Sự kiện chưa kết thúc.", "The edition is not over yet.")
        return actual.first, actual.last
    if on is None or held is None or on not in held or not facts.edition.started:
        raise NotReadyError(
            "Báo cáo nhanh cần một ngày diễn ra sự kiện.", "A daily report needs a day of the fair.", field="on"
        )
    return on, on


async def _freeze(uow: UnitOfWork, desk: Desk, report: Report, facts: Facts, old: Report | None) -> Report:
    """Fix figures, positions and text of a version, store it and make its files."""
    found = compute(facts, report.on)
    frozen = _frozen(found)
    report = replace(
        report,
        figures=frozen,
        positions=facts.positions,
        changes=() if old is None else domain.list_changes(old.figures, frozen),
    )
    paper = _compose(desk, report, old, found)
    await repository.add_report(uow.session, report, paper, uow.now)
    return await store_files(uow, desk, report, paper)


def _compose(desk: Desk, report: Report, old: Report | None, found: FigureSet) -> Paper:
    note: list[str] = []
    if old is not None:
        changes = [(change.name, _thawed(change.old), _thawed(change.new)) for change in report.changes]
        note = correction_note(_name(old, desk.registers), report.correction_reason or "", changes, found.facts)
    if report.kind is ReportKind.DAILY and report.on is not None:
        return daily_reports.compose(
            found.facts, report.on, report.addressee_agency_code, report.narrative, note, desk.registers
        )
    house = result_reports.House(report.issuing_agency_code, desk.central_code, desk.registers)
    return result_reports.compose(found, house, report.addressee_agency_code, report.narrative, note)


def _name(report: Report, registers: Registers) -> str:
    """Return an issued report as another cites it; a daily one has no number."""
    paper = PaperRef(
        "report_issued", "BC", report.number, report.notation, report.issued_on, report.issuing_agency_code, ""
    )
    return name_paper(paper, registers)


def _thawed(figure: FrozenFigure | None) -> Figure | None:
    if figure is None:
        return None
    return Figure(figure.value, Qualifier(figure.qualifier), figure.is_estimate)


async def store_files(uow: UnitOfWork, desk: Desk, report: Report, paper: Paper) -> Report:
    """Make and store the files of a report, with as much of number, date and signature as it has."""
    marks = Marks(
        number=report.number,
        notation=report.notation,
        issued_on=report.issued_on,
        signer_name=report.signer_name,
        signer_role=report.signer_role,
    )
    marked = mark(paper, report.issuing_agency_code, marks, local_date(uow.now), desk.registers)
    files = await desk.renderer.render(marked)
    digests = {name: documents.digest(content) for name, content in files.items()}
    await repository.save_files(uow.session, report.report_id, files, digests)
    return replace(report, files=digests)


def _frozen(found: FigureSet) -> dict[str, FrozenFigure | None]:
    return {
        name: None if figure is None else FrozenFigure(figure.value, figure.qualifier.value, figure.is_estimate)
        for name, figure in found.figures.items()
    }
