"""What speaks for two vendors being one producer, and that the search misses and invents none, whatever the order."""

import random
from dataclasses import replace
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.duplicates.domain import Signal, VendorFacts, Weights, core_name, is_asked_again, place_now
from registration.duplicates.search import MOST_SHARING_A_PHONE, compare, find_pairs


def a_vendor(number: int = 1, name: str = "HTX Chè Phìn Hồ", **changes: object) -> VendorFacts:
    made = VendorFacts(
        UUID(int=number),
        names=(core_name(name),),
        numbers=frozenset({f"01999{number:05d}"}),
        phone=f"+8491234{number:04d}",
        province="02",
        products=frozenset({"che shan tuyet"}),
    )
    return replace(made, **changes)


def signs(*vendors: VendorFacts) -> list[tuple[int, list[str]]]:
    return [(one.score, [signal.name for signal in one.signals]) for one in find_pairs(vendors)]


@pytest.mark.parametrize(
    "other",
    [
        "Hợp tác xã chè Phìn Hồ",
        "CÔNG TY TNHH MTV CHÈ PHÌN HỒ",
        "Hộ kinh doanh che Phin Ho",
        "HTX Dịch vụ nông nghiệp Chè Phìn Hồ",
        "HTX Phìn Hồ Chè",
    ],
)
def test_legal_forms_marks_and_common_words_tell_nothing(other: str) -> None:
    assert signs(a_vendor(1), a_vendor(2, other)) == [(75, ["name", "province", "products"])]


def test_a_name_that_is_only_form_and_common_words_keeps_them() -> None:
    assert core_name("HTX Nông nghiệp") == "nong nghiep"
    assert core_name("Hợp tác xã") == "hop tac xa"


def test_the_same_name_in_two_provinces_needs_a_second_sign() -> None:
    far = a_vendor(2, province="68", products=frozenset({"ca phe"}))
    assert signs(a_vendor(1), far) == []
    assert signs(a_vendor(1), replace(far, phone=a_vendor(1).phone)) == [(80, ["phone", "name"])]
    assert signs(a_vendor(1), replace(far, products=a_vendor(1).products)) == [(65, ["name", "products"])]


def test_one_number_is_enough_whatever_the_names() -> None:
    other = a_vendor(2, "Cà phê Buôn Ma", province="66", products=frozenset(), numbers=a_vendor(1).numbers)
    assert signs(a_vendor(1), other) == [(70, ["number"])]


def test_a_province_of_the_old_register_is_the_new_one_that_took_it_in() -> None:
    assert place_now("24", {"24": "24", "27": "24"}) == place_now("27", {"24": "24", "27": "24"}) == "24"
    assert place_now(None, {}) is None


def test_a_phone_that_a_whole_list_gives_is_nobodys() -> None:
    one_phone = [
        a_vendor(number, f"Nhà {chr(97 + number) * 5}", phone="+84912000000", products=frozenset({"mat ong"}))
        for number in range(1, MOST_SHARING_A_PHONE + 2)
    ]
    assert signs(*one_phone) == []
    assert signs(*one_phone[:2]) == [(65, ["phone", "province", "products"])]


def test_a_pair_found_different_is_asked_again_only_for_a_strong_new_sign() -> None:
    decided_by = ["name", "province"]
    assert not is_asked_again(decided_by, [Signal("name", 45, 100), Signal("products", 20, 100)])
    assert is_asked_again(decided_by, [Signal("name", 45, 100), Signal("phone", 35, 100)])


WORDS = ["che", "mat", "phin", "ho", "tam", "dao", "bac", "ha", "lua", "nep"]
VENDORS = st.lists(
    st.builds(
        VendorFacts,
        st.uuids(),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(lambda words: (" ".join(words),)),
        st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=1),
        st.sampled_from([None, "+84911", "+84912"]),
        st.sampled_from([None, "01", "02"]),
        st.frozensets(st.sampled_from(["ong", "che", "gao"]), max_size=2),
    ),
    max_size=MOST_SHARING_A_PHONE,
    unique_by=lambda vendor: vendor.vendor_id,
)


@given(VENDORS, st.randoms(use_true_random=False))
def test_the_order_of_vendors_plays_no_part(vendors: list[VendorFacts], chance: random.Random) -> None:
    mixed = list(vendors)
    chance.shuffle(mixed)
    assert find_pairs(mixed) == find_pairs(vendors)


@given(VENDORS)
def test_blocks_lose_no_pair_that_comparing_all_with_all_finds(vendors: list[VendorFacts]) -> None:
    listed = sorted(vendors, key=lambda vendor: vendor.vendor_id)
    all_with_all = {
        pair for first, second in combinations(listed, 2) if (pair := compare(first, second, Weights())) is not None
    }
    assert set(find_pairs(vendors)) == all_with_all
