"""The sentences of a result report: they name what happened, with counts as papers write them."""

from dataclasses import replace
from datetime import date

import pytest
from tests.bench.reports import make_facts, make_vendors

from reporting.editions.domain import Change, PaperRef
from reporting.facts.domain import Facts
from reporting.figure_names.handlers import name_figure
from reporting.figures.domain import FigureSet
from reporting.figures.handlers import compute
from reporting.registers.repository import get_registers
from reporting.result_reports.domain import (
    calendar_lines,
    direction_lines,
    headline,
    plan_table,
    product_line,
    scale_lines,
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """A fair of thirteen vendors: twelve provinces, five of the theme besides Hà Nội's, one vendor from abroad."""
    return make_facts(make_vendors(13))


@pytest.fixture
def found(facts: Facts) -> FigureSet:
    return compute(facts, None)


def test_the_headline_names_vendors_from_abroad_beside_the_provinces(facts: Facts, found: FigureSet):
    assert "đến từ 12 tỉnh, thành phố và 01 đơn vị nước ngoài;" in headline(found)
    at_home = {key: one for key, one in facts.participants.items() if one.province_code is not None}
    assert "đến từ 12 tỉnh, thành phố;" in headline(compute(replace(facts, participants=at_home), None))


def test_groups_of_provinces_and_other_kinds_of_vendors_are_named_in_full(facts: Facts):
    first, *rest = facts.participants.values()
    changed = replace(first, vendor_type="other")
    found = compute(replace(facts, participants={one.application_id: one for one in (changed, *rest)}), None)
    _, kinds, places = scale_lines(found)
    assert "01 loại hình khác)" in kinds
    told = "(Hà Nội, 09 tỉnh, thành phố khác thuộc vùng chủ đề, 02 tỉnh, thành phố ngoài vùng chủ đề) và 01 đơn vị nước"
    assert told in places


def test_products_without_a_star_are_not_all_called_specialities(facts: Facts):
    without_stars = {
        key: replace(one, products=tuple(replace(product, stars=0) for product in one.products))
        for key, one in facts.participants.items()
    }
    found = compute(replace(facts, participants=without_stars), None)
    assert "26 sản phẩm khác (tiềm năng, đặc sản, hàng nước ngoài)." in product_line(found)
    assert name_figure("other_products", facts) == "Sản phẩm khác (tiềm năng, đặc sản, hàng nước ngoài)"


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((), ["Đến khi lập báo cáo đã có 13 hồ sơ được chấp nhận."]),
        (("withdrawn",) * 2, ["Đến khi lập báo cáo đã có 13 hồ sơ được chấp nhận, trong đó 02 hồ sơ đã rút."]),
        (
            ("withdrawn", "revoked"),
            ["Đến khi lập báo cáo đã có 13 hồ sơ được chấp nhận, trong đó 01 hồ sơ đã rút, 01 hồ sơ bị thu hồi."],
        ),
    ],
)
def test_only_what_became_of_dossiers_is_named(facts: Facts, states: tuple[str, ...], told: list[str]):
    padded = (*states, *["accepted"] * (len(facts.participants) - len(states)))
    changed = {
        key: replace(one, state=state) for (key, one), state in zip(facts.participants.items(), padded, strict=True)
    }
    _, *lines = direction_lines(compute(replace(facts, participants=changed), None))
    assert lines[:-1] == told


def test_nothing_more_is_said_of_dossiers_that_stand_as_at_the_closing(facts: Facts):
    counts = {"submitted": 15, "accepted": 13, "pending": 0}
    found = compute(replace(facts, edition=replace(facts.edition, counts=counts)), None)
    first, second = direction_lines(found)
    assert first == "Đến khi đóng đăng ký đã tiếp nhận 15 hồ sơ, chấp nhận 13 hồ sơ."
    assert second.startswith("Đã gửi 52 thông báo")


def test_another_number_of_booths_is_told_with_its_paper_and_stands_in_the_table(facts: Facts):
    paper = PaperRef("edition_capacity_changed", "CV", "3667", "UBND-KT", date(2020, 9, 24), "hn.ubnd", "Giãn cách")
    changes = [
        Change("edition_capacity_changed", "epidemic", None, paper, before, after)
        for before, after in ((150, 146), (146, 150))
    ]
    edition = replace(facts.edition, changes=(*facts.edition.changes, *changes))
    told = calendar_lines(edition, get_registers())
    by_paper = "theo Công văn số 3667/UBND-KT ngày 24/09/2020 của Ủy ban nhân dân thành phố Hà Nội"
    assert f"Quy mô sự kiện được điều chỉnh {by_paper}: giảm từ 150 xuống 146 gian hàng." in told
    assert f"Quy mô sự kiện được điều chỉnh {by_paper}: tăng từ 146 lên 150 gian hàng." in told
    booths = plan_table(compute(replace(facts, edition=edition), None)).rows[-1]
    assert (booths[0], booths[2]) == ("Gian hàng", "146, sau đó 150")
    assert plan_table(compute(facts, None)).rows[-1][2] == "-"
