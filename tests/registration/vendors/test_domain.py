"""Names, tax numbers and phones as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.vendors.domain import check_texts, name_key, normalise_phone, normalise_tax_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTX Chè Phìn Hồ", "Hợp tác xã chè Phìn Hồ"),
        ("CTCP Hòa Bình", "Công ty Cổ phần Hoà Bình"),
        ("Công ty CP Đông Á", "công ty cổ phần Đông  Á"),
        ("Công ty TNHH A&B", "Công ty trách nhiệm hữu hạn A & B"),
        ("HKD Đỗ Thị Mẫu", "Hộ kinh doanh Đỗ Thị Mẫu"),
    ],
)
def test_one_vendor_written_two_ways_has_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("HTX Chè 1", "HTX Chè 2"), ("Công ty Đông Á", "Công ty Đông Âu")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0243 123 45 67", "+842431234567"),
        ("+856 20 5555 0000", "+8562055550000"),
        ("+1 (212) 555-0100", "+12125550100"),
    ],
)
def test_a_phone_is_stored_as_e164(raw: str, stored: str) -> None:
    assert normalise_phone(raw) == stored


@pytest.mark.parametrize("raw", ["01234567890", "0169 123 4567", "0212345678", "912345678", "+841", "gọi sau", ""])
def test_what_is_no_phone_is_refused(raw: str) -> None:
    assert normalise_phone(raw) is None


@given(st.text())
def test_any_text_as_phone_or_tax_number_is_read_without_failing(raw: str) -> None:
    assert normalise_phone(raw) is None or normalise_phone(raw)
    assert normalise_tax_id(normalise_tax_id(raw)) == normalise_tax_id(raw)


def test_long_texts_and_control_characters_are_named_by_their_field() -> None:
    value = {"name": "a" * 5000, "parts": [{"origin": "x\x00y"}, {"origin": "Đắk Lắk"}]}
    found = {problem.field: problem.code for problem in check_texts("rows[3]", value)}
    assert found == {"rows[3].name": "too_long", "rows[3].parts[0].origin": "control_character"}
