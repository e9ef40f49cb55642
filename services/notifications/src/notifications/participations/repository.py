"""All SQL of participations."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.participations.domain import Participation
from notifications.participations.tables import ParticipationRow


async def save_facts(
    session: AsyncSession, application_id: UUID, edition_id: UUID, vendor_id: UUID, facts: dict[str, Any]
) -> None:
    """Store what one event tells about an application; what it does not tell stays."""
    statement = insert(ParticipationRow).values(
        application_id=application_id, edition_id=edition_id, vendor_id=vendor_id, **facts
    )
    await session.execute(statement.on_conflict_do_update(index_elements=[ParticipationRow.application_id], set_=facts))


async def find_participation(session: AsyncSession, application_id: UUID) -> Participation | None:
    row = await session.get(ParticipationRow, application_id, populate_existing=True)
    return None if row is None else _to_participation(row)


async def list_participations(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, Participation]:
    if not application_ids:
        return {}
    rows = await session.scalars(select(ParticipationRow).where(ParticipationRow.application_id.in_(application_ids)))
    return {row.application_id: _to_participation(row) for row in rows}


async def list_of_edition(session: AsyncSession, edition_id: UUID) -> list[Participation]:
    found = select(ParticipationRow).where(ParticipationRow.edition_id == edition_id)
    rows = await session.scalars(found.order_by(ParticipationRow.application_id))
    return [_to_participation(row) for row in rows]


def _to_participation(row: ParticipationRow) -> Participation:
    return Participation(
        application_id=row.application_id,
        edition_id=row.edition_id,
        vendor_id=row.vendor_id,
        dossier_state=row.dossier_state,
        place_state=row.place_state,
        trade_name=row.trade_name,
        nominating_agency_code=row.nominating_agency_code,
        support_percent=(row.support or {}).get("rate_percent"),
    )
