"""The tables of the reports: they fit between the margins, and no word of them is broken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.bench.reports import make_facts, make_vendors, write
from tests.reporting.conftest import DAYS
from tests.reporting.reports.faces import width_mm

from common.papers.domain import Column, Paper, Table, say_in_table
from reporting.daily_reports import handlers as daily_reports
from reporting.day_figures.domain import Figure, Measure, Qualifier
from reporting.figures.handlers import compute
from reporting.registers.repository import get_registers
from reporting.sales.handlers import by_day

CELL_MARGINS = 2 * 1.0
SLACK = 0.5
"""What a word processor may round away of a cell's width, in mm."""
POINTS = 12
BETWEEN_MARGINS = 165


@pytest.fixture(scope="module", params=["result", "daily"])
def paper(request: pytest.FixtureRequest) -> Paper:
    facts = make_facts(make_vendors(150))
    if request.param == "result":
        return write(facts)
    return daily_reports.compose(facts, DAYS[0], "hn.snn", {}, [], get_registers())


def room(column: Column) -> float:
    return column.width - CELL_MARGINS - SLACK


def too_wide(words: str, column: Column, face: str) -> list[str]:
    return [word for word in words.split() if width_mm(word, POINTS, face) > room(column)]


def printed(table: Table) -> Iterator[tuple[str, Column, str]]:
    for number, row in enumerate(table.rows):
        bold = table.has_total and number == len(table.rows) - 1
        for cell, column in zip(row, table.columns, strict=True):
            yield say_in_table(cell), column, "Tinos-Bold" if bold else "Tinos-Regular"


def test_no_word_of_a_head_is_wider_than_its_column(paper: Paper):
    columns = [(table.name, column) for table in paper.tables() for column in table.columns]
    assert columns
    assert [(name, found) for name, column in columns if (found := too_wide(column.title, column, "Tinos-Bold"))] == []


def test_no_word_or_number_of_a_row_is_wider_than_its_column(paper: Paper):
    cells = [cell for table in paper.tables() for cell in printed(table)]
    assert [(text, column.title) for text, column, face in cells if too_wide(text, column, face)] == []


def test_every_table_fits_between_the_margins(paper: Paper):
    assert [table.name for table in paper.tables() if sum(one.width for one in table.columns) > BETWEEN_MARGINS] == []


def test_visits_and_billions_of_a_day_stand_on_one_line_with_the_words_before_them():
    facts = make_facts(make_vendors(1))
    figures = {
        Measure.VISITS: Figure(12_500, Qualifier.MORE_THAN),
        Measure.SALES_VND: Figure(2_000_000_000, Qualifier.MORE_THAN, is_estimate=True),
        Measure.OCOP_SALES_VND: Figure(1_725_000_000, Qualifier.MORE_THAN, is_estimate=True),
    }
    told = replace(facts, entries=[replace(entry, figures=figures) for entry in facts.entries])
    cells = list(printed(by_day(told, compute(told, None))))
    assert "ước hơn 8.000.000.000" in [text for text, _, _ in cells]
    assert [(text, one.title) for text, one, face in cells if width_mm(text, POINTS, face) > room(one)] == []
