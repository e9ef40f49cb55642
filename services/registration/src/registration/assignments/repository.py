"""Reviewers, assignments and interests as stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.assignments.domain import Reviewed, Reviewer
from registration.assignments.tables import AssignmentRow, EditionReviewerRow
from registration.rows import insert_into, rows_of

_REVIEWED = """
    SELECT a.application_id, a.nominating_agency_code, a.nominating_province_code, v.province_code,
        coalesce((SELECT array_agg(i.reviewer) FROM declared_interests i WHERE i.application_id = a.application_id), '{}'),
        (SELECT r.reviewer FROM review_assignments r WHERE r.application_id = a.application_id)
    FROM applications a JOIN vendors v ON v.vendor_id = a.vendor_id
"""
LIST_WAITING = text(
    _REVIEWED
    + """
    WHERE a.edition_id = :edition_id AND a.state IN ('submitted', 'under_review')
        AND NOT EXISTS (SELECT FROM review_assignments r WHERE r.application_id = a.application_id)
    ORDER BY a.submitted_at, a.application_id
    """
)
LIST_REVIEWED = text(_REVIEWED + " WHERE a.application_id = ANY(:application_ids)")
LIST_LOADS = text(
    """
    SELECT r.reviewer, count(*) FROM review_assignments r WHERE r.edition_id = :edition_id GROUP BY r.reviewer
    """
)
ADD_REVIEWERS = insert_into("edition_reviewers")
ASSIGN = insert_into("review_assignments", key="application_id", renew=("reviewer", "assigned_at"))
DECLARE = insert_into("declared_interests", key="application_id, reviewer", renew=("reason",))


@dataclass(frozen=True)
class Assignment:
    application_id: UUID
    reviewer: str
    assigned_at: datetime


async def list_reviewers(session: AsyncSession, edition_id: UUID) -> list[Reviewer]:
    """Return an edition's reviewers in the order of turns."""
    wanted = select(EditionReviewerRow).where(EditionReviewerRow.edition_id == edition_id)
    rows = await session.scalars(wanted.order_by(EditionReviewerRow.place))
    return [Reviewer(row.agency_code, row.province_code, row.reviewer) for row in rows]


async def replace_reviewers(session: AsyncSession, edition_id: UUID, reviewers: Sequence[Reviewer]) -> None:
    await session.execute(delete(EditionReviewerRow).where(EditionReviewerRow.edition_id == edition_id))
    rows = [
        {
            "edition_id": edition_id,
            "reviewer": one.subject,
            "place": place,
            "agency_code": one.agency_code,
            "province_code": one.province_code,
        }
        for place, one in enumerate(reviewers)
    ]
    await session.execute(ADD_REVIEWERS, rows_of(rows))


async def list_waiting(session: AsyncSession, edition_id: UUID) -> list[Reviewed]:
    """Return the applications that wait for a reviewer, as they came in."""
    return [_to_reviewed(*row) for row in await session.execute(LIST_WAITING, {"edition_id": edition_id})]


async def list_reviewed(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, Reviewed]:
    """Return what is to know about interests in applications."""
    rows = await session.execute(LIST_REVIEWED, {"application_ids": list(application_ids)})
    return {row[0]: _to_reviewed(*row) for row in rows}


def _to_reviewed(
    application_id: UUID,
    agency: str | None,
    nominating: str | None,
    province: str | None,
    interested: Sequence[str],
    assigned: str | None,
) -> Reviewed:
    return Reviewed(application_id, agency, nominating, province, frozenset(interested), assigned)


async def list_loads(session: AsyncSession, edition_id: UUID) -> dict[str, int]:
    """Return how many applications each reviewer was given."""
    rows = await session.execute(LIST_LOADS, {"edition_id": edition_id})
    return {reviewer: count for reviewer, count in rows}  # noqa: C416  # rows are no pairs to the type checker


async def assign(session: AsyncSession, edition_id: UUID, assigned: Mapping[UUID, str], now: datetime) -> None:
    """Store whose applications these are, also anew."""
    rows = [
        {"application_id": application_id, "edition_id": edition_id, "reviewer": reviewer, "assigned_at": now}
        for application_id, reviewer in assigned.items()
    ]
    if rows:
        await session.execute(ASSIGN, rows_of(rows))


async def unassign(session: AsyncSession, application_id: UUID, reviewer: str) -> None:
    """Take an application from a reviewer."""
    await session.execute(
        delete(AssignmentRow).where(AssignmentRow.application_id == application_id, AssignmentRow.reviewer == reviewer)
    )


async def find_assigned(session: AsyncSession, application_id: UUID) -> str | None:
    """Return whose application it is."""
    row = await session.get(AssignmentRow, application_id)
    return row and row.reviewer


async def list_assignments(session: AsyncSession, edition_id: UUID, reviewer: str | None) -> list[Assignment]:
    """Return an edition's assignments, or those of one reviewer, oldest first."""
    wanted = select(AssignmentRow).where(AssignmentRow.edition_id == edition_id)
    if reviewer is not None:
        wanted = wanted.where(AssignmentRow.reviewer == reviewer)
    rows = await session.scalars(wanted.order_by(AssignmentRow.assigned_at, AssignmentRow.application_id))
    return [Assignment(row.application_id, row.reviewer, row.assigned_at) for row in rows]


async def declare(session: AsyncSession, application_id: UUID, reviewer: str, reason: str, now: datetime) -> None:
    """Store an interest."""
    row = {"application_id": application_id, "reviewer": reviewer, "reason": reason, "declared_at": now}
    await session.execute(DECLARE, rows_of([row]))
