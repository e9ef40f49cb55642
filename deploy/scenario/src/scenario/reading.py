"""Reads a scenario's folder; every mistake of every file is told at once, before anything is started."""

from pathlib import Path

from scenario.fields import CODE
from scenario.mistakes import Mistakes, ScenarioMistakesError
from scenario.model import Agency, Applicant, Booth, Edition, Nomination
from scenario.read_applicants import read_applicants
from scenario.read_edition import read_edition
from scenario.read_products import KnownVendors
from scenario.read_story import Known, read_story
from scenario.read_tables import read_agencies, read_floor_plan, read_letters, read_text
from scenario.registers_of_provinces import REGISTERS, province_names
from scenario.script import Scenario

SELF_FILE = "self_applications.csv"


def read_scenario(folder: Path) -> Scenario:
    """Return the scenario of a folder.

    Raises:
        ScenarioMistakesError: with every mistake of every file.
    """
    mistakes = Mistakes()
    folder = folder.resolve()
    if not folder.is_dir():
        mistakes.add(str(folder), 0, "", "không có thư mục này", "there is no such folder")
        mistakes.raise_if_any()
    seed = (read_text(folder, "seed", mistakes) or "-").strip()
    if not CODE.fullmatch(seed):
        vi, en = "viết một từ, tối đa 64 chữ, số và . - _ /", "write one word of at most 64 letters, digits and . - _ /"
        mistakes.add("seed", 1, "", vi, en)
    agencies = read_agencies(folder, mistakes)
    edition = read_edition(folder, set(agencies), mistakes)
    if edition is None:
        raise ScenarioMistakesError(mistakes.ordered())
    zone_codes = {zone.code for zone in edition.zones}
    booths = read_floor_plan(folder, zone_codes, mistakes)
    _check_plan(edition, booths, mistakes)
    provinces = set(province_names(edition.province_register)) if edition.province_register in REGISTERS else set[str]()
    vendors = KnownVendors(zone_codes, provinces, edition.planned.last)
    nominations = _read_nominations(folder, agencies, vendors, mistakes)
    self_applicants = _read_self_applicants(folder, vendors, mistakes)
    refs = {row.ref for nomination in nominations for row in nomination.applicants}
    known = Known(
        papers={},
        refs=refs | {row.ref for row in self_applicants},
        province_codes={nomination.province_code for nomination in nominations},
        agency_codes=set(agencies),
        zone_codes=zone_codes,
        reports=set(),
    )
    steps = read_story(folder, edition, known, mistakes)
    mistakes.raise_if_any()
    return Scenario(
        folder, seed, edition, tuple(agencies.values()), tuple(booths.values()), nominations, self_applicants, steps
    )


def _check_plan(edition: Edition, booths: dict[str, Booth], mistakes: Mistakes) -> None:
    if len(booths) < edition.booth_target:
        vi = f"có {len(booths)} gian hàng, edition.toml cần {edition.booth_target}"
        en = f"has {len(booths)} booths, edition.toml asks for {edition.booth_target}"
        mistakes.add("floor_plan.csv", 0, "booth_code", vi, en)


def _read_nominations(
    folder: Path, agencies: dict[str, Agency], vendors: KnownVendors, mistakes: Mistakes
) -> tuple[Nomination, ...]:
    letters = read_letters(folder, vendors.provinces, agencies, mistakes)
    files = {path.stem: f"nominations/{path.name}" for path in sorted((folder / "nominations").glob("*.csv"))}
    for province in letters.keys() - files.keys():
        name = f"nominations/{province}.csv"
        mistakes.add(
            name, 0, "", "có công văn mà không có tệp này", "nominations.csv names this province, the file is missing"
        )
    nominations: list[Nomination] = []
    for province, name in files.items():
        if province not in letters:
            mistakes.add(
                name, 0, "", "nominations.csv không có tỉnh này", "nominations.csv has no line for this province"
            )
        rows = read_applicants(folder, name, province, vendors, mistakes)
        if province in letters:
            agency, paper = letters[province]
            nominations.append(Nomination(province, agency, paper, rows))
    return tuple(nominations)


def _read_self_applicants(folder: Path, vendors: KnownVendors, mistakes: Mistakes) -> tuple[Applicant, ...]:
    if not (folder / SELF_FILE).exists():
        return ()
    return read_applicants(folder, SELF_FILE, None, vendors, mistakes)
