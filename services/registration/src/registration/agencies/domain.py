"""Agencies and the registers of provinces; a code means nothing without its register."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from common.errors import DomainError, FieldProblem

LEVELS = ("central", "city", "province", "district", "commune", "embassy", "importer")
FOREIGN_LEVELS = ("embassy", "importer")
"""Bodies that nominate foreign vendors: an embassy those of its country, an importer those of any."""
REGIONS = ("northern_mountains", "red_river_delta", "central_highlands", "southern_delta")


class UnknownProvinceError(DomainError):
    """The register has no province of this code."""

    code = "unknown_province"
    status = 422


@dataclass(frozen=True, kw_only=True)
class ProvinceEntry:
    """One line of a register; ``merged_from_codes`` are codes of the register before, joined by bars."""

    code: str
    name_vi: str
    region: str
    merged_from_codes: str = ""


@dataclass(frozen=True, kw_only=True)
class ProvinceRegister:
    """A register in force from a day on; ``cities`` are codes printed "thành phố" from a day on."""

    version: str
    valid_from: date
    valid_to: date | None
    rows: tuple[ProvinceEntry, ...]
    cities: tuple[tuple[str, date], ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(row.code for row in self.rows)


@dataclass(frozen=True)
class Agency:
    """An agency under its code; names and places change by dated entries."""

    agency_code: str
    name_vi: str
    name_en: str | None
    level: str
    parent_code: str | None
    province_code: str | None
    valid_from: date
    valid_to: date | None
    country: str | None = None

    @property
    def brings_foreign(self) -> bool:
        """Whether it nominates foreign vendors, and only those."""
        return self.level in FOREIGN_LEVELS


def check_body(body: Agency | None, country: str, field: str) -> Iterator[FieldProblem]:
    """Check the body that a vendor names as the one that brings it: an importer, or the embassy of its country."""
    if country == "VN":
        yield FieldProblem(
            field,
            "body_of_foreigner",
            "Chỉ đơn vị nước ngoài có cơ quan giới thiệu.",
            "Only a foreign vendor is brought in by an embassy or an importer.",
        )
    elif body is None or not body.brings_foreign:
        yield FieldProblem(
            field,
            "unknown_body",
            "Không phải đại sứ quán hay đơn vị nhập khẩu trong danh mục.",
            "Not an embassy or an importer of the register.",
        )
    elif body.level == "embassy" and body.country != country:
        yield FieldProblem(
            field, "other_country", "Đại sứ quán của nước khác.", "The embassy is that of another country."
        )


def get_province(register: ProvinceRegister, code: str) -> ProvinceEntry:
    """Return a province of a register; raises UnknownProvinceError."""
    for row in register.rows:
        if row.code == code:
            return row
    raise UnknownProvinceError(
        f"Danh mục {register.version} không có tỉnh, thành phố mang mã {code}.",
        f"The register {register.version} has no province {code}.",
        province_code=code,
    )


def printed_name(register: ProvinceRegister, code: str, on: date) -> str:
    """Return a province's name as papers print it on a day: "tỉnh …" or "thành phố …"."""
    province = get_province(register, code)
    is_city = any(city == code and since <= on for city, since in register.cities)
    return f"{'thành phố' if is_city else 'tỉnh'} {province.name_vi}"


def successor_of(register: ProvinceRegister, old_code: str) -> ProvinceEntry:
    """Return the province that took in the one of this code in the register before; raises UnknownProvinceError."""
    for row in register.rows:
        if old_code in row.merged_from_codes.split("|"):
            return row
    return get_province(register, "")


def region_codes(register: ProvinceRegister, region: str) -> tuple[str, ...]:
    """Return the codes of a region's provinces, in order."""
    return tuple(row.code for row in register.rows if row.region == region)


def check_agency(agency: Agency, register: ProvinceRegister) -> Iterator[FieldProblem]:
    """Check an agency's entry against the register of its first day."""
    if agency.level not in LEVELS:
        names = ", ".join(LEVELS)
        yield FieldProblem("level", "unknown_value", f"Cấp phải là một trong: {names}.", f"Must be one of: {names}.")
    if agency.province_code is not None and agency.province_code not in register.codes:
        yield FieldProblem(
            "province_code",
            "unknown_province",
            f"Danh mục {register.version} không có mã tỉnh này.",
            f"The register {register.version} has no such province.",
        )
    yield from _check_country(agency)
    if agency.valid_to is not None and agency.valid_to < agency.valid_from:
        yield FieldProblem(
            "valid_to", "ends_before_it_begins", "Ngày cuối trước ngày đầu.", "The last day is before the first."
        )


def _check_country(agency: Agency) -> Iterator[FieldProblem]:
    """Check that an embassy names its country, and that a body of foreign vendors belongs to no province."""
    if agency.level == "embassy" and agency.country in (None, "VN"):
        yield FieldProblem(
            "country", "country_missing", "Cần mã quốc gia của đại sứ quán.", "Name the embassy's country."
        )
    if agency.country is not None and not re.fullmatch("[A-Z]{2}", agency.country):
        yield FieldProblem(
            "country", "unknown_value", "Mã quốc gia gồm hai chữ in hoa, ví dụ LA.", "Two capital letters, such as LA."
        )
    if agency.brings_foreign and agency.province_code is not None:
        yield FieldProblem(
            "province_code",
            "foreign_body_has_no_province",
            "Đại sứ quán, đơn vị nhập khẩu đề cử đơn vị nước ngoài thì không thuộc tỉnh, thành phố nào.",
            "An embassy or importer that nominates foreign vendors belongs to no province here.",
        )


def is_valid_on(agency: Agency, on: date) -> bool:
    """Tell whether an agency exists on a day."""
    return agency.valid_from <= on and (agency.valid_to is None or on <= agency.valid_to)
