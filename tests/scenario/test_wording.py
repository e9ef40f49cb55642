"""Figures read as officials write them."""

import pytest

from scenario.results.wording import label, write_figure, write_moment, write_paper


@pytest.mark.parametrize(
    ("value", "qualifier", "is_estimate", "name", "words"),
    [
        (50000, "more_than", False, "visits", "hơn 5 vạn lượt"),
        (54000, "more_than", False, "visits", "hơn 54.000"),
        (8_000_000_000, "more_than", True, "sales_vnd", "ước hơn 8 tỷ đồng"),
        (1_190_000_000, "more_than", False, "sales_vnd__b", "hơn 1,19 tỷ đồng"),
        (320_000_000, "exact", False, "sales_vnd", "320 triệu đồng"),
        (1_234_567, "exact", False, "sales_vnd", "1.234.567 đồng"),
        (3_316_421_000, "exact", False, "sales_vnd__b", "3.316.421.000 đồng"),
        (947, "exact", False, "coverage", "94,7%"),
        (1054, "exact", False, "ocop_products", "1.054"),
    ],
)
def test_a_figure_is_written_with_its_qualifier(value: int, qualifier: str, is_estimate: int, name: str, words: str):
    assert write_figure({"value": value, "qualifier": qualifier, "is_estimate": bool(is_estimate)}, name) == words


def test_a_missing_figure_is_never_zero():
    assert write_figure(None, "visits") == "chưa có số liệu"


def test_times_and_papers_are_written_the_vietnamese_way():
    assert write_moment("2020-10-08T18:05:00.000000Z") == "09/10/2020 01:05"
    assert write_paper({"number": "15", "notation": "TB-BCĐ", "issued_on": "2020-08-20"}) == "15/TB-BCĐ ngày 20/08/2020"
    assert write_paper(None) == ""


def test_parts_of_figures_have_names():
    assert label("ocop_products_4_star") == "Sản phẩm OCOP, 4 sao"
    assert label("vendors__household") == "Chủ thể, hộ kinh doanh"
    assert label("sales_vnd__b") == "Doanh số, khu B"
    assert label("visits") == "Lượt khách"
