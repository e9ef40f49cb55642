"""Vendors and how to reach them: values, the forms of names, tax numbers and phones, and what is wrong with an entry."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from common.errors import DomainError, FieldProblem
from common.letters import find_refused

VENDOR_TYPES = ("company", "cooperative", "cooperative_group", "household", "other")
LANGUAGES = ("vi", "en", "lo", "th", "ja")
CHANNELS = ("email", "sms", "zalo")
MUST_HAVE_TAX_ID = ("company", "cooperative")
LONGEST_LINE = 300
LONGEST_PARAGRAPH = 2000
PARAGRAPHS = ("address", "origin")
ABBREVIATIONS = {
    "htx": "hop tac xa",
    "tht": "to hop tac",
    "cty": "cong ty",
    "ctcp": "cong ty co phan",
    "cp": "co phan",
    "tnhh": "trach nhiem huu han",
    "mtv": "mot thanh vien",
    "dntn": "doanh nghiep tu nhan",
    "hkd": "ho kinh doanh",
}


class VendorKnownError(DomainError):
    """The vendor is registered already; whoever asks must come with that vendor's own token."""

    code = "vendor_known"


@dataclass(frozen=True, kw_only=True)
class TaxIdRules:
    """The dated form of tax numbers; an empty pattern: no personal ids."""

    version: str
    valid_from: date
    valid_to: date | None
    weights: tuple[int, ...]
    personal_id_pattern: str


@dataclass(frozen=True)
class Vendor:
    """A vendor as declared; ``province_code`` is None for a foreign one."""

    legal_name: str
    trade_name: str
    vendor_type: str
    tax_id: str | None
    registration_number: str | None
    province_code: str | None
    country: str
    address: str | None = None
    representative: str | None = None

    @property
    def is_foreign(self) -> bool:
        return self.country != "VN"


@dataclass(frozen=True)
class Contact:
    """How to reach a party; personal, never on a public topic."""

    display_name: str
    email: str
    phone: str | None
    language: str
    preferred_channels: tuple[str, ...]
    may_be_told: tuple[str, ...]


