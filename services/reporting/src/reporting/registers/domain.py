"""Registers as they stood on a day: provinces, agencies and product groups, each with its dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

HANOI = "01"
"""Hà Nội's code in both registers of provinces."""

GAP = "…………"
"""What stands where something is not known and is filled in by hand."""

FIRST_DAY_OF_2025_REGISTER = date(2025, 7, 1)


@dataclass(frozen=True)
class Province:
    code: str
    name: str
    region: str


@dataclass(frozen=True)
class Agency:
    """An agency under one of its names; ``head_lines`` are the lines of its name at the head of a paper."""

    code: str
    name: str
    short_name: str
    head_lines: tuple[str, ...]
    parent_code: str | None
    report_notation: str | None
    place: str
    valid_from: date
    valid_to: date | None

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


SHORTER = (
    ("Ủy ban nhân dân", "UBND"),
    ("Nông nghiệp và Phát triển nông thôn", "NN&PTNT"),
    ("Nông nghiệp và Môi trường", "NN&MT"),
    ("Văn phòng Điều phối", "VP Điều phối"),
    ("Chương trình xây dựng nông thôn mới", "NTM"),
    ("nông thôn mới", "NTM"),
    ("Ban Chỉ đạo", "BCĐ"),
)
"""How papers shorten the names of agencies in their lists of recipients."""


def shorten(name: str) -> str:
    """Return an agency's name as a list of recipients has it."""
    for words, short in SHORTER:
        name = name.replace(words, short)
    return name


@dataclass(frozen=True)
class ProductGroup:
    code: str
    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Registers:
    """All registers of the packs."""

    provinces: Mapping[str, Mapping[str, Province]]
    agencies: tuple[Agency, ...]
    product_groups: tuple[ProductGroup, ...]
    paper_types: Mapping[str, str]

    def provinces_of(self, register: str) -> Mapping[str, Province]:
        """Return the provinces by code of the register ``2020`` or ``2025``."""
        return self.provinces[register]

    def province_name(self, register: str, code: str | None) -> str:
        """Return a province's name; an unknown code is shown as it is, a foreign vendor has none."""
        if code is None:
            return "Nước ngoài"
        found = self.provinces[register].get(code)
        return code if found is None else found.name

    def agency(self, code: str, day: date) -> Agency | None:
        """Return an agency under the name it had on a day."""
        return next((agency for agency in self.agencies if agency.code == code and agency.is_valid_on(day)), None)

    def agency_or_code(self, code: str, day: date) -> Agency:
        """Return an agency under the name it had on a day; an unknown one is named by its code, its place is a gap."""
        return self.agency(code, day) or Agency(code, code, code, (code.upper(),), None, None, GAP, date.min, None)

    def agency_name(self, code: str, day: date) -> str:
        """Return an agency's name on a day; an unknown code is shown as it is."""
        return self.agency_or_code(code, day).name

    def paper_type_name(self, code: str) -> str:
        """Return the name of a type of paper: ``TB`` is Thông báo; an unknown one is a Văn bản."""
        return self.paper_types.get(code, "Văn bản")

    def group_name(self, code: str, day: date) -> str:
        """Return a product group's label on a day; an unknown code is shown as it is."""
        for group in self.product_groups:
            if group.code == code and group.valid_from <= day and (group.valid_to is None or day <= group.valid_to):
                return group.name
        return code


def province_order(code: str | None) -> tuple[int, str]:
    """Return the place of a province in tables: Hà Nội first, then by code, foreign vendors last."""
    return (2, "") if code is None else (0 if code == HANOI else 1, code)


def register_on(day: date) -> str:
    """Return which register of provinces is in force on a day."""
    return "2025" if day >= FIRST_DAY_OF_2025_REGISTER else "2020"
