"""What people on the waiting list are told of why they wait."""

import pytest

from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.wording import to_reason

FULL: dict[str, str | int] = {"ceiling": 15, "held": 14, "booths_missing": 1}


def told(code: str, facts: dict[str, str | int], register: str = "2020") -> tuple[str, str | None]:
    text = to_reason(WhyNot(code, facts), register).text
    return text.vi, text.en


def test_a_full_quota_is_named_in_words_with_how_many_booths_are_missing():
    assert told("quota_full", {"quota": "province:30", **FULL}) == (
        "Chỉ tiêu của tỉnh Hải Dương đã bố trí 14/15 gian, hồ sơ cần 2 gian, còn thiếu 1 gian.",
        "The quota of Hai Duong province has 14 of 15 booths given; the application needs 2 and lacks 1.",
    )


@pytest.mark.parametrize(
    ("quota", "register", "vi", "en"),
    [
        ("province:01", "2020", "thành phố Hà Nội", "Ha Noi city"),
        ("province:46", "2025", "thành phố Huế", "Huế city"),
        ("province:46", "2020", "tỉnh Thừa Thiên Huế", "Thua Thien Hue province"),
        ("region:red_river_delta", "2020", "vùng đồng bằng sông Hồng", "the Red River Delta"),
        ("country:foreign", "2020", "đơn vị nước ngoài", "foreign vendors"),
        ("product_group:beverage", "2020", "nhóm đồ uống", "beverages"),
        ("vendor_type:household", "2020", "các hộ kinh doanh", "household businesses"),
        ("country:FR", "2020", "FR", "FR"),
    ],
)
def test_every_kind_of_quota_has_its_words(quota: str, register: str, vi: str, en: str):
    told_vi, told_en = told("quota_full", {"quota": quota, **FULL}, register)
    assert told_vi.startswith(f"Chỉ tiêu của {vi} đã bố trí ")
    assert told_en is not None
    assert told_en.startswith(f"The quota of {en} has ")


@pytest.mark.parametrize(("missing", "words"), [(1, "1 more booth was"), (2, "2 more booths were")])
def test_booths_are_counted_in_good_english(missing: int, words: str):
    facts: dict[str, str | int] = {"points": 500, "points_of_last": 500, "booths_missing": missing}
    assert (
        told("drawn_later", facts)[1]
        == f"As many points (500) as the lowest with a place by the run, and behind it by the draw; {words} needed."
    )
