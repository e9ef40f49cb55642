"""An edition's own rules: bounds on more groupings, needs, reserved booths, priority classes; and what is wrong with them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from common.errors import FieldProblem

DIMENSIONS = ("zone", "product_group", "province", "region", "country", "star_class", "vendor_type", "first_timer")
NEEDS = ("need",)  # what an application asks for: need:power, need:cooking
ON_APPLICANTS = (*DIMENSIONS[1:], *NEEDS)
COUNTRY = re.compile(r"foreign|[A-Z]{2}")
Codes: TypeAlias = Mapping[str, Collection[str]]
"""The codes that a group can have, by dimension; of one that is not there they are not known."""

BY_ARRIVAL_VI, BY_ARRIVAL_EN = "gian được xếp theo thứ tự đăng ký", "booths go in order of arrival"
NOT_BY_ARRIVAL = {
    "required_floor_by_arrival": (
        "chưa biết còn ai đăng ký sau nên không thể bảo đảm mức tối thiểu; nếu không bắt buộc, gian được giữ đến khi đóng đăng ký.",
        "who is still to come is not known, so no floor can be promised; one not required keeps booths until registration closes.",
    ),
    "zone_floor_by_arrival": (
        "ai đến trước được chọn khu trước nên không thể bảo đảm số gian tối thiểu của một khu.",
        "who comes first has the choice of zones, so no zone can be filled to a floor.",
    ),
    "priority_by_arrival": (
        "điểm ưu tiên không được tính nên không thể ưu tiên nhóm này.",
        "points do not count, so this group cannot be put first.",
    ),
}


@dataclass(frozen=True)
class Name:
    """A rule's name as people read it."""

    vi: str
    en: str


@dataclass(frozen=True)
class BoundsRule:
    """A floor, a ceiling or both on the booths that one group holds; ``is_required`` makes the floor a hard rule."""

    group: str
    floor: int | None
    ceiling: int | None
    is_required: bool
    name: Name


@dataclass(frozen=True)
class RequirementRule:
    """Members of these groups stand only in these zones (fire zones), or only where a socket is, or both. Hard."""

    code: str
    groups: tuple[str, ...]
    zone_codes: tuple[str, ...] | None
    power: bool
    name: Name


@dataclass(frozen=True)
class ReservationRule:
    """Booths that only members of these groups may hold. Hard."""

    code: str
    groups: tuple[str, ...]
    booth_codes: tuple[str, ...]
    name: Name


@dataclass(frozen=True)
class PriorityRule:
    """Points on top for members of these groups; of several classes the most."""

    code: str
    groups: tuple[str, ...]
    points: int
    name: Name


@dataclass(frozen=True)
class RuleSet:
    """All own rules of an edition; ``is_varied`` keeps neighbours of one product group apart where it can be helped."""

    bounds: tuple[BoundsRule, ...] = ()
    requirements: tuple[RequirementRule, ...] = ()
    reservations: tuple[ReservationRule, ...] = ()
    priority_classes: tuple[PriorityRule, ...] = ()
    is_varied: bool = False

    def dimensions(self) -> frozenset[str]:
        """Return the dimensions that the rules name."""
        groups = [each.group for each in self.bounds]
        for each in (*self.requirements, *self.reservations, *self.priority_classes):
            groups += each.groups
        return frozenset(group.partition(":")[0] for group in groups)


@dataclass(frozen=True)
class EditionRules:
    """A version of an edition's own rules; the newest is in force. Version 0 is of none."""

    edition_id: UUID
    version: int
    rules: RuleSet
    made_by: str
    made_at: datetime | None


def check_rules(
    rules: RuleSet, zones: Collection[str], booths: Collection[str], codes: Codes
) -> Iterator[FieldProblem]:
    """Name every mistake by its field; zones and booths are those of the plan, empty before there is one."""
    yield from _check_bounds(rules.bounds, zones, codes)
    for table, found in (
        ("requirements", rules.requirements),
        ("reservations", rules.reservations),
        ("priority_classes", rules.priority_classes),
    ):
        yield from _twice([each.code for each in found], f"{table}[{{}}].code")
        for row, each in enumerate(found):
            for place, group in enumerate(each.groups):
                yield from _check_group(group, f"{table}[{row}].groups[{place}]", ON_APPLICANTS, codes)
    for row, need in enumerate(rules.requirements):
        yield from _unknown(need.zone_codes or (), zones, f"requirements[{row}].zone_codes", "khu", "zone")
        if need.zone_codes is None and not need.power:
            field = f"requirements[{row}]"
            vi, en = "Hãy nêu khu hoặc yêu cầu ổ điện.", "Name zones, or ask for a socket."
            yield FieldProblem(field, "requires_nothing", vi, en)
    for row, kept in enumerate(rules.reservations):
        yield from _unknown(kept.booth_codes, booths, f"reservations[{row}].booth_codes", "gian", "booth")


