"""Names on the drawn plan stay inside their booths in whole words, and paper has them all; sockets are drawn."""

import re
import unicodedata
from dataclasses import replace

from tests.allocation.conftest import street
from tests.factories import EDITION_ID

from allocation.floor_plans.domain import FloorPlan, Zone
from allocation.floor_plans.drawing import draw

PLAN_NAME = "Phiên chợ"


def drawn(*holders: str, sockets: int = 1) -> str:
    booths = [replace(booth, power_sockets=sockets) for booth in street(len(holders))]
    plan = FloorPlan(EDITION_ID, EDITION_ID, 1, (Zone("A", "Khu A", None, "common_display"),), tuple(booths))
    named = {booth.booth_code: name for booth, name in zip(booths, holders, strict=True)}
    return draw(plan, PLAN_NAME, named)


def names(*holders: str) -> list[str]:
    return re.findall(r'<text class="name"[^>]*>([^<]*)</text>', drawn(*holders))


def listed(drawing: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing.partition('<g class="list"')[2])[1:]


def test_a_name_goes_onto_two_lines_and_is_cut_between_words_alone():
    assert names("HTX Nước mắm Thanh Hà") == ["Nước mắm", "Thanh Hà"]
    assert names("Cơ sở Bánh đa nem làng Chều") == ["Bánh đa", "nem …"]


def test_a_word_wider_than_a_booth_stays_whole_in_smaller_letters():
    assert names("Liwinzapharma") == ["Liwinzapharma"]
    assert 'style="font-size:4.' in drawn("Liwinzapharma")


def test_marks_take_no_room_in_either_form_of_them():
    assert names("Cô Ba Gấn", unicodedata.normalize("NFD", "Cô Ba Gấn")) == [
        "Cô Ba Gấn",
        unicodedata.normalize("NFD", "Cô Ba Gấn"),
    ]


def test_a_name_without_anything_but_its_legal_form_is_kept():
    assert names("Công ty TNHH") == ["Công ty", "TNHH"]


def test_paper_has_every_whole_name_with_its_booths():
    long = "Công ty TNHH Đầu tư nông nghiệp công nghệ cao và năng lượng Biển Tây miền Duyên hải"
    told = listed(drawn("HTX Nước mắm Thanh Hà", long, "HTX Nước mắm Thanh Hà"))
    assert told[:3] == ["A01, A03", "HTX Nước mắm Thanh Hà", "A02"]
    assert " ".join(told[3:]) == long


def test_sockets_are_drawn_and_explained():
    two = drawn("HTX Sơn Hòa", sockets=2)
    assert two.count('<path class="bolt"') == 3, "one for each socket and one in the legend"
    assert "A01: HTX Sơn Hòa; 2 ổ cắm điện" in two
    assert "mỗi tia là một ổ cắm điện" in two
    none = drawn("HTX Sơn Hòa", sockets=0)
    assert none.count('<path class="bolt"') == 1
    assert "không có ổ cắm điện" in none


def test_a_drawing_higher_than_wide_is_printed_upright():
    assert "size:A3 landscape" in drawn("HTX Sơn Hòa")
    assert "size:A3 portrait" in drawn(*[f"Hợp tác xã số {number}" for number in range(1, 200)])