def name_key(name: str) -> str:
    """Return a name as search compares it: without marks, case and punctuation, abbreviations spelt out."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words: list[str] = re.findall(r"[^\W_]+", letters)
    return " ".join(ABBREVIATIONS.get(word, word) for word in words)


def normalise_tax_id(raw: str) -> str:
    """Return a tax number without spaces, dots and dashes; a dependent unit keeps its one dash."""
    digits = re.sub(r"[\s.\-]", "", raw)
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def tax_key(tax_id: str | None) -> str | None:
    """Return what tells vendors apart: the first ten digits, or a whole personal id."""
    return None if tax_id is None else tax_id.partition("-")[0]


def is_valid_tax_id(tax_id: str, vendor_type: str, rules: TaxIdRules) -> bool:
    """Tell whether a normalised tax number has the form that the rules of the day ask for."""
    if vendor_type == "household" and rules.personal_id_pattern and re.fullmatch(rules.personal_id_pattern, tax_id):
        return True
    found = re.fullmatch(r"(\d{10})(?:-(\d{3}))?", tax_id)
    if found is None or found[2] == "000" or set(tax_id[2:9]) == {"0"}:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(tax_id, rules.weights, strict=False))
    return int(tax_id[9]) == 10 - total % 11


def normalise_phone(raw: str) -> str | None:
    """Return a phone as E.164; None where it is none (11-digit mobiles ended on 15/09/2018)."""
    number = re.sub(r"[\s.\-()]", "", raw)
    number = re.sub(r"^(\+|00)84", "0", number)
    if re.fullmatch(r"0[35789]\d{8}|02\d{9}", number):
        return f"+84{number[1:]}"
    number = re.sub(r"^00", "+", number)
    return number if re.fullmatch(r"\+(?!84)[1-9]\d{6,14}", number) else None


def check_texts(field: str, value: object) -> Iterator[FieldProblem]:
    """Check every text inside a JSON-like value: no control characters, not too long; names the field of each."""
    if isinstance(value, str):
        longest = LONGEST_PARAGRAPH if field.rpartition(".")[2] in PARAGRAPHS else LONGEST_LINE
        if len(value) > longest:
            yield FieldProblem(field, "too_long", f"Tối đa {longest} ký tự.", f"At most {longest} characters.")
        if letter := find_refused(value):
            vi, en = f"Có ký tự ẩn hoặc ký tự điều khiển {letter}.", f"Has the hidden or control character {letter}."
            yield FieldProblem(field, "control_character", vi, en)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from check_texts(f"{field}.{name}" if field else str(name), part)
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from check_texts(f"{field}[{place}]", part)


def check_vendor(vendor: Vendor, field: str, provinces: Collection[str], rules: TaxIdRules) -> Iterator[FieldProblem]:
    """Check a vendor's entry against the register of provinces and the form of tax numbers of the edition's date."""
    for name in ("legal_name", "trade_name"):
        if not getattr(vendor, name):
            yield FieldProblem(f"{field}.{name}", "missing", "Chưa có tên.", "The name is missing.")
    if vendor.vendor_type not in VENDOR_TYPES:
        yield _not_one_of(f"{field}.vendor_type", VENDOR_TYPES)
    if not re.fullmatch(r"[A-Z]{2}", vendor.country):
        yield FieldProblem(
            f"{field}.country", "unknown_country", "Mã quốc gia gồm hai chữ hoa.", "A country has two capital letters."
        )
    yield from _check_province(vendor, f"{field}.province_code", provinces)
    yield from _check_tax_id(vendor, f"{field}.tax_id", rules)


def _check_province(vendor: Vendor, field: str, provinces: Collection[str]) -> Iterator[FieldProblem]:
    if vendor.is_foreign:
        if vendor.province_code is not None:
            yield FieldProblem(
                field, "province_of_foreigner", "Đơn vị nước ngoài không có tỉnh.", "A foreign vendor has no province."
            )
    elif vendor.province_code not in provinces:
        yield FieldProblem(
            field,
            "unknown_province",
            "Không có tỉnh, thành phố này trong danh mục của kỳ sự kiện.",
            "The register of the edition has no such province.",
        )


def _check_tax_id(vendor: Vendor, field: str, rules: TaxIdRules) -> Iterator[FieldProblem]:
    if vendor.is_foreign:
        return
    if vendor.tax_id is None:
        if vendor.vendor_type in MUST_HAVE_TAX_ID:
            yield FieldProblem(field, "tax_id_invalid", "R03: Chưa có mã số thuế.", "R03: The tax number is missing.")
    elif not is_valid_tax_id(vendor.tax_id, vendor.vendor_type, rules):
        yield FieldProblem(
            field, "tax_id_invalid", "R03: Mã số thuế không hợp lệ.", "R03: The tax number is not valid."
        )


def check_contact(contact: Contact, raw_phone: str | None, field: str) -> Iterator[FieldProblem]:
    """Check how to reach a party; ``raw_phone`` is the phone as typed."""
    if not contact.display_name:
        yield FieldProblem(f"{field}.display_name", "missing", "Chưa có tên.", "The name is missing.")
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}", contact.email):
        yield FieldProblem(f"{field}.email", "email_invalid", "Thư điện tử không hợp lệ.", "The e-mail is not valid.")
    if raw_phone and contact.phone is None:
        yield FieldProblem(f"{field}.phone", "phone_invalid", "Số điện thoại không hợp lệ.", "The phone is not valid.")
    if contact.language not in LANGUAGES:
        yield _not_one_of(f"{field}.language", LANGUAGES)
    for place, channel in enumerate(contact.preferred_channels):
        if channel not in CHANNELS:
            yield _not_one_of(f"{field}.preferred_channels[{place}]", CHANNELS)
    for place, purpose in enumerate(contact.may_be_told):
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}|\*", purpose):
            yield FieldProblem(
                f"{field}.may_be_told[{place}]", "not_a_code", "Không phải mã mục đích.", "Not the code of a purpose."
            )


def _not_one_of(field: str, known: Collection[str]) -> FieldProblem:
    names = ", ".join(known)
    return FieldProblem(field, "unknown_value", f"Giá trị phải là một trong: {names}.", f"Must be one of: {names}.")
