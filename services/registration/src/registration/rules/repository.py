"""Rule packs as stored: picked by date, handed out as values."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.rules.domain import NoRuleForDateError
from registration.rules.tables import RulePackRow

T = TypeVar("T")


class Source(NamedTuple):
    """What a version of a pack is called and which paper it follows, where that is known."""

    title: dict[str, str] | None
    legal_document: str | None


def to_value(kind: type[T], row: RulePackRow) -> T:
    """Read a stored body into its value; raises ValidationError on a body that does not fit."""
    dates = {"version": row.version, "valid_from": row.valid_from, "valid_to": row.valid_to}
    return TypeAdapter(kind).validate_python({**row.body, **dates})


async def list_packs(session: AsyncSession) -> Sequence[RulePackRow]:
    """Return all versions of all packs, oldest first."""
    return (await session.scalars(select(RulePackRow).order_by(RulePackRow.pack, RulePackRow.valid_from))).all()


async def get_in_force(session: AsyncSession, pack: str, kind: type[T], on: date) -> T:
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


async def get_source(session: AsyncSession, pack: str, version: str) -> Source:
    """Return where a stored version of a pack comes from."""
    query = select(RulePackRow.title, RulePackRow.legal_document)
    row = (await session.execute(query.where(RulePackRow.pack == pack, RulePackRow.version == version))).one()
    return Source(row.title, row.legal_document)
