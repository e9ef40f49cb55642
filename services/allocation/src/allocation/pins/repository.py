"""Pins as stored."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.pins.domain import Pin
from allocation.pins.tables import PinRow
from common.database.engine import table_of
from common.errors import NotFoundError

PINS = table_of(PinRow)
ADAPTER = TypeAdapter(Pin)


def to_pin(row: Any) -> Pin:
    return ADAPTER.validate_python(dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name for it


async def add_pin(session: AsyncSession, pin: Pin) -> None:
    await session.execute(insert(PINS), vars(pin))


async def save_pin(session: AsyncSession, pin: Pin) -> None:
    values = {"withdrawn_by": pin.withdrawn_by, "withdrawn_at": pin.withdrawn_at}
    await session.execute(update(PINS).where(PINS.c.pin_id == pin.pin_id).values(values))


async def get_pin(session: AsyncSession, pin_id: UUID) -> Pin:
    """Return a pin; raises NotFoundError."""
    row = (await session.execute(select(PINS).where(PINS.c.pin_id == pin_id))).one_or_none()
    if row is None:
        raise NotFoundError("pin", pin_id)
    return to_pin(row)


async def list_pins(session: AsyncSession, edition_id: UUID, *, only_in_force: bool = True) -> list[Pin]:
    """Return an edition's pins in the order of their making; those withdrawn too where asked for."""
    query = select(PINS).where(PINS.c.edition_id == edition_id).order_by(PINS.c.pin_id)
    if only_in_force:
        query = query.where(PINS.c.withdrawn_at.is_(None))
    return [to_pin(row) for row in await session.execute(query)]
