"""Agencies as stored, and the registers of provinces from the rule packs."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.agencies.domain import Agency, ProvinceRegister
from registration.agencies.tables import AgencyRow
from registration.rules.tables import RulePackRow


def to_agency(row: AgencyRow) -> Agency:
    return Agency(
        agency_code=row.agency_code,
        name_vi=row.name_vi,
        name_en=row.name_en,
        level=row.level,
        parent_code=row.parent_code,
        province_code=row.province_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def to_register(row: RulePackRow) -> ProvinceRegister:
    dates = {"version": row.version, "valid_from": row.valid_from, "valid_to": row.valid_to}
    return TypeAdapter(ProvinceRegister).validate_python({**row.body, **dates})


async def find_register(session: AsyncSession, version: str) -> ProvinceRegister | None:
    """Return a register of provinces by its name, ``2020`` or ``2025``."""
    row = await session.get(RulePackRow, ("provinces", version))
    return None if row is None else to_register(row)


async def get_register(session: AsyncSession, version: str) -> ProvinceRegister:
    """Return a register of provinces by its name; raises NotFoundError."""
    register = await find_register(session, version)
    if register is None:
        raise NotFoundError("province register", version)
    return register


async def get_register_on(session: AsyncSession, on: date) -> ProvinceRegister:
    """Return the register of provinces in force on a day; before the first one, the first."""
    rows = await session.scalars(
        select(RulePackRow).where(RulePackRow.pack == "provinces").order_by(RulePackRow.valid_from)
    )
    registers = [to_register(row) for row in rows]
    return next((found for found in reversed(registers) if found.valid_from <= on), registers[0])


async def find_agency(session: AsyncSession, agency_code: str) -> Agency | None:
    row = await session.get(AgencyRow, agency_code)
    return None if row is None else to_agency(row)


async def list_known_codes(session: AsyncSession, agency_codes: Collection[str]) -> set[str]:
    """Return which of the codes belong to an agency."""
    return set(await session.scalars(select(AgencyRow.agency_code).where(AgencyRow.agency_code.in_(agency_codes))))


async def list_agencies(session: AsyncSession, after: str | None, limit: int) -> list[Agency]:
    """Return agencies by code."""
    rows = await session.scalars(
        select(AgencyRow).where(AgencyRow.agency_code > (after or "")).order_by(AgencyRow.agency_code).limit(limit)
    )
    return [to_agency(row) for row in rows]


async def save_agency(session: AsyncSession, agency: Agency) -> None:
    values = asdict(agency)
    await session.execute(
        insert(AgencyRow).values(values).on_conflict_do_update(index_elements=["agency_code"], set_=values)
    )
