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


def test_a_name_is_set_whole_on_up_to_three_lines_in_the_largest_letters_that_fit():
    assert names("HTX Sơn Hòa") == ["Sơn", "Hòa"]
    assert 'style="font-size:9.0px"' in drawn("HTX Sông Đà")
    assert names("HTX Nước mắm Thanh Hà") == ["Nước", "mắm", "Thanh Hà"]
    assert names("Cơ sở Bánh đa nem làng Chều") == ["Bánh đa", "nem làng", "Chều"]


def test_of_a_long_name_what_it_is_called_stays_and_what_it_trades_in_goes():
    assert names("Công ty TNHH sản xuất thực phẩm chay thuần khiết cao cấp Thanh Hương") == ["Thanh", "Hương"]
    assert names("Chi nhánh Hải Dương - Công ty CP công nghệ Tràng Tiền số 1")[:2] == ["Tràng", "Tiền số 1"]
    assert names("HTX nông sản sạch Triệu Phong") != ["sản sạch", "Triệu", "Phong"], (
        "a word of the name is no legal form"
    )
    assert names("Hộ kinh doanh Tổ yến Đức Linh") == ["Tổ yến", "Đức Linh"]
    assert names("Công ty TNHH Tư vấn và Đầu tư Ecohost") == ["Ecohost"]


def test_a_name_without_a_beginning_that_fits_is_cut_between_words_at_its_end():
    told = names("Bvumbwe Dairy Farmers Cooperative Society Limited")
    assert len(told) == 3
    assert (told[0], told[-1][-1]) == ("Bvumbwe", "…")


def test_two_booths_beside_each_other_have_their_holders_name_once_over_both():
    two = drawn("HTX Bánh trung thu Bảo Phương", "HTX Bánh trung thu Bảo Phương", "HTX Sơn Hòa")
    assert re.findall(r'<text class="name"[^>]*>([^<]*)</text>', two) == ["Bánh trung thu", "Bảo Phương", "Sơn", "Hòa"]
    assert two.count('role="listitem"') == 3, "readers of screens have every booth with its holder"
    assert two.count('aria-label="A02: HTX Bánh trung thu Bảo Phương; 1 ổ cắm điện"') == 1


def test_a_word_wider_than_a_booth_stays_whole_in_smaller_letters():
    assert names("Liwinzapharma") == ["Liwinzapharma"]
    assert 'style="font-size:4.' in drawn("Liwinzapharma")


def test_marks_take_no_room_in_either_form_of_them():
    assert names("Cô Ba Gấn", unicodedata.normalize("NFD", "Cô Ba Gấn")) == [
        "Cô Ba",
        "Gấn",
        unicodedata.normalize("NFD", "Cô Ba"),
        unicodedata.normalize("NFD", "Gấn"),
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
