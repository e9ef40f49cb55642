"""Folds issued reports back, so that no number and no version is given to another paper.

Figures, number and digests of the files are told; text and files are not. What went out is with those who received it.
"""

from dataclasses import replace

from common.contracts.base import ReportedFigure
from common.contracts.reporting import ReportIssued, ReportWithdrawn
from common.delivery.settling import NOTHING, REAPPLIED, Settled, by_hand, told_at
from common.delivery.unit_of_work import UnitOfWork
from reporting.editions.domain import fold
from reporting.editions.repository import list_steps
from reporting.report_recalls import repository
from reporting.reports import repository as reports
from reporting.reports.domain import FrozenFigure, Report, ReportKind
from reporting.reports.states import ReportState

FILES_LOST = by_hand(
    "Báo cáo được ghi lại với số liệu, số và mã băm của các tệp; nội dung tệp không còn: lưu lại bản đã gửi đi, hoặc lập"
    " bản đính chính.",
    "The report is there again with its figures, number and the digests of its files; the files are lost: keep the copy"
    " that went out, or make a correction.",
)


async def recall_issue(uow: UnitOfWork, event: ReportIssued) -> Settled:
    """Let the report be issued, with its number; files that are not those that went out are not shown."""
    known = await repository.find_report(uow.session, event.report_id)
    issued = await _to_issued(uow, event, known)
    await repository.withdraw_drafts_beside(uow.session, issued)
    if known is None:
        await repository.add_without_text(uow.session, issued, told_at(uow))
    await reports.save_report(uow.session, issued)
    kept = await repository.keep_files(uow.session, issued)
    if event.replaces_report_id is not None:
        old = await repository.find_report(uow.session, event.replaces_report_id)
        if old is not None and old.state is ReportState.ISSUED:
            await reports.save_report(uow.session, replace(old, state=ReportState.SUPERSEDED))
    return REAPPLIED if kept else FILES_LOST


async def recall_withdrawal(uow: UnitOfWork, event: ReportWithdrawn) -> Settled:
    """Let the report no longer stand."""
    known = await repository.find_report(uow.session, event.report_id)
    if known is None:
        return NOTHING
    await reports.save_report(uow.session, replace(known, state=ReportState.WITHDRAWN))
    return REAPPLIED


async def _to_issued(uow: UnitOfWork, event: ReportIssued, known: Report | None) -> Report:
    files = {one.format: one.sha256 for one in event.files}
    if known is not None:
        numbered = replace(known, number=event.number, notation=event.notation, issued_on=event.issued_on)
        return replace(numbered, state=ReportState.ISSUED, files=files)
    kind = ReportKind(event.kind.value)
    return Report(
        report_id=event.report_id,
        edition_id=event.edition_id or event.report_id,
        kind=kind,
        issuing_agency_code=await _issuing_agency(uow, event, kind),
        addressee_agency_code=event.addressee_agency_code,
        on=event.covers.first if kind is ReportKind.DAILY else None,
        version=event.version,
        state=ReportState.ISSUED,
        first=event.covers.first,
        last=event.covers.last,
        figures={name: _to_frozen(figure) for name, figure in event.figures.items()},
        positions=event.positions,
        narrative={},
        replaces_report_id=event.replaces_report_id,
        number=event.number,
        notation=event.notation,
        issued_on=event.issued_on,
        files=files,
    )


async def _issuing_agency(uow: UnitOfWork, event: ReportIssued, kind: ReportKind) -> str:
    """Return in whose name such a report goes out, as far as the edition is known; it is not told."""
    edition = None if event.edition_id is None else fold(await list_steps(uow.session, event.edition_id))
    if edition is None:
        return ""
    agencies = edition.executing_agencies if kind is ReportKind.DAILY else ()
    return (*agencies, *edition.host_agencies)[0]


def _to_frozen(figure: ReportedFigure | None) -> FrozenFigure | None:
    return None if figure is None else FrozenFigure(figure.value, figure.qualifier.value, figure.is_estimate)
