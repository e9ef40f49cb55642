"""All SQL of the contact book."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.contacts.domain import Contact
from notifications.contacts.tables import ContactRow


async def save_newer(session: AsyncSession, party_id: UUID, recorded_at: datetime, values: dict[str, Any]) -> None:
    """Store what is known of a party unless something newer is stored; columns not given become null."""
    columns = [column.key for column in ContactRow.__table__.columns if column.key != "party_id"]
    row: dict[str, Any] = dict.fromkeys(columns) | values | {"recorded_at": recorded_at}
    statement = insert(ContactRow).values(party_id=party_id, **row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[ContactRow.party_id], set_=row, where=ContactRow.recorded_at < recorded_at
        )
    )


async def list_contacts(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Return the contacts known, erased ones among them."""
    rows = await session.scalars(select(ContactRow).where(ContactRow.party_id.in_(party_ids)))
    return {row.party_id: _to_contact(row) for row in rows}


def _to_contact(row: ContactRow) -> Contact:
    return Contact(
        party_id=row.party_id,
        display_name=row.display_name or "",
        email=row.email,
        language=row.language or "vi",
        preferred_channels=tuple(row.preferred_channels or ()),
        may_be_told=tuple(row.may_be_told or ()),
    )
