"""How entries of day figures are checked."""

from datetime import date
from uuid import uuid4

import pytest

from reporting.day_figures.domain import Figure, Measure
from reporting.entries.domain import DraftEntry, Fair, check_entries

DAY = date(2020, 10, 9)
SALES = Measure.SALES_VND
HOLDER = uuid4()
FAIR = Fair(frozenset({DAY}), DAY, {(DAY, "A01"): HOLDER}, frozenset({"A"}), None)


def draft(**changes: object) -> DraftEntry:
    values = {"on": DAY, "booth_code": "A01", "zone_code": None, "gate_code": None, "figures": {SALES: Figure(1)}}
    return DraftEntry(**{**values, **changes})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("entries", "fair", "problems"),
    [
        ([draft()], FAIR, []),
        ([draft(on=date(2020, 10, 8))], FAIR, [("entries[0].on", "day_outside_fair"), ("entries[0].booth_code", "booth_without_holder")]),
        ([draft(booth_code="A99")], FAIR, [("entries[0].booth_code", "booth_without_holder")]),
        ([draft(booth_code=None, zone_code="Z")], FAIR, [("entries[0].zone_code", "zone_unknown")]),
        ([draft(zone_code="A")], FAIR, [("entries[0]", "one_place_needed")]),
        ([draft(booth_code=None)], FAIR, [("entries[0]", "one_place_needed")]),
        ([draft(figures={SALES: Figure(-1)})], FAIR, [("entries[0].sales_vnd.value", "negative_figure")]),
        ([draft(figures={SALES: None})], FAIR, [("entries[0]", "no_figure")]),
        (
            [draft(figures={SALES: Figure(1), Measure.OCOP_SALES_VND: Figure(2)})],
            FAIR,
            [("entries[0].ocop_sales_vnd.value", "ocop_part_exceeds_sales")],
        ),
        ([draft(), draft()], FAIR, [("entries[1].booth_code", "place_twice")]),
        (
            [draft()],
            Fair(FAIR.days, date(2020, 10, 8), FAIR.holders, FAIR.zones, None),
            [("entries[0].on", "day_not_yet")],
        ),
        ([draft()], Fair(FAIR.days, DAY, FAIR.holders, FAIR.zones, HOLDER), []),
        (
            [draft(), draft(booth_code=None, gate_code="G1")],
            Fair(FAIR.days, DAY, FAIR.holders, FAIR.zones, uuid4()),
            [("entries[0].booth_code", "not_your_booth"), ("entries[1].gate_code", "not_your_booth")],
        ),
    ],
)  # fmt: skip
def test_every_mistake_of_an_entry_is_told_by_field(
    entries: list[DraftEntry], fair: Fair, problems: list[tuple[str, str]]
):
    assert [(problem.field, problem.code) for problem in check_entries(entries, fair)] == problems
