"""The body of a result report: every heading of usual practice is there, and says so where nothing is known."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from tests.bench.reports import make_facts, make_vendors

from common.papers.domain import Block, Heading, Paragraph
from reporting.figures.handlers import compute
from reporting.registers.repository import get_registers
from reporting.reports.domain import HEADINGS
from reporting.result_reports.handlers import compose_body

TITLES = [
    "I. Công tác chỉ đạo, triển khai",
    "1. Văn bản chỉ đạo",
    "2. Tổ chức thực hiện",
    "3. Tuyên truyền",
    "II. Kết quả",
    "1. Quy mô",
    "2. Gian hàng, chủ thể, tỉnh, thành phố",
    "3. Sản phẩm",
    "4. Khách và doanh số",
    "5. Kết nối giao thương",
    "6. Hoạt động văn hóa",
    "7. An toàn thực phẩm, an ninh trật tự, phòng cháy chữa cháy, vệ sinh, phòng dịch",
    "8. Kinh phí",
    "III. Đánh giá chung",
    "1. Ưu điểm",
    "2. Tồn tại, hạn chế",
    "3. Nguyên nhân",
    "IV. Nhiệm vụ, giải pháp",
    "V. Đề xuất, kiến nghị",
]
OF_A_RESULT = [heading for heading in HEADINGS if heading != "incidents"]


def body(narrative: Mapping[str, str]) -> tuple[Block, ...]:
    return compose_body(compute(make_facts(make_vendors(4)), None), narrative, get_registers())


def said(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("narrative", [{}, dict.fromkeys(OF_A_RESULT, "Lời của Ban tổ chức.")], ids=["none", "all"])
def test_all_headings_stand_with_and_without_words(narrative: Mapping[str, str]):
    blocks = body(narrative)
    assert [block.text for block in blocks if isinstance(block, Heading)] == TITLES
    assert not [one for one, next_ in pairwise(blocks) if is_bare(one, next_)]


def is_bare(one: Block, next_: Block) -> bool:
    """Whether a heading is followed by another of its level or above."""
    return isinstance(one, Heading) and isinstance(next_, Heading) and next_.level <= one.level


def test_a_heading_without_words_says_so_and_money_that_it_is_not_known():
    without = said(body({}))
    assert (without.count("Chưa có nội dung."), without.count("Chưa có số liệu.")) == (8, 1)


def test_every_heading_that_an_organiser_writes_has_its_words_in_the_body():
    told = said(body({heading: f"Về {heading}." for heading in OF_A_RESULT}))
    assert [text for text in told if text.startswith("Về ")] == [f"Về {heading}." for heading in OF_A_RESULT]
    assert not [text for text in told if text.startswith("Chưa có")]
