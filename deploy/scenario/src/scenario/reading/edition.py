"""Reads edition.toml: the edition, its zones and quotas."""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import cast

from registration.quotas.domain import Codes, check_quotas
from registration.quotas.domain import Quota as QuotaBounds
from scenario.reading.fields import Fields, say_lines
from scenario.reading.mistakes import Mistakes, place_of
from scenario.reading.products import PRODUCT_GROUPS, VENDOR_TYPES
from scenario.reading.tables import check_province, lacks, read_text
from scenario.reading.toml_lines import Path as TomlPath
from scenario.reading.toml_lines import TomlLines
from scenario.registers_of_provinces import REGISTERS, province_names, province_regions
from scenario.script.model import Days, Edition, Quota, Review, Text, Zone

REGIONS = ("northern_mountains", "red_river_delta", "central_highlands", "southern_delta")
POLICIES = ("first_come", "optimal_at_close")
DIMENSIONS = ("province", "region", "country", "product_group", "vendor_type")
ZONE_KINDS = (
    "ocop_hanoi",
    "partner_province",
    "regional_speciality",
    "craft_village",
    "ornamental",
    "food_court",
    "international",
    "common_display",
)


class TomlFile:
    """A TOML file with the lines of its keys."""

    def __init__(self, folder: Path, name: str, mistakes: Mistakes) -> None:
        self.name = name
        self.mistakes = mistakes
        read = read_text(folder, name, mistakes)
        text = read or ""
        self.is_readable = read is not None
        self.lines = TomlLines(text)
        try:
            self.values: dict[str, object] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            vi, en = f"sai cú pháp TOML: {error}", f"is no valid TOML: {error}"
            mistakes.add(name, _line_told(str(error), text), "", vi, en)
            self.values, self.is_readable = {}, False

    def table(self, path: TomlPath, values: object) -> Fields:
        """Return the fields of the table that stands at the path."""
        prefix = "".join(
            f"[{part}]" if isinstance(part, int) else f"{'.' if at else ''}{part}" for at, part in enumerate(path)
        )
        table = cast("dict[str, object]", values) if isinstance(values, dict) else {}
        return Fields(
            table,
            file=self.name,
            line_of=lambda name: self.lines.line_of((*path, name)),
            mistakes=self.mistakes,
            prefix=f"{prefix}." if prefix else "",
        )

    def array(self, name: str) -> list[Fields]:
        """Return the tables of ``[[name]]``."""
        values = self.values.get(name)
        tables = cast("list[object]", values) if isinstance(values, list) else []
        return [self.table((name, place), table) for place, table in enumerate(tables)]


def _line_told(error: str, text: str) -> int:
    """Return the line that the parser names; what it misses at the end is missing on the last line written."""
    found = re.search(r"at line (\d+)", error)
    return int(found[1]) if found else max(1, len(text.rstrip().splitlines()))


def read_edition(folder: Path, agency_codes: Collection[str] | None, mistakes: Mistakes) -> Edition | None:
    """Return the edition; None if the file cannot be read at all."""
    file = TomlFile(folder, "edition.toml", mistakes)
    if not file.is_readable:
        return None
    root = file.table((), file.values)
    register = root.choice("province_register", REGISTERS)
    provinces = set(province_names(register)) if register in REGISTERS else set[str]()
    venue, registration = (
        file.table(("venue",), root.raw("venue")),
        file.table(("registration",), root.raw("registration")),
    )
    venue_province = venue.code("province_code")
    check_province(venue, "province_code", venue_province, provinces)
    edition = Edition(
        code=root.code("code"),
        name=read_name(root, "name"),
        theme_region=root.choice("theme_region", (*REGIONS, "none")),
        theme_province_codes=root.words("theme_province_codes"),
        province_register=register,
        venue=read_name(venue, "name"),
        venue_province_code=venue_province,
        planned=read_days(root, "planned"),
        official_days=root.integer("official_days", 1, 60),
        booth_target=root.integer("booth_target", 1, 2000),
        opens_at=registration.moment("opens_at"),
        closes_at=registration.moment("closes_at"),
        host_agency_codes=root.words("host_agency_codes"),
        executing_agency_codes=root.words("executing_agency_codes"),
        allocation_policy=root.choice("allocation_policy", POLICIES),
        quotas=tuple(_read_quota(table) for table in file.array("quotas")),
        zones=tuple(_read_zone(table) for table in file.array("zones")),
        review=_read_review(file.table(("review",), file.values["review"])) if "review" in file.values else None,
    )
    for fields, values in ((root, ("quotas", "zones", "review")), (venue, ()), (registration, ())):
        for name in values:
            fields.raw(name)
        fields.refuse_unknown()
    _check_edition(root, registration, edition, agency_codes, provinces)
    booths = None if root.is_faulty("booth_target") else edition.booth_target
    _check_quotas(file.array("quotas"), edition, booths)
    return edition


