"""A report from draft to issue: frozen figures, files, number, correction by a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import Period, Qualifier, ReportedFigure
from common.contracts.reporting import ReportFile, ReportIssued, ReportWithdrawn
from common.contracts.reporting import ReportKind as WireKind
from common.unit_of_work import UnitOfWork
from reporting.annexes.handlers import correction_note
from reporting.daily_reports import handlers as daily_reports
from reporting.day_figures.domain import Figure
from reporting.day_figures.domain import Qualifier as FigureQualifier
from reporting.figures.handlers import Facts, FigureSet, compute, load_facts
from reporting.papers.domain import Paper
from reporting.papers.handlers import Marks, mark
from reporting.reports import documents, domain, repository
from reporting.reports.domain import FrozenFigure, NotReadyError, Report, ReportKind, ReportState
from reporting.result_reports import handlers as result_reports


@dataclass(frozen=True)
class Desk:
    """How reports are made here: in whose name, and who makes their files."""

    agency_code: str
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


async def check_report(uow: UnitOfWork, report_id: UUID) -> Report:
    """The reporting officer has checked the draft."""
    return await _save(uow, domain.check(await repository.lock_report(uow.session, report_id)))


async def sign_off_report(uow: UnitOfWork, report_id: UUID, signer_name: str, signer_role: str) -> Report:
    """The head of the unit lets the report go out."""
    report = await repository.lock_report(uow.session, report_id)
    return await _save(uow, domain.sign_off(report, signer_name, signer_role))


async def number_report(
    uow: UnitOfWork, desk: Desk, report_id: UUID, *, number: str, notation: str, issued_on: date
) -> Report:
    """The clerk gives number and date; the files are made anew with both and the signature.

    Raises:
        NumberTakenError: another paper of the year has the number.
    """
    report = await repository.lock_report(uow.session, report_id)
    numbered = domain.number_report(report, number, notation, issued_on, local_date(uow.now))
    await _save(uow, numbered)
    return await _finish(uow, desk, numbered)


async def issue_report(uow: UnitOfWork, desk: Desk, report_id: UUID) -> Report:
    """The report goes out; an earlier version is superseded."""
    report = domain.issue(await repository.lock_report(uow.session, report_id), local_date(uow.now))
    await _save(uow, report)
    if report.kind is ReportKind.DAILY:
        report = await _finish(uow, desk, report)
    if report.replaces_report_id is not None:
        old = await repository.lock_report(uow.session, report.replaces_report_id)
        if old.state is ReportState.ISSUED:
            await _save(uow, domain.supersede(old))
    uow.emit(_issued(report))
    return report


async def withdraw_report(uow: UnitOfWork, report_id: UUID, reason_code: str) -> Report:
    """Take a report back; that an issued one no longer stands is told."""
    old = await repository.lock_report(uow.session, report_id)
    report = await _save(uow, domain.withdraw(old))
    if old.state is ReportState.ISSUED:
        uow.emit(ReportWithdrawn(report_id=report_id, edition_id=report.edition_id, reason_code=reason_code))
    return report


def _issuing_agency(facts: Facts, kind: ReportKind, desk: Desk) -> str:
    """Return in whose name a report goes out: the standing agency; day by day the executing unit."""
    executing = facts.edition.executing_agencies
    return executing[0] if kind is ReportKind.DAILY and executing else desk.agency_code


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
    paper = _compose(report, old, found)
    await repository.add_report(uow.session, report, paper, uow.now)
    return await _store_files(uow, desk, report, paper)


def _compose(report: Report, old: Report | None, found: FigureSet) -> Paper:
    note: list[str] = []
    if old is not None:
        changes = [(change.name, _thawed(change.old), _thawed(change.new)) for change in report.changes]
        name = f"Báo cáo số {old.number}/{old.notation}" if old.number else None
        note = correction_note(name, report.correction_reason or "", changes, found.facts)
    if report.kind is ReportKind.DAILY and report.on is not None:
        return daily_reports.compose(found.facts, report.on, report.addressee_agency_code, report.narrative, note)
    return result_reports.compose(
        found, report.issuing_agency_code, report.addressee_agency_code, report.narrative, note
    )


def _thawed(figure: FrozenFigure | None) -> Figure | None:
    if figure is None:
        return None
    return Figure(figure.value, FigureQualifier(figure.qualifier), figure.is_estimate)


async def _finish(uow: UnitOfWork, desk: Desk, report: Report) -> Report:
    """Make the files anew with number, date and signature; figures and text stay as they were frozen."""
    paper = await repository.get_paper(uow.session, report.report_id)
    return await _store_files(uow, desk, report, paper)


async def _store_files(uow: UnitOfWork, desk: Desk, report: Report, paper: Paper) -> Report:
    marks = Marks(
        is_numbered=report.kind is not ReportKind.DAILY,
        number=report.number,
        notation=report.notation,
        issued_on=report.issued_on,
        signer_name=report.signer_name,
        signer_role=report.signer_role,
    )
    marked = mark(paper, report.issuing_agency_code, marks, local_date(uow.now))
    files = await desk.renderer.render(marked)
    digests = {name: documents.digest(content) for name, content in files.items()}
    await repository.save_files(uow.session, report.report_id, files, digests)
    return replace(report, files=digests)


async def _save(uow: UnitOfWork, report: Report) -> Report:
    await repository.save_report(uow.session, report)
    return report


def _frozen(found: FigureSet) -> dict[str, FrozenFigure | None]:
    return {
        name: None if figure is None else FrozenFigure(figure.value, figure.qualifier.value, figure.is_estimate)
        for name, figure in found.figures.items()
    }


def to_reported(figure: FrozenFigure | None) -> ReportedFigure | None:
    """Return a frozen figure in the form that events carry."""
    if figure is None:
        return None
    return ReportedFigure(value=figure.value, qualifier=Qualifier(figure.qualifier), is_estimate=figure.is_estimate)


def file_path(report_id: UUID, name: str) -> str:
    """Return where a file is read, relative to the public address."""
    return f"/reporting/reports/{report_id}/files/{name}"


def _issued(report: Report) -> ReportIssued:
    return ReportIssued(
        report_id=report.report_id,
        edition_id=report.edition_id,
        kind=WireKind(report.kind.value),
        addressee_agency_code=report.addressee_agency_code,
        version=report.version,
        replaces_report_id=report.replaces_report_id,
        covers=Period.model_validate({"from": report.first, "to": report.last}),
        number=report.number,
        notation=report.notation,
        issued_on=report.issued_on,
        figures={name: to_reported(figure) for name, figure in report.figures.items()},
        positions=dict(report.positions),
        files=tuple(
            ReportFile(format=name, sha256=sha256, href=file_path(report.report_id, name))
            for name, sha256 in sorted(report.files.items())
        ),
    )
