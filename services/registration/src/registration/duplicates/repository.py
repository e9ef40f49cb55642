"""Pairs and verdicts as stored, and the facts that the search compares."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.duplicates.domain import Candidate, Signal
from registration.duplicates.tables import DuplicatePairRow
from registration.rows import insert_into, rows_of

LIST_COMPARED = text(
    """
    SELECT v.vendor_id, v.legal_name, v.trade_name, v.tax_key, v.registration_number, v.province_register,
        v.province_code, c.phone,
        coalesce((SELECT array_agg(p.name_key) FROM products p WHERE p.vendor_id = v.vendor_id), '{}') AS products
    FROM vendors v LEFT JOIN contacts c ON c.party_id = v.vendor_id
    WHERE NOT EXISTS (SELECT FROM vendor_merges m WHERE m.merged_vendor_id = v.vendor_id)
    """
)
SAVE_PAIRS = insert_into("duplicate_pairs", key="pair_id", renew=("score", "signals", "found_at", "verdict"))
FORGET_PAIRS = text("DELETE FROM duplicate_pairs WHERE verdict IS NULL AND found_at < :now")


KEEP_VERDICT = insert_into("earlier_verdicts")
LIST_EARLIER = text(
    """
    SELECT pair_id, verdict, reason, decided_by, decided_at FROM earlier_verdicts
    WHERE pair_id = ANY(:pair_ids) ORDER BY decided_at
    """
)
LIST_APPLIED = text(
    """
    SELECT a.vendor_id, e.code, a.application_id, a.state, a.channel, a.nominating_agency_code
    FROM applications a JOIN editions e ON e.edition_id = a.edition_id
    WHERE a.vendor_id = ANY(:vendor_ids) ORDER BY a.application_id
    """
)
LIST_PRODUCT_NAMES = text("SELECT vendor_id, name FROM products WHERE vendor_id = ANY(:vendor_ids) ORDER BY name_key")
LIST_PHONES = text("SELECT party_id, phone FROM contacts WHERE party_id = ANY(:vendor_ids) AND phone IS NOT NULL")
SIGNALS = TypeAdapter(tuple[Signal, ...])


@dataclass(frozen=True)
class Compared:
    """A vendor as stored, with what the search looks at."""

    vendor_id: UUID
    legal_name: str
    trade_name: str
    tax_key: str | None
    registration_number: str | None
    province_register: str
    province_code: str | None
    phone: str | None
    products: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A pair as stored; ``verdict`` None waits for a person."""

    pair_id: UUID
    first_id: UUID
    second_id: UUID
    score: int
    signals: tuple[Signal, ...]
    found_at: datetime
    verdict: str | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Earlier:
    """A verdict that was taken back."""

    verdict: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class Applied:
    """An application of a vendor, in short."""

    edition_code: str
    application_id: UUID
    state: str
    channel: str
    nominating_agency_code: str | None


async def list_compared(session: AsyncSession) -> list[Compared]:
    """Return every vendor that was not merged into another."""
    rows = await session.execute(LIST_COMPARED)
    return [Compared(*row[:-1], products=tuple(row[-1])) for row in rows]


def _to_pair(row: DuplicatePairRow) -> Pair:
    return Pair(
        row.pair_id,
        row.first_vendor_id,
        row.second_vendor_id,
        row.score,
        SIGNALS.validate_python(row.signals),
        row.found_at,
        row.verdict,
        row.reason,
        row.decided_by,
        row.decided_at,
    )


async def list_all(session: AsyncSession) -> dict[tuple[UUID, UUID], Pair]:
    """Return every pair by its two vendors."""
    rows = await session.scalars(select(DuplicatePairRow))
    return {(row.first_vendor_id, row.second_vendor_id): _to_pair(row) for row in rows}


