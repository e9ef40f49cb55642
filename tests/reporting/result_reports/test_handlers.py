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


WRITTEN = {
    "3. Tuyên truyền": "publicity",
    "6. Hoạt động văn hóa": "culture",
    "7. An toàn thực phẩm, an ninh trật tự, phòng cháy chữa cháy, vệ sinh, phòng dịch": "safety",
    "8. Kinh phí": "finance",
    "1. Ưu điểm": "strengths",
    "2. Tồn tại, hạn chế": "shortcomings",
    "3. Nguyên nhân": "causes",
    "IV. Nhiệm vụ, giải pháp": "tasks",
    "V. Đề xuất, kiến nghị": "proposals",
}
"""Titles that stand only where the organiser has written something."""


def body(narrative: Mapping[str, str]) -> tuple[Block, ...]:
    return compose_body(compute(make_facts(make_vendors(4)), None), narrative, get_registers())


def said(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    "heads", [[], ["causes"], ["publicity", "finance", "tasks"], OF_A_RESULT], ids=["none", "one", "some", "all"]
)
def test_headings_without_words_are_left_out_and_the_numbers_close_up(heads: list[str]):
    blocks = body(dict.fromkeys(heads, "Lời của Ban tổ chức."))
    titles = [block.text for block in blocks if isinstance(block, Heading)]
    assert [title.partition(" ")[2] for title in titles] == [
        title.partition(" ")[2] for title in TITLES if WRITTEN.get(title, "") in ("", *heads) and is_kept(title, heads)
    ]
    assert numbers_close_up(titles)
    assert not [one for one, next_ in pairwise(blocks) if is_bare(one, next_)]
    assert not [text for text in said(blocks) if text.startswith("Chưa có")]


def is_kept(title: str, heads: list[str]) -> bool:
    return title != "III. Đánh giá chung" or not {"strengths", "shortcomings", "causes"}.isdisjoint(heads)


def numbers_close_up(titles: list[str]) -> bool:
    sections = [title.partition(".")[0] for title in titles if title[0] in "IV"]
    if sections != ["I", "II", "III", "IV", "V"][: len(sections)]:
        return False
    expected = 0
    for title in titles:
        expected = 0 if title[0] in "IV" else expected + 1
        if title[0] not in "IV" and title.partition(".")[0] != str(expected):
            return False
    return True


def is_bare(one: Block, next_: Block) -> bool:
    """Whether a heading is followed by another of its level or above."""
    return isinstance(one, Heading) and isinstance(next_, Heading) and next_.level <= one.level


def test_every_heading_that_an_organiser_writes_has_its_words_in_the_body():
    told = said(body({heading: f"Về {heading}." for heading in OF_A_RESULT}))
    assert [text for text in told if text.startswith("Về ")] == [f"Về {heading}." for heading in OF_A_RESULT]
    assert not [text for text in told if text.startswith("Chưa có")]
