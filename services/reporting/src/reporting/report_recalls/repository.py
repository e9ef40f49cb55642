"""What is looked up and kept when forgotten reports are settled."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.reports.domain import Report
from reporting.reports.repository import to_report
from reporting.reports.states import ReportState
from reporting.reports.tables import ReportFileRow, ReportRow

ENDED = (ReportState.WITHDRAWN.value, ReportState.SUPERSEDED.value, ReportState.ISSUED.value)


async def find_report(session: AsyncSession, report_id: UUID) -> Report | None:
    """Return a report; None where there is none."""
    row = await session.get(ReportRow, report_id)
    return row and to_report(row)


async def add_without_text(session: AsyncSession, report: Report, made_at: datetime) -> None:
    """Store a report of which there is no text; state and number are stored with ``save_report``."""
    values = asdict(report)
    named = ("kind", "state", "number", "notation", "issued_on", "changes")
    session.add(
        ReportRow(
            **{name: value for name, value in values.items() if name not in named},
            kind=report.kind.value,
            state=report.state.value,
            changes=[],
            paper={},
            made_at=made_at,
        )
    )
    await session.flush()


async def withdraw_drafts_beside(session: AsyncSession, report: Report) -> None:
    """Give up drafts in the place of which another one was issued."""
    beside = (
        ReportRow.edition_id == report.edition_id,
        ReportRow.kind == report.kind.value,
        ReportRow.addressee_agency_code == report.addressee_agency_code,
        ReportRow.on.is_not_distinct_from(report.on),
        ReportRow.replaces_report_id.is_not_distinct_from(report.replaces_report_id),
        ReportRow.report_id != report.report_id,
        ReportRow.state.not_in(ENDED),
    )
    await session.execute(update(ReportRow).where(*beside).values(state=ReportState.WITHDRAWN.value))


async def keep_files(session: AsyncSession, report: Report) -> bool:
    """Keep those files that went out, and the digests of all; return whether none is lacking."""
    rows = (await session.scalars(select(ReportFileRow).where(ReportFileRow.report_id == report.report_id))).all()
    same = {row.format for row in rows if report.files.get(row.format) == row.sha256}
    await session.execute(
        delete(ReportFileRow).where(ReportFileRow.report_id == report.report_id, ReportFileRow.format.not_in(same))
    )
    statement = update(ReportRow).where(ReportRow.report_id == report.report_id).values(files=dict(report.files))
    await session.execute(statement)
    return same == set(report.files)