def read_name(fields: Fields, name: str) -> Text:
    """Return a ``{vi = "…", en = "…"}`` text."""
    table = fields.table(name)
    return Text(table.text("vi", 500), table.optional_text("en", 500))


def read_days(fields: Fields, name: str) -> Days:
    """Return a ``{from = 2020-08-20, to = 2020-08-24}`` period."""
    table = fields.table(name)
    days = Days(table.day("from"), table.day("to"))
    if days.last < days.first:
        fields.wrong(name, "ngày cuối trước ngày đầu", "the last day is before the first")
    return days


def _read_quota(fields: Fields) -> Quota:
    quota = Quota(
        dimension=fields.choice("dimension", DIMENSIONS),
        code=fields.code("code"),
        floor=fields.optional_integer("floor", 0, 2000),
        ceiling=fields.optional_integer("ceiling", 0, 2000),
    )
    fields.refuse_unknown()
    return quota


def _read_zone(fields: Fields) -> Zone:
    zone = Zone(fields.code("code"), read_name(fields, "name"), fields.choice("kind", ZONE_KINDS))
    fields.refuse_unknown()
    return zone


def _read_review(fields: Fields) -> Review:
    """Return how the edition is reviewed; who rejected and who agreed do not decide an appeal, so that a third is needed."""
    review = Review(fields.words("reviewers"), fields.flag("second_person"), fields.flag("released_together"))
    names, least = set(review.reviewers), 3 if review.second_person else 1
    if len(names) < max(least, len(review.reviewers)) or not all(name.strip() for name in names):
        vi = f"phải có ít nhất {least} tên khác nhau, không trùng, không trống"
        fields.wrong("reviewers", vi, f"must have at least {least} names, none twice and none empty")
    fields.refuse_unknown()
    return review


def _check_edition(
    root: Fields, registration: Fields, edition: Edition, agency_codes: Collection[str] | None, provinces: set[str]
) -> None:
    for name, codes in (
        ("host_agency_codes", edition.host_agency_codes),
        ("executing_agency_codes", edition.executing_agency_codes),
    ):
        for code in codes:
            if lacks(agency_codes, code):
                root.wrong(name, f"không có cơ quan {code} trong agencies.csv", f"agencies.csv has no agency {code}")
    for code in edition.theme_province_codes:
        check_province(root, "theme_province_codes", code, provinces)
    if edition.closes_at <= edition.opens_at:
        registration.wrong("closes_at", "phải sau opens_at", "must be after opens_at")
    days = (edition.planned.last - edition.planned.first).days + 1
    if edition.official_days > days:
        vi = f"{edition.official_days} ngày nhưng thời gian chỉ có {days}"
        root.wrong("official_days", vi, f"{edition.official_days} days, but the period has only {days}")
    for code, times in Counter(zone.code for zone in edition.zones).items():
        if times > 1:
            root.wrong("zones", f"khu {code} có {times} lần", f"zone {code} stands {times} times")


def _check_quotas(tables: Sequence[Fields], edition: Edition, booths: int | None) -> None:
    """Note what the service would refuse; a clash of several quotas is told at the first of them.

    ``booths`` is None where the edition does not rightly say how many there are.
    """
    if edition.province_register not in REGISTERS:
        return
    codes = Codes(province_regions(edition.province_register), REGIONS, PRODUCT_GROUPS, VENDOR_TYPES)
    bounds = [QuotaBounds(quota.dimension, quota.code, quota.floor, quota.ceiling) for quota in edition.quotas]
    told: set[str] = set()
    for problem in check_quotas(bounds, booths, codes):
        place, name = place_of(problem)
        if problem.code == "quotas_clash" and problem.en in told:
            continue
        told.add(problem.en)
        tables[place].wrong(name, say_lines(problem.vi, tables), say_lines(problem.en, tables))
