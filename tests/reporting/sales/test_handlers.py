"""The tables of sales: their last row is the sum of the others, and the sums of all tables of a report agree."""

from dataclasses import replace

import pytest
from tests.bench.reports import make_facts, make_vendors

from common.papers.domain import Amount, Table, say_in_table
from reporting.day_figures.domain import Figure, Measure, Qualifier
from reporting.facts.domain import Facts
from reporting.figures.domain import FigureSet
from reporting.figures.handlers import compute
from reporting.sales.handlers import by_day, by_province, by_zone


@pytest.fixture(scope="module")
def facts() -> Facts:
    return make_facts(make_vendors(40))


def numbers(table: Table, column: str) -> list[int]:
    place = next(place for place, one in enumerate(table.columns) if one.title == column)
    cells = [row[place] for row in table.rows]
    return [cell.value if isinstance(cell, Amount) else int(cell) for cell in cells]


@pytest.mark.parametrize("column", ["Gian hàng", "Doanh số (đồng)"])
def test_days_provinces_and_zones_have_the_same_sum(facts: Facts, column: str):
    whole = compute(facts, None)
    sums: set[int] = set()
    for table in (by_province(facts), by_zone(facts, whole)):
        *rows, last = numbers(table, column)
        assert table.has_total
        assert sum(rows) == last
        sums.add(last)
    assert sums == {numbers(by_day(facts, whole), column)[-1]}


def test_a_booth_that_changed_hands_is_summed_once(facts: Facts):
    """Its second holder, of another province, has vendors and sales there, and no booth."""
    first, second = facts.attendances[0], facts.attendances[1]
    taken = [replace(second, booth_code=first.booth_code, on=found.on) for found in facts.attendances[-1:]]
    later = replace(
        facts, attendances=[one for one in facts.attendances if one.booth_code != second.booth_code] + taken
    )
    *rows, last = numbers(by_province(later), "Gian hàng")
    booths = compute(later, None).figure("booths_actual")
    assert booths is not None
    assert sum(rows) == last == booths.value == 39


def test_a_sum_is_as_loose_as_its_parts_and_none_at_all_is_said_plainly(facts: Facts):
    sold = {Measure.SALES_VND: Figure(2_000_000, Qualifier.MORE_THAN, is_estimate=True)}
    none = {Measure.OCOP_SALES_VND: Figure(0, Qualifier.MORE_THAN, is_estimate=True)}
    told = replace(facts, entries=[replace(entry, figures={**sold, **none}) for entry in facts.entries])
    for table in (by_province(told), by_zone(told, compute(told, None))):
        assert [say_in_table(cell) for cell in table.rows[-1] if isinstance(cell, Amount)] == ["ước hơn 320.000.000"]
    assert {row[-1] for row in by_province(told).rows} == {0}


def test_what_nobody_told_is_a_dash_in_the_sum_too(facts: Facts):
    silent = replace(facts, entries=[])
    whole: FigureSet = compute(silent, None)
    assert by_province(silent).rows[-1][-2:] == ("-", "-")
    assert by_zone(silent, whole).rows[-1][-1] == "-"
