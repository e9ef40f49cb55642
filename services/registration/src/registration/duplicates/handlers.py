"""What is done about duplicates: searched for, shown, decided, and merged."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.agencies.domain import ProvinceRegister
from registration.duplicates import repository
from registration.duplicates.domain import (
    NotMergedError,
    NotOfPairError,
    PairDecidedError,
    Signal,
    VendorFacts,
    Verdict,
    core_name,
    is_asked_again,
    place_now,
)
from registration.duplicates.repository import Applied, Compared, Earlier, Pair
from registration.merges import repository as merges
from registration.merges.domain import Same, separate
from registration.rules import repository as rules
from registration.vendors import repository as vendors
from registration.vendors.domain import Vendor
from registration.workshop.handlers import Workshop


@dataclass(frozen=True)
class Searched:
    """What a search found: vendors compared, pairs that wait for a person, and pairs decided before and left so."""

    vendors: int
    waiting: int
    remembered: int


@dataclass(frozen=True)
class Side:
    """One of the two vendors of a pair as a person compares them; the phone is masked."""

    vendor_id: UUID
    vendor: Vendor
    phone: str | None
    products: tuple[str, ...]
    applications: tuple[Applied, ...]


@dataclass(frozen=True)
class Shown:
    """A pair side by side."""

    pair: Pair
    first: Side
    second: Side
    earlier: tuple[Earlier, ...] = ()


async def search_duplicates(uow: UnitOfWork, workshop: Workshop) -> Searched:
    """Compare all vendors and keep the pairs that a person is to look at; what was decided stays decided."""
    listed = await repository.list_compared(uow.session)
    successors = await _successors(uow)
    facts = [_to_facts(one, successors) for one in listed]
    found = await workshop.find_pairs(facts)
    known = await repository.list_all(uow.session)
    waiting = [
        (pair.pair_id if pair is not None else uow.new_id(), one)
        for one in found
        for pair in [known.get((one.first_id, one.second_id))]
        if pair is None or pair.verdict is None or _is_asked_again(pair, one.signals)
    ]
    await repository.save_found(uow.session, waiting, uow.now)
    return Searched(len(listed), len(waiting), len(found) - len(waiting))


def _is_asked_again(pair: Pair, signals: Sequence[Signal]) -> bool:
    return pair.verdict == Verdict.DIFFERENT and is_asked_again([one.name for one in pair.signals], signals)


async def _successors(uow: UnitOfWork) -> dict[str, dict[str, str]]:
    """Return what the codes of each older register are in the newest one."""
    rows = [row for row in await rules.list_packs(uow.session) if row.pack == "provinces"]
    registers = [rules.to_value(ProvinceRegister, row) for row in rows]
    newest = max(registers, key=lambda register: register.valid_from)
    became = {old: row.code for row in newest.rows for old in row.merged_from_codes.split("|") if old}
    return {register.version: became for register in registers if register is not newest}


def _to_facts(one: Compared, successors: Mapping[str, Mapping[str, str]]) -> VendorFacts:
    registered = re.sub(r"\W", "", one.registration_number or "").casefold()
    return VendorFacts(
        vendor_id=one.vendor_id,
        names=tuple(sorted({core_name(one.legal_name), core_name(one.trade_name)})),
        numbers=frozenset(number for number in (one.tax_key, registered) if number),
        phone=one.phone,
        province=place_now(one.province_code, successors.get(one.province_register, {})),
        products=frozenset(one.products),
    )


async def show(uow: UnitOfWork, pairs: Sequence[Pair]) -> list[Shown]:
    """Return pairs side by side."""
    ids = sorted({vendor_id for pair in pairs for vendor_id in (pair.first_id, pair.second_id)})
    known = await vendors.list_vendors(uow.session, ids)
    phones = await repository.list_phones(uow.session, ids)
    products = await repository.list_product_names(uow.session, ids)
    applied = await repository.list_applied(uow.session, ids)
    sides = {
        vendor_id: Side(
            vendor_id,
            known[vendor_id],
            _mask(phones.get(vendor_id)),
            tuple(products.get(vendor_id, ())),
            tuple(applied.get(vendor_id, ())),
        )
        for vendor_id in ids
    }
    earlier = await repository.list_earlier(uow.session, [pair.pair_id for pair in pairs])
    return [
        Shown(pair, sides[pair.first_id], sides[pair.second_id], tuple(earlier.get(pair.pair_id, ()))) for pair in pairs
    ]


def _mask(phone: str | None) -> str | None:
    return phone and f"…{phone[-3:]}"


async def decide_pair(
    uow: UnitOfWork, pair_id: UUID, verdict: Verdict, kept_id: UUID | None, reason: str, decided_by: str
) -> Pair:
    """Keep what a person found; the same producer's second vendor becomes the one to keep.

    Raises NotFoundError, PairDecidedError, NotOfPairError.
    """
    await vendors.lock_intake(uow.session)
    pair = await repository.lock_pair(uow.session, pair_id)
    if pair.verdict is not None:
        raise PairDecidedError(pair.verdict)
    decided = replace(pair, verdict=verdict.value, reason=reason, decided_by=decided_by, decided_at=uow.now)
    if verdict is Verdict.SAME:
        await _merge(uow, pair, kept_id or pair.first_id, decided_by)
    await repository.save_verdict(uow.session, decided)
    return decided


async def _merge(uow: UnitOfWork, pair: Pair, kept_id: UUID, merged_by: str) -> None:
    if kept_id not in (pair.first_id, pair.second_id):
        raise NotOfPairError(
            "Chủ thể được giữ lại phải là một trong hai chủ thể của cặp.",
            "The vendor to keep is one of the two of the pair.",
            field="kept_vendor_id",
        )
    other_id = pair.second_id if kept_id == pair.first_id else pair.first_id
    await merges.lock_vendors(uow.session, [kept_id, other_id])
    kept, merged = [await merges.find_kept(uow.session, one) for one in (kept_id, other_id)]
    if kept != merged:
        await merges.merge(uow.session, kept, merged, merged_by, uow.now, pair.pair_id)


async def separate_pair(uow: UnitOfWork, pair_id: UUID, reason: str, decided_by: str) -> Pair:
    """Take back that two vendors are one producer: "not the same after all".

    Each has its own tax number, record and ledger again; who was found to be one with either goes along with it. The
    earlier verdict is kept, and the pair is not asked about again. An application refused as the second one stays
    refused until it is appealed. Raises NotFoundError, NotMergedError, StillSameError, NumberTakenError.
    """
    await vendors.lock_intake(uow.session)
    pair = await repository.lock_pair(uow.session, pair_id)
    if pair.verdict != Verdict.SAME:
        raise NotMergedError
    await merges.lock_vendors(uow.session, [pair.first_id, pair.second_id])
    separation = separate(
        Same(pair_id, pair.first_id, pair.second_id),
        await merges.list_same(uow.session),
        await merges.find_kept(uow.session, pair.first_id),
        await merges.find_merged_by(uow.session, pair_id),
    )
    await merges.separate(uow.session, separation)
    await repository.keep_verdict(uow.session, pair)
    separated = replace(pair, verdict=Verdict.DIFFERENT.value, reason=reason, decided_by=decided_by, decided_at=uow.now)
    await repository.save_verdict(uow.session, separated)
    return separated
