"""Nominations as stored."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from registration.nominations.tables import NominationRow


@dataclass(frozen=True)
class Nomination:
    nomination_id: UUID
    edition_id: UUID
    agency_code: str
    province_code: str | None
    document_id: UUID | None
    nominated_at: datetime


async def add_nomination(session: AsyncSession, nomination: Nomination) -> None:
    session.add(NominationRow(**asdict(nomination)))
    await session.flush()