def check_arrival(rules: RuleSet) -> Iterator[FieldProblem]:
    """Name every rule that cannot be held where each place is given as its applicant comes, and why."""
    for row, each in enumerate(rules.bounds):
        if each.is_required:
            yield _not_by_arrival(f"bounds[{row}].is_required", "required_floor_by_arrival", each.name)
        elif each.floor and each.group.startswith("zone:"):
            yield _not_by_arrival(f"bounds[{row}].floor", "zone_floor_by_arrival", each.name)
    for row, preferred in enumerate(rules.priority_classes):
        yield _not_by_arrival(f"priority_classes[{row}]", "priority_by_arrival", preferred.name)


def _not_by_arrival(field: str, code: str, name: Name) -> FieldProblem:
    vi, en = NOT_BY_ARRIVAL[code]
    return FieldProblem(field, code, f"“{name.vi}”: {BY_ARRIVAL_VI}, {vi}", f"“{name.en}”: {BY_ARRIVAL_EN}, {en}")


def _check_bounds(bounds: Sequence[BoundsRule], zones: Collection[str], codes: Codes) -> Iterator[FieldProblem]:
    yield from _twice([each.group for each in bounds], "bounds[{}].group")
    for row, each in enumerate(bounds):
        yield from _check_group(each.group, f"bounds[{row}].group", DIMENSIONS, codes)
        dimension, _, code = each.group.partition(":")
        if dimension == "zone":
            yield from _unknown((code,), zones, f"bounds[{row}].group", "khu", "zone")
        if each.floor is not None and each.ceiling is not None and each.floor > each.ceiling:
            vi = f"Mức tối thiểu {each.floor} lớn hơn mức tối đa {each.ceiling}."
            en = f"The floor {each.floor} is above the ceiling {each.ceiling}."
            yield FieldProblem(f"bounds[{row}].floor", "floor_above_ceiling", vi, en)
        if each.is_required and not each.floor:
            vi, en = "Mức tối thiểu bắt buộc phải từ 1 trở lên.", "A required floor must be 1 or more."
            yield FieldProblem(f"bounds[{row}].floor", "required_floor_missing", vi, en)


def _check_group(group: str, field: str, known: Collection[str], codes: Codes) -> Iterator[FieldProblem]:
    dimension, _, code = group.partition(":")
    if dimension not in known or not code:
        listed = ", ".join(known)
        vi = f"Nhóm phải viết dạng chiều:mã, chiều là một trong: {listed}."
        en = f"Write a group as dimension:code, with one of these dimensions: {listed}."
        yield FieldProblem(field, "unknown_dimension", vi, en)
    elif dimension == "country" and not COUNTRY.fullmatch(code):
        vi = f"“{code}”: viết foreign, hoặc mã nước hai chữ in hoa như LA."
        yield FieldProblem(
            field, "unknown_code", vi, f"“{code}”: write foreign, or a country's two capital letters as LA."
        )
    elif code not in codes.get(dimension, (code,)):
        listed = ", ".join(sorted(codes[dimension]))
        vi, en = f"Không có mã {code}; các mã có: {listed}.", f"There is no code {code}; the codes are: {listed}."
        yield FieldProblem(field, "unknown_code", vi, en)


def _twice(codes: Sequence[str], field: str) -> Iterator[FieldProblem]:
    for row, code in enumerate(codes):
        if code in codes[:row]:
            yield FieldProblem(field.format(row), "code_twice", f"Mã {code} bị trùng.", f"{code} is there twice.")


def _unknown(codes: Sequence[str], known: Collection[str], field: str, vi: str, en: str) -> Iterator[FieldProblem]:
    for code in codes:
        if known and code not in known:
            yield FieldProblem(field, f"unknown_{en}", f"Sơ đồ không có {vi} {code}.", f"The plan has no {en} {code}.")
