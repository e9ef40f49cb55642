"""Entries of day figures as they come in, held against the fair: every mistake by its field; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import FieldProblem
from reporting.day_figures.domain import Figure, Measure, PlaceKind


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
