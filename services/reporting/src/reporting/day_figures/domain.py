"""Figures of the fair days: which of several counts, and how they add up; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Qualifier(StrEnum):
    """How exact a figure is, from the tightest to the loosest."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"
    ABOUT = "about"
    ESTIMATED = "estimated"


class PlaceKind(StrEnum):
    BOOTH = "booth"
    ZONE = "zone"
    GATE = "gate"


class Measure(StrEnum):
    """What is counted on a fair day."""

    VISITS = "visits"
    SALES_VND = "sales_vnd"
    OCOP_SALES_VND = "ocop_sales_vnd"
    CONTRACTS = "contracts"
    MEMORANDA = "memoranda"


SOURCES = ("organiser", "inspector", "vendor")
"""Who enters figures; the earlier one's word counts before the later one's."""


@dataclass(frozen=True)
class Figure:
    """A figure as reported."""

    value: int
    qualifier: Qualifier = Qualifier.EXACT
    is_estimate: bool = False


@dataclass(frozen=True)
class Entry:
    """What one source says of one place on one day; a measure that is left out is unknown."""

    on: date
    place: PlaceKind
    code: str
    source: str
    figures: Mapping[Measure, Figure]


def _loosest(qualifiers: set[Qualifier]) -> Qualifier:
    for qualifier in (Qualifier.ESTIMATED, Qualifier.ABOUT):
        if qualifier in qualifiers:
            return qualifier
    if {Qualifier.MORE_THAN, Qualifier.NEARLY} <= qualifiers:
        return Qualifier.ABOUT
    return next(iter(qualifiers - {Qualifier.EXACT}), Qualifier.EXACT)


def add_up(parts: Iterable[Figure]) -> Figure | None:
    """Return the sum: exact only if all parts are, else as loose as the loosest; None without any part."""
    figures = list(parts)
    if not figures:
        return None
    return Figure(
        value=sum(figure.value for figure in figures),
        qualifier=_loosest({figure.qualifier for figure in figures}),
        is_estimate=any(figure.is_estimate for figure in figures),
    )


PlaceDay = tuple[date, PlaceKind, str]


def pick(entries: Iterable[Entry], measure: Measure) -> dict[PlaceDay, Figure]:
    """Return what counts of a measure at each place and day: the first source's word; an unknown hides nothing."""
    picked: dict[PlaceDay, Figure] = {}
    ranked = sorted((entry for entry in entries if measure in entry.figures), key=_rank)
    for entry in ranked:
        picked.setdefault((entry.on, entry.place, entry.code), entry.figures[measure])
    return picked


def _rank(entry: Entry) -> int:
    return SOURCES.index(entry.source) if entry.source in SOURCES else len(SOURCES)


def day_parts(entries: Iterable[Entry], measure: Measure, zone_of: Mapping[str, str]) -> dict[PlaceDay, Figure]:
    """Return the parts that make up each day's sum of a measure, never two for the same thing.

    Visits come from the gates if a gate reported them, else from the zones, else from the booths; all else from the
    booths, and from a zone where none of its booths reported it.
    """
    picked = pick(entries, measure)
    parts: dict[PlaceDay, Figure] = {}
    for day in {on for on, _, _ in picked}:
        of_day = {place: figure for place, figure in picked.items() if place[0] == day}
        parts |= _visit_parts(of_day) if measure is Measure.VISITS else _booth_parts(of_day, zone_of)
    return parts


def _visit_parts(of_day: Mapping[PlaceDay, Figure]) -> dict[PlaceDay, Figure]:
    for kind in (PlaceKind.GATE, PlaceKind.ZONE, PlaceKind.BOOTH):
        found = {place: figure for place, figure in of_day.items() if place[1] is kind}
        if found:
            return found
    return {}


def _booth_parts(of_day: Mapping[PlaceDay, Figure], zone_of: Mapping[str, str]) -> dict[PlaceDay, Figure]:
    booths = {place: figure for place, figure in of_day.items() if place[1] is PlaceKind.BOOTH}
    heard = {zone_of.get(code) for _, _, code in booths}
    zones = {place: figure for place, figure in of_day.items() if place[1] is PlaceKind.ZONE and place[2] not in heard}
    return booths | zones
