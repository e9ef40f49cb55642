"""The wording of figures, money and dates, as the golden table says."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from common.papers import wording as papers
from reporting.wording import domain as w


@dataclass(frozen=True)
class Figure:
    value: int
    qualifier: str = "exact"
    is_estimate: bool = False


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (papers.say_number(1054), "1.054"),
        (w.say_money(1_234_567), "1.234.567 đồng"),
        (w.say_money(8_500_000_000), "8,5 tỷ đồng"),
        (w.say_sales(Figure(8_000_000_000, "more_than", is_estimate=True)), "ước hơn 8 tỷ đồng"),
        (w.say_sales(Figure(1_190_000_000, "more_than")), "hơn 1,19 tỷ đồng"),
        (w.say_sales(Figure(320_000_000)), "320 triệu đồng"),
        (w.say_visits(Figure(50_000, "more_than")), "hơn 5 vạn lượt khách"),
        (w.say_visits(Figure(54_000, "more_than")), "hơn 54.000 lượt khách"),
        (w.say_visits(Figure(50_000)), "50.000 lượt khách"),
        (w.say_visits(Figure(9_000, "nearly")), "gần 9.000 lượt khách"),
        (w.say_count(Figure(2000, "more_than"), "sản phẩm"), "hơn 2.000 sản phẩm"),
        (papers.say_tenths(125), "12,5%"),
        (papers.say_tenths(1000), "100%"),
        (papers.say_tenths(-42), "-4,2%"),
        (w.say_sales(None), "chưa có số liệu"),
        (w.say_visits(None), "chưa có số liệu"),
        (w.say_sales(Figure(5_000_000_000, "estimated", is_estimate=True)), "ước 5 tỷ đồng"),
        (w.say_sales(Figure(5_000_000_000, "about", is_estimate=True)), "ước khoảng 5 tỷ đồng"),
        (w.say_sales(Figure(5_000_000_000, is_estimate=True)), "ước 5 tỷ đồng"),
        (w.say_money(0), "0 đồng"),
        (w.say_sales(Figure(0, "more_than", is_estimate=True)), "0 đồng"),
        (w.say_visits(Figure(0, "nearly")), "0 lượt khách"),
        (w.say_money(8_123_456_789), "8.123.456.789 đồng"),
        (w.say_money(1_005_000_000), "1.005 triệu đồng"),
        (papers.say_decimal(Decimal("1.190")), "1,19"),
        (papers.say_date_line("Hà Nội", date(2020, 3, 5), 2020), "Hà Nội, ngày 05 tháng 3 năm 2020"),
        (papers.say_date_line("Hà Nội", date(2021, 2, 9), 2021), "Hà Nội, ngày 09 tháng 02 năm 2021"),
        (papers.say_date_line("Hà Nội", date(2020, 10, 10), 2020), "Hà Nội, ngày 10 tháng 10 năm 2020"),
        (papers.say_date_line("Hà Nội", None, 2020), "Hà Nội, ngày        tháng        năm 2020"),
        (papers.say_number_line("5", "BC-SNN"), "Số: 05/BC-SNN"),
        (papers.say_number_line("100", "BC-SNN"), "Số: 100/BC-SNN"),
        (papers.say_number_line(None, "BC-SNN"), "Số:          /BC-SNN"),
        (w.say_days(date(2020, 8, 20), date(2020, 8, 24)), "từ ngày 20 đến ngày 24/08/2020"),
        (w.say_days(date(2020, 10, 29), date(2020, 11, 2)), "từ ngày 29/10 đến ngày 02/11/2020"),
        (w.say_days(date(2020, 12, 30), date(2021, 1, 2)), "từ ngày 30/12/2020 đến ngày 02/01/2021"),
        (w.say_days(date(2020, 10, 9), date(2020, 10, 9)), "ngày 09/10/2020"),
        (w.say_received(Figure(5000)), "đón 5.000 lượt khách"),
        (w.say_received(None), "lượt khách chưa có số liệu"),
        (w.say_signed(Figure(3), Figure(65)), "ký 03 hợp đồng, 65 biên bản ghi nhớ"),
        (
            w.say_signed(Figure(3), None, " (1/4 gian hàng báo cáo)"),
            "ký 03 hợp đồng (1/4 gian hàng báo cáo); biên bản ghi nhớ chưa có số liệu",
        ),
        (w.say_signed(None, Figure(65)), "ký 65 biên bản ghi nhớ; hợp đồng chưa có số liệu"),
        (w.say_signed(None, None), "hợp đồng, biên bản ghi nhớ chưa có số liệu"),
        (w.say_in_text(1), "01"),
        (w.say_in_text(10), "10"),
        (w.say_in_text(0), "0"),
        (w.say_in_text(1054), "1.054"),
        (w.say_ordinal(1), "thứ nhất"),
        (w.say_ordinal(4), "thứ tư"),
        (w.say_ordinal(10), "thứ mười"),
        (w.say_ordinal(11), "thứ 11"),
        (w.upper_first("lượt khách"), "Lượt khách"),
        (papers.lower_first("Sự kiện giới thiệu"), "sự kiện giới thiệu"),
        (papers.lower_first("OCOP Hà Nội"), "OCOP Hà Nội"),
    ],
)
def test_figures_are_said_as_the_papers_say_them(said: str, expected: str):
    assert said == expected
