"""All SQL of the contact book."""

# ruff: noqa: S608  # names of columns alone are put into the texts

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.contacts.domain import Contact
from notifications.contacts.tables import ContactRow

_NAMES = [column.key for column in ContactRow.__table__.columns]
_LISTS = ("preferred_channels", "may_be_told")
_SAVE = text(
    f"INSERT INTO contacts AS c ({', '.join(_NAMES)})"
    f" VALUES ({', '.join(f'CAST(:{name} AS jsonb)' if name in _LISTS else f':{name}' for name in _NAMES)})"
    f" ON CONFLICT (party_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES)}"
    " WHERE c.recorded_at < excluded.recorded_at"
)
_FIND = text(f"SELECT {', '.join(_NAMES)} FROM contacts WHERE party_id = ANY(CAST(:party_ids AS uuid[]))").columns(
    preferred_channels=JSONB, may_be_told=JSONB
)


async def save_newer(session: AsyncSession, party_id: UUID, recorded_at: datetime, values: dict[str, Any]) -> None:
    """Store what is known of a party unless something newer is stored; columns not given become null."""
    lists = {name: json.dumps(values[name]) for name in _LISTS if values.get(name) is not None}
    row = dict.fromkeys(_NAMES) | values | lists | {"party_id": party_id, "recorded_at": recorded_at}
    await session.execute(_SAVE, row)


async def list_contacts(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Return the contacts known, erased ones among them."""
    rows = await session.execute(_FIND, {"party_ids": list(party_ids)})
    return {row.party_id: _to_contact(row) for row in rows}


def _to_contact(row: Row[Any]) -> Contact:
    return Contact(
        party_id=row.party_id,
        display_name=row.display_name or "",
        email=row.email,
        language=row.language or "vi",
        preferred_channels=tuple(row.preferred_channels or ()),
        may_be_told=tuple(row.may_be_told or ()),
    )
