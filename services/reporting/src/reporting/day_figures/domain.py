"""Figures of the fair days: which entries are right, which of several counts, and how they add up; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from common.errors import FieldProblem


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


@dataclass(frozen=True)
class Fair:
    """What entries are held against.

    Attributes:
        days: the official days in force.
        today: no figure can be of a later day.
        holders: application's vendor by booth, for each day asked for.
        zones: the zones of the floor plan.
        vendor_id: the vendor that enters; None for staff.
    """

    days: frozenset[date]
    today: date
    holders: Mapping[tuple[date, str], UUID]
    zones: frozenset[str]
    vendor_id: UUID | None


@dataclass(frozen=True)
class DraftEntry:
    """An entry as it comes in, with its place still to be checked."""

    on: date
    booth_code: str | None
    zone_code: str | None
    gate_code: str | None
    figures: Mapping[Measure, Figure | None]

    @property
    def places(self) -> list[tuple[PlaceKind, str]]:
        codes = ((PlaceKind.BOOTH, self.booth_code), (PlaceKind.ZONE, self.zone_code), (PlaceKind.GATE, self.gate_code))
        return [(kind, code) for kind, code in codes if code is not None]


def _problem(index: int, field: str, code: str, vi: str, en: str) -> FieldProblem:
    return FieldProblem(f"entries[{index}]{field}", code, vi, en)


def _check_day(index: int, entry: DraftEntry, fair: Fair) -> Iterable[FieldProblem]:
    if entry.on not in fair.days:
        yield _problem(
            index,
            ".on",
            "day_outside_fair",
            f"Ngày {entry.on:%d/%m/%Y} không phải ngày diễn ra sự kiện.",
            f"{entry.on} is not a day of the fair.",
        )
    elif entry.on > fair.today:
        yield _problem(
            index,
            ".on",
            "day_not_yet",
            f"Ngày {entry.on:%d/%m/%Y} chưa đến.",
            f"{entry.on} has not come yet.",
        )


def _check_place(index: int, entry: DraftEntry, fair: Fair) -> Iterable[FieldProblem]:
    places = entry.places
    if len(places) != 1:
        yield _problem(
            index,
            "",
            "one_place_needed",
            "Mỗi dòng ghi đúng một trong booth_code, zone_code, gate_code.",
            "Each entry names exactly one of booth_code, zone_code, gate_code.",
        )
        return
    kind, code = places[0]
    holder = fair.holders.get((entry.on, code))
    if kind is PlaceKind.BOOTH and holder is None:
        yield _problem(
            index,
            ".booth_code",
            "booth_without_holder",
            f"Gian hàng {code} không có chủ thể.",
            f"Booth {code} has no holder.",
        )
    if kind is PlaceKind.ZONE and code not in fair.zones:
        yield _problem(
            index,
            ".zone_code",
            "zone_unknown",
            f"Sơ đồ không có khu {code}.",
            f"The floor plan has no zone {code}.",
        )
    if fair.vendor_id is not None and (kind is not PlaceKind.BOOTH or holder not in {None, fair.vendor_id}):
        yield _problem(
            index,
            f".{kind}_code",
            "not_your_booth",
            "Chủ thể chỉ nhập số liệu gian hàng của mình.",
            "A vendor enters figures of its own booth only.",
        )


def _check_figures(index: int, entry: DraftEntry) -> Iterable[FieldProblem]:
    known = {measure: figure for measure, figure in entry.figures.items() if figure is not None}
    if not known:
        yield _problem(
            index,
            "",
            "no_figure",
            "Dòng này chưa có số liệu nào.",
            "This entry has no figure.",
        )
    for measure, figure in known.items():
        if figure.value < 0:
            yield _problem(
                index,
                f".{measure}.value",
                "negative_figure",
                "Số liệu không được âm.",
                "A figure cannot be negative.",
            )
    sales, ocop = known.get(Measure.SALES_VND), known.get(Measure.OCOP_SALES_VND)
    if sales is not None and ocop is not None and ocop.value > sales.value:
        yield _problem(
            index,
            ".ocop_sales_vnd.value",
            "ocop_part_exceeds_sales",
            "Doanh số OCOP lớn hơn tổng doanh số.",
            "The OCOP part is larger than all sales.",
        )


def check_entries(entries: Sequence[DraftEntry], fair: Fair) -> list[FieldProblem]:
    """Return every mistake of a request, each naming its field."""
    problems: list[FieldProblem] = []
    seen: set[tuple[date, PlaceKind, str]] = set()
    for index, entry in enumerate(entries):
        problems += [*_check_day(index, entry, fair), *_check_place(index, entry, fair), *_check_figures(index, entry)]
        for kind, code in entry.places:
            if (entry.on, kind, code) in seen:
                problems.append(
                    _problem(
                        index,
                        f".{kind}_code",
                        "place_twice",
                        f"{code} ngày {entry.on:%d/%m/%Y} có hai dòng.",
                        f"{code} on {entry.on} has two entries.",
                    )
                )
            seen.add((entry.on, kind, code))
    return problems


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
