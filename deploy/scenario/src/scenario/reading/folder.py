"""Reads a scenario's folder; every mistake of every file is told at once, before anything is started."""

from collections.abc import Iterable
from pathlib import Path

from registration.rules.packs import paper_kinds
from scenario.reading.applicants import read_applicants
from scenario.reading.edition import TomlFile, read_edition
from scenario.reading.fields import CODE
from scenario.reading.floor_plan import read_floor_plan
from scenario.reading.mistakes import Mistakes, ScenarioMistakesError
from scenario.reading.products import KnownVendors
from scenario.reading.rules import read_rules
from scenario.reading.steps import Known
from scenario.reading.story import read_story
from scenario.reading.tables import read_agencies, read_letters, read_text
from scenario.registers_of_provinces import REGISTERS, province_names
from scenario.script.model import Agency, Applicant, Nomination
from scenario.script.scenario import Scenario

SELF_FILE = "self_applications.csv"
Read = tuple[Applicant, ...] | None
"""Applicants of a file, None if it cannot be read."""


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
    told = read_text(folder, "seed", mistakes)
    seed = "-" if told is None else told.strip()  # a file that is not there is a mistake already
    if not CODE.fullmatch(seed):
        vi, en = "viết một từ, tối đa 64 chữ, số và . - _ /", "write one word of at most 64 letters, digits and . - _ /"
        mistakes.add("seed", 1, "", vi, en)
    agencies = read_agencies(folder, mistakes)
    edition = read_edition(folder, agencies, mistakes)
    if edition is None:
        _note_what_cannot_be_read(folder, agencies, mistakes)
        raise ScenarioMistakesError(mistakes.ordered())
    zone_codes = {zone.code for zone in edition.zones}
    booths = read_floor_plan(folder, edition, mistakes)
    rules = read_rules(folder, edition, booths, mistakes)
    provinces = set(province_names(edition.province_register)) if edition.province_register in REGISTERS else set[str]()
    vendors = KnownVendors(zone_codes, paper_kinds(), provinces, edition.planned.last)
    nominated = _read_nominated(folder, vendors, mistakes)
    nominations = _read_nominations(folder, agencies, nominated, provinces, mistakes)
    self_applicants = _read_self_applicants(folder, vendors, mistakes)
    known = Known(
        papers={},
        refs=_refs_of([*nominated.values(), self_applicants]),
        province_codes=set(nominated),
        agency_codes=None if agencies is None else set(agencies),
        zone_codes=zone_codes,
        booth_codes={booth.code for booth in booths},
        reports={},
    )
    steps = read_story(folder, edition, known, mistakes)
    mistakes.raise_if_any()
    return Scenario(
        folder=folder,
        seed=seed,
        edition=edition,
        agencies=tuple((agencies or {}).values()),
        booths=booths,
        rules=rules,
        nominations=nominations,
        self_applicants=self_applicants or (),
        steps=steps,
    )


def _note_what_cannot_be_read(folder: Path, agencies: dict[str, Agency] | None, mistakes: Mistakes) -> None:
    """Note what is wrong with the other files whatever the edition is: they are missing, or no text, table or TOML."""
    read_text(folder, "floor_plan.csv", mistakes)
    provinces = {code for register in REGISTERS for code in province_names(register)}
    nominated: dict[str, Read] = dict.fromkeys(_nominating_provinces(folder))
    _read_nominations(folder, agencies, nominated, provinces, mistakes)
    TomlFile(folder, "story.toml", mistakes)


def _nominating_provinces(folder: Path) -> list[str]:
    return [path.stem for path in sorted((folder / "nominations").glob("*.csv"))]


def _read_nominated(folder: Path, vendors: KnownVendors, mistakes: Mistakes) -> dict[str, Read]:
    """Return the applicants of each province that has a file."""
    return {
        province: read_applicants(folder, _file_of(province), province, vendors, mistakes)
        for province in _nominating_provinces(folder)
    }


def _file_of(province: str) -> str:
    return f"nominations/{province}.csv"


def _refs_of(read: Iterable[Read]) -> set[str] | None:
    """Return what the story may call applicants; None where a file could not be read."""
    refs: set[str] = set()
    for applicants in read:
        if applicants is None:
            return None
        refs |= {row.ref for row in applicants}
    return refs


def _read_nominations(
    folder: Path,
    agencies: dict[str, Agency] | None,
    nominated: dict[str, Read],
    provinces: set[str],
    mistakes: Mistakes,
) -> tuple[Nomination, ...]:
    """Return the letters with those they name; each letter has its file, and each file its letter."""
    letters = read_letters(folder, provinces, agencies, mistakes)
    if letters is None:
        return ()
    for province in letters.keys() - nominated.keys():
        mistakes.add(
            _file_of(province),
            0,
            "",
            "có công văn mà không có tệp này",
            "nominations.csv names this province, the file is missing",
        )
    nominations: list[Nomination] = []
    for province, applicants in nominated.items():
        if province not in letters:
            mistakes.add(
                _file_of(province),
                0,
                "",
                "nominations.csv không có tỉnh này",
                "nominations.csv has no line for this province",
            )
        else:
            agency, paper = letters[province]
            nominations.append(Nomination(province, agency, paper, applicants or ()))
    return tuple(nominations)


def _read_self_applicants(folder: Path, vendors: KnownVendors, mistakes: Mistakes) -> Read:
    if not (folder / SELF_FILE).exists():
        return ()
    return read_applicants(folder, SELF_FILE, None, vendors, mistakes)
