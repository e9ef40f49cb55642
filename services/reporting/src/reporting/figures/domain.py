"""The indicators that are counts: from who was there to numbers, pure; sums of day figures come from elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reporting.day_figures.domain import Figure
from reporting.facts.domain import Facts

HANOI = "01"
STARS_OF_OCOP = (3, 4, 5)


@dataclass(frozen=True)
class Good:
    """A product of a counted vendor."""

    product_id: UUID
    stars: int
    valid_to: date | None


@dataclass(frozen=True)
class Exhibitor:
    """An accepted applicant that counts: checked in, or before the fair holding a place."""

    vendor_id: UUID
    vendor_type: str
    province_code: str | None
    goods: tuple[Good, ...]


@dataclass(frozen=True)
class Manned:
    """A booth with its holder there on a day; ``reported`` whether a figure of it came in."""

    booth_code: str
    on: date
    zone_code: str | None
    province_code: str | None
    reported: bool


@dataclass(frozen=True)
class Coverage:
    """Booths with a figure among the manned booths."""

    reported: int
    manned: int

    @property
    def is_full(self) -> bool:
        return self.reported == self.manned


@dataclass(frozen=True)
class FigureSet:
    """Figures of an edition, or of its day ``on``; ``coverage`` for the sums that not every booth is in."""

    facts: Facts
    on: date | None
    figures: Mapping[str, Figure | None]
    coverage: Mapping[str, Coverage] = field(default_factory=dict[str, Coverage])

    def figure(self, name: str) -> Figure | None:
        return self.figures.get(name)


def share_in_tenths(part: int, whole: int) -> int | None:
    """Return a percentage in tenths, rounded half up; None of nothing."""
    return None if whole == 0 else (2000 * part + whole) // (2 * whole)


def first_manned(manned: Iterable[Manned]) -> dict[str, Manned]:
    """Return each booth once, as it was first manned."""
    first: dict[str, Manned] = {}
    for found in sorted(manned, key=lambda booth: (booth.on, booth.booth_code)):
        first.setdefault(found.booth_code, found)
    return first


def count_booths(manned: Iterable[Manned]) -> dict[str, int]:
    """Return ``booths_actual`` and its parts: Hà Nội, other provinces and countries, each zone.

    A booth is counted once, for its first holder, however many days it was manned.
    """
    first = first_manned(manned)
    counts = {"booths_actual": len(first), "booths_actual__hanoi": 0, "booths_actual__other": 0}
    for booth in first.values():
        counts["booths_actual__hanoi" if booth.province_code == HANOI else "booths_actual__other"] += 1
        if booth.zone_code is not None:
            name = f"booths_actual__{booth.zone_code.lower()}"
            counts[name] = counts.get(name, 0) + 1
    return counts


def count_vendors(exhibitors: Iterable[Exhibitor]) -> dict[str, int]:
    """Return ``vendors``, its parts by type of vendor and those from abroad; each vendor counts once."""
    exhibitors = list(exhibitors)
    types = {exhibitor.vendor_id: exhibitor.vendor_type for exhibitor in exhibitors}
    counts = {"vendors": len(types)}
    for vendor_type in sorted(types.values()):
        counts[f"vendors__{vendor_type}"] = counts.get(f"vendors__{vendor_type}", 0) + 1
    foreign = {exhibitor.vendor_id for exhibitor in exhibitors if exhibitor.province_code is None}
    if foreign:
        counts["vendors__foreign"] = len(foreign)
    return counts


def count_provinces(exhibitors: Iterable[Exhibitor], theme: frozenset[str]) -> dict[str, int]:
    """Return ``provinces`` and its parts, which add up to it: Hà Nội, the theme's others, all others."""
    found = {exhibitor.province_code for exhibitor in exhibitors if exhibitor.province_code is not None}
    return {
        "provinces": len(found),
        "provinces__hanoi": len(found & {HANOI}),
        "provinces__theme": len((found & theme) - {HANOI}),
        "provinces__other": len(found - theme - {HANOI}),
    }


def has_valid_star(good: Good, last_day: date) -> bool:
    """Whether a product's certificate is valid on all official days: on the last of them."""
    return good.stars in STARS_OF_OCOP and good.valid_to is not None and good.valid_to >= last_day


def count_products(exhibitors: Iterable[Exhibitor], last_day: date) -> dict[str, int]:
    """Return ``ocop_products``, its parts by stars, and ``other_products``: accepted ones without a valid star."""
    goods = {good.product_id: good for exhibitor in exhibitors for good in exhibitor.goods}
    rated = [good for good in goods.values() if has_valid_star(good, last_day)]
    by_star = {f"ocop_products_{stars}_star": sum(good.stars == stars for good in rated) for stars in STARS_OF_OCOP}
    return {"ocop_products": len(rated), **by_star, "other_products": len(goods) - len(rated)}


def measure_coverage(manned: Iterable[Manned]) -> Coverage:
    """Return how many of the manned booths had a figure; each booth counts once."""
    booths: dict[str, bool] = {}
    for found in manned:
        booths[found.booth_code] = booths.get(found.booth_code, False) or found.reported
    return Coverage(reported=sum(booths.values()), manned=len(booths))


def change_per_day_in_tenths(now: int, days: int, before: int, days_before: int) -> int | None:
    """Return how much more a day than in the edition before, in tenths of a percent; None of nothing."""
    if not (days and days_before and before):
        return None
    return round(1000 * (now * days_before) / (before * days) - 1000)


@dataclass(frozen=True)
class Indicator:
    """What an indicator is: name and definition in Vietnamese and English, and where it comes from.

    ``source`` names services and events, ``origin_vi`` says the same for readers of a report.
    """

    name_vi: str
    name_en: str
    definition_vi: str
    definition_en: str
    source: str
    origin_vi: str


def indicator_id(name: str) -> str:
    """Return the indicator that a figure's name belongs to: ``ocop_products_3_star`` is one of ``ocop_products``."""
    whole, _, _ = name.partition("__")
    stem, _, last = whole.rpartition("_")
    return stem.rpartition("_")[0] if last == "star" else whole


def part_of(name: str) -> str:
    """Return which part of its indicator a figure is: ``hanoi``, ``3_star``; empty for the whole."""
    whole, _, part = name.partition("__")
    return part or whole.removeprefix(indicator_id(name)).removeprefix("_")
