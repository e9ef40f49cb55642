"""Agencies as stored, and the registers of provinces from the rule packs."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.agencies.domain import FOREIGN_LEVELS, Agency, ProvinceRegister
from registration.agencies.tables import AgencyRow
from registration.rows import insert_into, rows_of
from registration.rules.tables import RulePackRow

REGISTER = TypeAdapter(ProvinceRegister)
LIST_REGISTERS = text("SELECT version, digest, valid_from FROM rule_packs WHERE pack = 'provinces' ORDER BY valid_from")
DIGEST_OF = text("SELECT digest FROM rule_packs WHERE pack = 'provinces' AND version = :version")
LIST_KNOWN = text("SELECT agency_code FROM agencies WHERE agency_code = ANY(:agency_codes)")
SAVE = insert_into(
    "agencies",
    key="agency_code",
    renew=[column.key for column in AgencyRow.__mapper__.column_attrs if column.key != "agency_code"],
)


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
        country=row.country,
    )


def to_register(row: RulePackRow) -> ProvinceRegister:
    dates = {"version": row.version, "valid_from": row.valid_from, "valid_to": row.valid_to}
    return REGISTER.validate_python({**row.body, **dates})


async def find_register(session: AsyncSession, version: str) -> ProvinceRegister | None:
    """Return a register of provinces by its name, ``2020`` or ``2025``."""
    digest = await session.scalar(DIGEST_OF, {"version": version})
    return None if digest is None else await _read_once(session, version, digest)


async def get_register(session: AsyncSession, version: str) -> ProvinceRegister:
    """Return a register of provinces by its name; raises NotFoundError."""
    register = await find_register(session, version)
    if register is None:
        raise NotFoundError("province register", version)
    return register


@lru_cache(maxsize=16)
def _kept(_version: str, _digest: str) -> list[ProvinceRegister]:
    """Return the register of this version and digest once it was read: a stored version never changes."""
    return []


async def _read_once(session: AsyncSession, version: str, digest: str) -> ProvinceRegister:
    kept = _kept(version, digest)
    if not kept:
        kept.append(to_register(await session.get_one(RulePackRow, ("provinces", version))))
    return kept[0]


async def get_register_on(session: AsyncSession, on: date) -> ProvinceRegister:
    """Return the register of provinces in force on a day; before the first one, the first."""
    listed = (await session.execute(LIST_REGISTERS)).all()
    version, digest, _ = next((one for one in reversed(listed) if one.valid_from <= on), listed[0])
    return await _read_once(session, version, digest)


async def find_agency(session: AsyncSession, agency_code: str) -> Agency | None:
    row = await session.get(AgencyRow, agency_code)
    return None if row is None else to_agency(row)


async def list_known_codes(session: AsyncSession, agency_codes: Collection[str]) -> set[str]:
    """Return which of the codes belong to an agency."""
    return set(await session.scalars(LIST_KNOWN, {"agency_codes": list(agency_codes)}))


async def list_agencies(session: AsyncSession, after: str | None, limit: int) -> list[Agency]:
    """Return agencies by code."""
    rows = await session.scalars(
        select(AgencyRow).where(AgencyRow.agency_code > (after or "")).order_by(AgencyRow.agency_code).limit(limit)
    )
    return [to_agency(row) for row in rows]


async def list_bodies(session: AsyncSession) -> list[Agency]:
    """Return the agencies that bring foreign vendors, by name."""
    rows = await session.scalars(
        select(AgencyRow).where(AgencyRow.level.in_(FOREIGN_LEVELS)).order_by(AgencyRow.name_vi, AgencyRow.agency_code)
    )
    return [to_agency(row) for row in rows]


async def save_agency(session: AsyncSession, agency: Agency) -> None:
    await session.execute(SAVE, rows_of([agency]))
