"""The annex on the figures' meaning is in words that a reader of papers knows."""

import re

from tests.bench.reports import make_facts, make_vendors

from common.papers.domain import Paragraph, Table, say_in_table
from reporting.definitions.handlers import definition_annex, say_positions
from reporting.figures.handlers import compute


def test_up_to_where_figures_count_is_said_without_codes():
    told = say_positions({"/ocop/reporting": 612, "/ocop/registration": 1012, "/ocop/registration/2": 7})
    assert told == (
        "Số liệu tính đến: đăng ký đến bản ghi số 1.012; đăng ký (sổ thứ 2) đến bản ghi số 7; "
        "số liệu từng ngày đến bản ghi số 612."
    )


def test_every_figure_and_part_has_a_name_in_words_and_one_of_its_own():
    told, table = definition_annex("PHỤ LỤC IV", compute(make_facts(make_vendors(30)), None)).blocks
    assert isinstance(told, Paragraph)
    assert isinstance(table, Table)
    names = [say_in_table(row[0]) for row in table.rows]
    assert len(set(names)) == len(names)
    assert "Gian hàng thực tế (các tỉnh, thành phố khác và nước ngoài)" in names
    assert "Số tỉnh, thành phố (ngoài vùng chủ đề)" in names
    everything = " ".join([told.text, *(say_in_table(cell) for row in table.rows for cell in row)])
    assert re.findall(r"\S*[/_]\S*", everything) == []