async def save_found(session: AsyncSession, found: Collection[tuple[UUID, Candidate]], now: datetime) -> None:
    """Store pairs to be looked at, with their ids; pairs not looked at yet and no longer found are forgotten."""
    rows = [
        {
            "pair_id": pair_id,
            "first_vendor_id": one.first_id,
            "second_vendor_id": one.second_id,
            "score": one.score,
            "signals": [asdict(signal) for signal in one.signals],
            "found_at": now,
        }
        for pair_id, one in found
    ]
    if rows:
        await session.execute(SAVE_PAIRS, rows_of(rows))
    await session.execute(FORGET_PAIRS, {"now": now})


async def list_pairs(
    session: AsyncSession, verdict: str | None, after: tuple[int, UUID] | None, limit: int
) -> list[Pair]:
    """Return pairs with this verdict (None: waiting), the highest score first."""
    is_it = DuplicatePairRow.verdict.is_(None) if verdict is None else DuplicatePairRow.verdict == verdict
    wanted = select(DuplicatePairRow).where(is_it)
    if after is not None:
        score, pair_id = after
        wanted = wanted.where(
            (DuplicatePairRow.score < score)
            | ((DuplicatePairRow.score == score) & (DuplicatePairRow.pair_id > pair_id))
        )
    rows = await session.scalars(wanted.order_by(DuplicatePairRow.score.desc(), DuplicatePairRow.pair_id).limit(limit))
    return [_to_pair(row) for row in rows]


async def find_pair(session: AsyncSession, pair_id: UUID) -> Pair | None:
    row = await session.get(DuplicatePairRow, pair_id)
    return None if row is None else _to_pair(row)


async def lock_pair(session: AsyncSession, pair_id: UUID) -> Pair:
    """Return a pair that nobody else decides meanwhile; raises NotFoundError."""
    row = await session.scalar(select(DuplicatePairRow).where(DuplicatePairRow.pair_id == pair_id).with_for_update())
    if row is None:
        raise NotFoundError("duplicate_pair", pair_id)
    return _to_pair(row)


async def save_verdict(session: AsyncSession, pair: Pair) -> None:
    decided = {name: getattr(pair, name) for name in ("verdict", "reason", "decided_by", "decided_at")}
    await session.execute(update(DuplicatePairRow).where(DuplicatePairRow.pair_id == pair.pair_id).values(**decided))


async def keep_verdict(session: AsyncSession, pair: Pair) -> None:
    """Keep what was decided about a pair, before another word takes its place."""
    names = ("pair_id", "verdict", "reason", "decided_by", "decided_at")
    await session.execute(KEEP_VERDICT, rows_of([{name: getattr(pair, name) for name in names}]))


async def list_earlier(session: AsyncSession, pair_ids: Collection[UUID]) -> dict[UUID, list[Earlier]]:
    """Return the verdicts that were taken back, oldest first, by pair."""
    found: dict[UUID, list[Earlier]] = {}
    for pair_id, *rest in await session.execute(LIST_EARLIER, {"pair_ids": list(pair_ids)}):
        found.setdefault(pair_id, []).append(Earlier(*rest))
    return found


async def list_applied(session: AsyncSession, vendor_ids: Collection[UUID]) -> dict[UUID, list[Applied]]:
    """Return the applications of vendors, oldest first, by vendor."""
    found: dict[UUID, list[Applied]] = {}
    for vendor_id, *rest in await session.execute(LIST_APPLIED, {"vendor_ids": list(vendor_ids)}):
        found.setdefault(vendor_id, []).append(Applied(*rest))
    return found


async def list_product_names(session: AsyncSession, vendor_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the names of vendors' products, by vendor."""
    found: dict[UUID, list[str]] = {}
    for vendor_id, name in await session.execute(LIST_PRODUCT_NAMES, {"vendor_ids": list(vendor_ids)}):
        found.setdefault(vendor_id, []).append(name)
    return found


async def list_phones(session: AsyncSession, vendor_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the phones of vendors."""
    rows = await session.execute(LIST_PHONES, {"vendor_ids": list(vendor_ids)})
    return {vendor_id: phone for vendor_id, phone in rows}  # noqa: C416  # rows are no pairs to the type checker
