"""Whether quotas fit: each by itself, with each other, and with the booths."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.errors import FieldProblem

DIMENSIONS = ("province", "region", "country", "product_group", "vendor_type")
FOREIGN = "foreign"


@dataclass(frozen=True)
class Quota:
    """Bounds on the booths of one group; None is no bound."""

    dimension: str
    code: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Codes:
    """The codes that quotas may name, and the region of each province."""

    region_of: Mapping[str, str]
    regions: Collection[str]
    product_groups: Collection[str]
    vendor_types: Collection[str]

    def is_known(self, quota: Quota) -> bool:
        if quota.dimension == "country":
            return quota.code == FOREIGN or (len(quota.code) == 2 and quota.code.isupper())
        known: dict[str, Collection[str]] = {
            "province": self.region_of.keys(),
            "region": self.regions,
            "product_group": self.product_groups,
            "vendor_type": self.vendor_types,
        }
        return quota.code in known[quota.dimension]


def check_quotas(quotas: Sequence[Quota], booths: int | None, codes: Codes) -> Iterator[FieldProblem]:
    """Check quotas and name the field of each that is wrong; clashes name every quota that takes part.

    Whether they fit the booths is not asked where it is not known how many there are.
    """
    seen: dict[tuple[str, str], int] = {}
    for place, quota in enumerate(quotas):
        yield from _check_one(quota, f"quotas[{place}]", codes)
        first = seen.setdefault((quota.dimension, quota.code), place)
        if first != place:
            yield FieldProblem(
                f"quotas[{place}].code", "quota_twice", f"Trùng với quotas[{first}].", f"The same as quotas[{first}]."
            )
    yield from _check_regions(quotas, codes)
    if booths is None:
        return
    for group in _floors_that_add_up(quotas, codes):
        total = sum(floor for _, floor in group)
        if total > booths:
            yield from _clash(quotas, [place for place, _ in group], total, booths)


def _check_one(quota: Quota, field: str, codes: Codes) -> Iterator[FieldProblem]:
    if quota.dimension not in DIMENSIONS:
        names = ", ".join(DIMENSIONS)
        yield FieldProblem(
            f"{field}.dimension", "unknown_value", f"Phải là một trong: {names}.", f"Must be one of: {names}."
        )
    elif not codes.is_known(quota):
        yield FieldProblem(f"{field}.code", "unknown_code", "Không có mã này.", "There is no such code.")
    if quota.floor is None and quota.ceiling is None:
        yield FieldProblem(
            f"{field}.floor",
            "no_bound",
            "Cần mức tối thiểu, mức tối đa, hoặc cả hai.",
            "A floor, a ceiling or both are needed.",
        )
    if quota.floor is not None and quota.ceiling is not None and quota.floor > quota.ceiling:
        yield FieldProblem(
            f"{field}.floor",
            "floor_above_ceiling",
            "Mức tối thiểu lớn hơn mức tối đa.",
            "The floor is above the ceiling.",
        )


def _check_regions(quotas: Sequence[Quota], codes: Codes) -> Iterator[FieldProblem]:
    """A region's ceiling must hold the floors of its provinces."""
    for region_place, region in enumerate(quotas):
        if region.dimension != "region" or region.ceiling is None:
            continue
        places = _provinces_of(quotas, region.code, codes)
        total = sum(quotas[place].floor or 0 for place in places)
        if total > region.ceiling:
            yield from _clash(quotas, [*places, region_place], total, region.ceiling)


def _provinces_of(quotas: Sequence[Quota], region: str, codes: Codes) -> list[int]:
    return [
        place
        for place, quota in enumerate(quotas)
        if quota.dimension == "province" and quota.floor and codes.region_of.get(quota.code) == region
    ]


def _floors_that_add_up(quotas: Sequence[Quota], codes: Codes) -> Iterator[list[tuple[int, int]]]:
    """Yield sets of floors (place, booths) whose groups share no vendor, so that they need that many booths together."""
    for dimension in ("product_group", "vendor_type"):
        yield [(place, quota.floor or 0) for place, quota in enumerate(quotas) if quota.dimension == dimension]
    by_place: list[tuple[int, int]] = []
    for region in {*codes.region_of.values(), *codes.regions}:
        provinces = [(place, quotas[place].floor or 0) for place in _provinces_of(quotas, region, codes)]
        whole = [
            (place, quota.floor or 0)
            for place, quota in enumerate(quotas)
            if (quota.dimension, quota.code) == ("region", region)
        ]
        by_place += max(whole, provinces, key=_total)
    yield by_place + _foreign_floors(quotas)


def _foreign_floors(quotas: Sequence[Quota]) -> list[tuple[int, int]]:
    countries = [(place, quota) for place, quota in enumerate(quotas) if quota.dimension == "country"]
    together = [(place, quota.floor or 0) for place, quota in countries if quota.code == FOREIGN]
    single = [(place, quota.floor or 0) for place, quota in countries if quota.code not in (FOREIGN, "VN")]
    return max(together, single, key=_total)


def _total(floors: list[tuple[int, int]]) -> int:
    return sum(floor for _, floor in floors)


def _clash(quotas: Sequence[Quota], places: list[int], total: int, most: int) -> Iterator[FieldProblem]:
    places = [place for place in places if quotas[place].floor or quotas[place].ceiling]
    names = ", ".join(f"{quotas[place].dimension}:{quotas[place].code}" for place in places)
    for place in places:
        yield FieldProblem(
            f"quotas[{place}].floor",
            "quotas_clash",
            f"Tổng mức tối thiểu {total} gian của {names} lớn hơn {most} gian.",
            f"The floors of {names} add up to {total} booths; there are {most}.",
        )
