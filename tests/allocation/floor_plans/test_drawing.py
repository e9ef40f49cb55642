"""Names on the drawn plan stay inside their booths, whatever letters they have."""

import re

from tests.allocation.conftest import street
from tests.factories import EDITION_ID

from allocation.floor_plans.domain import FloorPlan, Zone
from allocation.floor_plans.drawing import draw


def names(*holders: str) -> list[str]:
    booths = street(len(holders))
    plan = FloorPlan(EDITION_ID, EDITION_ID, 1, (Zone("A", "Khu A", None, "common_display"),), tuple(booths))
    drawn = draw(plan, "Phiên chợ", {booth.booth_code: name for booth, name in zip(booths, holders, strict=True)})
    return re.findall(r'<text class="name"[^>]*>([^<]*)</text>', drawn)


def test_a_name_of_wide_letters_is_cut_sooner_than_one_of_narrow_ones():
    wide, narrow = names("Nước mắm Thanh Hà", "Tiếp liệu Hà Tĩnh")
    assert (wide, narrow) == ("Nước mắ…", "Tiếp liệ…")


def test_marks_take_no_room_in_either_form_of_them():
    assert names("Cô Ba Gấn", "Cô Ba Gấn") == ["Cô Ba Gấn", "Cô Ba Gấn"]


def test_a_name_without_anything_but_its_legal_form_is_kept():
    assert names("Công ty TNHH") == ["Công ty…"]
