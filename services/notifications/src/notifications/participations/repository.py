"""All SQL of participations."""

# ruff: noqa: S608  # names of columns alone are put into the texts

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.gathering import gather, write_gathered
from notifications.participations.domain import Participation
from notifications.participations.tables import ParticipationRow

_COLUMNS = ", ".join(column.key for column in ParticipationRow.__table__.columns)
_FIND = text(
    f"SELECT {_COLUMNS} FROM participations WHERE application_id = ANY(CAST(:application_ids AS uuid[]))"
).columns(support=JSONB)


def save_facts(
    session: AsyncSession, application_id: UUID, edition_id: UUID, vendor_id: UUID, facts: dict[str, Any]
) -> None:
    """Store what one event tells about an application; what it does not tell stays."""
    key = {"application_id": application_id}
    gather(session, ParticipationRow, key, {"edition_id": edition_id, "vendor_id": vendor_id, **facts})


async def list_participations(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, Participation]:
    if not application_ids:
        return {}
    await write_gathered(session)
    rows = await session.execute(_FIND, {"application_ids": list(application_ids)})
    return {row.application_id: _to_participation(row) for row in rows}


async def list_of_edition(session: AsyncSession, edition_id: UUID) -> list[Participation]:
    await write_gathered(session)
    found = select(ParticipationRow).where(ParticipationRow.edition_id == edition_id)
    rows = await session.scalars(found.order_by(ParticipationRow.application_id))
    return [_to_participation(row) for row in rows]


def _to_participation(row: ParticipationRow | Row[Any]) -> Participation:
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
