"""What people on the waiting list are told of why they wait."""

import pytest

from allocation.explanations.domain import Finding
from allocation.explanations.packs import to_words
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


def test_one_booth_is_not_told_in_the_plural():
    one: dict[str, str | int] = {"quota": "country:foreign", "ceiling": 1, "held": 1}
    assert told("quota_full", {**one, "booths_missing": 1})[1] == (
        "The quota of foreign vendors has 1 of 1 booth given; the application needs 1 and lacks 1."
    )
    full = to_words("reasons", Finding("quota_full", {**one, "booths": 1}), "2020", {})
    assert full["en"] == "The quota of foreign vendors is full: 1 of 1 booth given, the application asks for 1."
    street = [
        to_words("reasons", Finding("street_full", {"room": room, "held": room, "booths": 2}), "2020", {})["en"]
        for room in (1, 3)
    ]
    assert street == [
        "The edition has 1 booth, 1 given; the application asks for 2.",
        "The edition has 3 booths, 3 given; the application asks for 2.",
    ]


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
