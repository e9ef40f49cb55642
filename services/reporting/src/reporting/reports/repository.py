"""SQL of reports and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from common.errors import NotFoundError
from common.papers.domain import Paper
from reporting.reports.domain import Change, FrozenFigure, NumberTakenError, Report, ReportExistsError, ReportKind
from reporting.reports.states import ReportState
from reporting.reports.tables import ReportFileRow, ReportRow

_PAPER = TypeAdapter(Paper)
_FIGURES = TypeAdapter(dict[str, FrozenFigure | None])
_CHANGES = TypeAdapter(tuple[Change, ...])
_ENDED = (ReportState.WITHDRAWN.value, ReportState.SUPERSEDED.value)


async def add_report(session: AsyncSession, report: Report, paper: Paper, made_at: datetime) -> None:
    """Store a new version with its text.

    Raises:
        ReportExistsError: such a version was made by another at the same moment.
    """
    row = ReportRow(
        report_id=report.report_id,
        edition_id=report.edition_id,
        kind=report.kind.value,
        issuing_agency_code=report.issuing_agency_code,
        addressee_agency_code=report.addressee_agency_code,
        on=report.on,
        version=report.version,
        first=report.first,
        last=report.last,
        figures=_FIGURES.dump_python(dict(report.figures), mode="json"),
        positions=dict(report.positions),
        narrative=dict(report.narrative),
        paper=_PAPER.dump_python(paper, mode="json"),
        replaces_report_id=report.replaces_report_id,
        correction_reason=report.correction_reason,
        changes=[asdict(change) for change in report.changes],
        made_at=made_at,
        files={},
        state=report.state.value,
    )
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise ReportExistsError from error


async def save_report(session: AsyncSession, report: Report) -> None:
    """Store the state, signer and number of a report.

    Raises:
        NumberTakenError: the number belongs to another paper of the year.
    """
    row = await _get_row(session, report.report_id)
    try:
        async with session.begin_nested():
            row.state = report.state.value
            row.signer_name, row.signer_role = report.signer_name, report.signer_role
            row.number, row.notation, row.issued_on = report.number, report.notation, report.issued_on
            row.number_year = report.issued_on.year if report.number and report.issued_on else None
    except IntegrityError as error:
        raise NumberTakenError(report.number or "", report.notation or "") from error


async def save_files(session: AsyncSession, report_id: UUID, files: Mapping[str, bytes], digests: Mapping[str, str]) -> None:  # fmt: skip
    """Store a report's files in the place of earlier ones."""
    statement = insert(ReportFileRow)
    statement = statement.on_conflict_do_update(
        index_elements=["report_id", "format"],
        set_={"content": statement.excluded.content, "sha256": statement.excluded.sha256},
    )
    rows = [
        {"report_id": report_id, "format": name, "content": content, "sha256": digests[name]}
        for name, content in files.items()
    ]
    await session.execute(statement, rows)
    row = await _get_row(session, report_id)
    row.files = dict(digests)


async def get_report(session: AsyncSession, report_id: UUID) -> Report:
    """Return a report.

    Raises:
        NotFoundError: there is none of that id.
    """
    return to_report(await _get_row(session, report_id))


async def lock_report(session: AsyncSession, report_id: UUID) -> Report:
    """Return a report and hold it until the unit of work ends."""
    row = await session.scalar(select(ReportRow).where(ReportRow.report_id == report_id).with_for_update())
    if row is None:
        raise NotFoundError("report", report_id)
    return to_report(row)


async def get_paper(session: AsyncSession, report_id: UUID) -> Paper:
    """Return the text of a report as it was frozen."""
    query = select(ReportRow).where(ReportRow.report_id == report_id).options(undefer(ReportRow.paper))
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError("report", report_id)
    return _PAPER.validate_python(row.paper)


async def find_versions(session: AsyncSession, report: Report) -> tuple[int, bool]:
    """Return the highest version made of the same report, and whether one of them stands or is in the making."""
    same = (
        ReportRow.edition_id == report.edition_id,
        ReportRow.kind == report.kind.value,
        ReportRow.addressee_agency_code == report.addressee_agency_code,
        ReportRow.on.is_not_distinct_from(report.on),
    )
    last = await session.scalar(select(func.max(ReportRow.version)).where(*same))
    standing = await session.scalar(select(func.count()).where(*same, ReportRow.state.not_in(_ENDED)))
    return last or 0, bool(standing)


async def list_reports(session: AsyncSession, edition_id: UUID, after: UUID | None, limit: int) -> Sequence[Report]:
    """Return the reports of an edition from the oldest on, after the id of a cursor."""
    query = select(ReportRow).where(ReportRow.edition_id == edition_id).order_by(ReportRow.report_id).limit(limit)
    if after is not None:
        query = query.where(ReportRow.report_id > after)
    return [to_report(row) for row in await session.scalars(query)]


async def get_file(session: AsyncSession, report_id: UUID, name: str) -> bytes:
    """Return a file of a report.

    Raises:
        NotFoundError: the report has no such file.
    """
    row = await session.get(ReportFileRow, (report_id, name))
    if row is None:
        raise NotFoundError("file", f"{report_id}/{name}")
    return row.content


async def _get_row(session: AsyncSession, report_id: UUID) -> ReportRow:
    row = await session.get(ReportRow, report_id)
    if row is None:
        raise NotFoundError("report", report_id)
    return row


def to_report(row: ReportRow) -> Report:
    values: dict[str, Any] = {
        "figures": _FIGURES.validate_python(row.figures),
        "changes": _CHANGES.validate_python(row.changes),
    }
    return Report(
        report_id=row.report_id,
        edition_id=row.edition_id,
        kind=ReportKind(row.kind),
        issuing_agency_code=row.issuing_agency_code,
        addressee_agency_code=row.addressee_agency_code,
        on=row.on,
        version=row.version,
        state=ReportState(row.state),
        first=row.first,
        last=row.last,
        positions=row.positions,
        narrative=row.narrative,
        replaces_report_id=row.replaces_report_id,
        correction_reason=row.correction_reason,
        signer_name=row.signer_name,
        signer_role=row.signer_role,
        number=row.number,
        notation=row.notation,
        issued_on=row.issued_on,
        files=row.files,
        **values,
    )
