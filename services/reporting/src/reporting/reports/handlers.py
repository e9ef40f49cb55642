"""A report on its way out: checked, signed off, numbered, issued, superseded or withdrawn."""

from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import Period, Qualifier, ReportedFigure
from common.contracts.reporting import ReportFile, ReportIssued, ReportWithdrawn
from common.contracts.reporting import ReportKind as WireKind
from common.delivery.unit_of_work import UnitOfWork
from reporting.drafts.handlers import Desk, store_files
from reporting.reports import domain, repository
from reporting.reports.domain import FrozenFigure, Report, ReportKind
from reporting.reports.states import ReportState


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


async def _finish(uow: UnitOfWork, desk: Desk, report: Report) -> Report:
    """Make the files anew with number, date and signature; figures and text stay as they were frozen."""
    paper = await repository.get_paper(uow.session, report.report_id)
    return await store_files(uow, desk, report, paper)


async def _save(uow: UnitOfWork, report: Report) -> Report:
    await repository.save_report(uow.session, report)
    return report


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
