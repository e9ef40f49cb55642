"""Rule packs as stored: picked by date, handed out as values."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.rules.domain import NoRuleForDateError, Versioned
from registration.rules.tables import RulePackRow

T = TypeVar("T")
VersionedT = TypeVar("VersionedT", bound=Versioned)


def to_value(kind: type[T], row: RulePackRow) -> T:
    """Read a stored body into its value; raises ValidationError on a body that does not fit."""
    dates = {"version": row.version, "valid_from": row.valid_from, "valid_to": row.valid_to}
    return TypeAdapter(kind).validate_python({**row.body, **dates})


async def list_packs(session: AsyncSession) -> Sequence[RulePackRow]:
    """Return all versions of all packs, oldest first."""
    return (await session.scalars(select(RulePackRow).order_by(RulePackRow.pack, RulePackRow.valid_from))).all()


async def get_in_force(session: AsyncSession, pack: str, kind: type[VersionedT], on: date) -> VersionedT:
    """Return the version in force on a day; raises NoRuleForDateError."""
    row = await session.scalar(
        select(RulePackRow).where(
            RulePackRow.pack == pack,
            RulePackRow.valid_from <= on,
            RulePackRow.valid_to.is_(None) | (RulePackRow.valid_to >= on),
        )
    )
    if row is None:
        raise NoRuleForDateError(pack, on)
    return to_value(kind, row)
