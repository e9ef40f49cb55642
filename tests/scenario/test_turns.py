"""Turns of a story are read as written, and their mistakes told by field."""

from pathlib import Path

import pytest
from tests.scenario.conftest import Folder

from scenario.reading.folder import read_scenario
from scenario.reading.mistakes import ScenarioMistakesError
from scenario.script import turns

TURNS = {
    "find_duplicates": 'same = [{ applicants = ["48/1", "40/1"] }]',
    "appeal": 'applicants = ["48/1"]\nstatement = "Nhãn đã in lại"',
    "rerun": 'pins = [{ applicant = "48/1", rule = "pin", target = "zone", code = "A", reason = "Gần lối đi" }]',
    "override": 'between = ["48/1", "40/1"]\nreason = "Hai bên cùng đề nghị"\npaper = "release"',
    "swap": 'between = ["48/1", "40/1"]',
    "repair": 'cause = "power_failed"\nbooths_without_power = ["B1"]',
    "change_capacity": 'booth_target = 7\nreason_code = "epidemic"\npaper = "release"',
}


def tell(folder: Folder, step: str, keys: str) -> None:
    """Add a step to the end of the story."""
    path = folder.path / "story.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[[steps]]\nstep = "{step}"\nat = 2021-01-04T09:00:00\n{keys}\n', encoding="utf-8")


def mistakes_of(path: Path) -> list[str]:
    with pytest.raises(ScenarioMistakesError) as caught:
        read_scenario(path)
    return [mistake.field.split(".", 1)[1] for mistake in caught.value.mistakes]


def test_every_turn_is_read_as_its_step_says(folder: Folder):
    for step, keys in TURNS.items():
        tell(folder, step, keys)

    read = read_scenario(folder.path).steps[-len(TURNS) :]

    assert tuple(map(type, read)) == (
        turns.FindDuplicates,
        turns.Appeal,
        turns.Rerun,
        turns.Override,
        turns.Swap,
        turns.Repair,
        turns.ChangeCapacity,
    )
    assert isinstance(read[0], turns.FindDuplicates)
    assert read[0].same == (("48/1", "40/1"),)
    assert isinstance(read[2], turns.Rerun)
    assert read[2].pins == (turns.Pin("48/1", "pin", "zone", "A", "Gần lối đi"),)
    assert isinstance(read[5], turns.Repair)
    assert read[5].booths_without_power == ("B1",)


@pytest.mark.parametrize(
    ("step", "old", "new", "field"),
    [
        ("find_duplicates", '"40/1"', '"40/99"', "same[0].applicants"),
        ("find_duplicates", '"40/1"', '"48/1"', "same[0].applicants"),
        ("appeal", "Nhãn đã in lại", "", "statement"),
        ("rerun", '"A"', '"Z"', "pins[0].code"),
        ("rerun", '"pin"', '"nail"', "pins[0].rule"),
        ("override", '"release"', '"no such"', "paper"),
        ("swap", ', "40/1"', "", "between"),
        ("repair", 'booths_without_power = ["B1"]', "", "booths_without_power"),
        ("repair", "power_failed", "section_closed", "closed_booths"),
        ("change_capacity", "7", "0", "booth_target"),
    ],
)
def test_a_mistake_in_a_turn_is_told_by_its_field(folder: Folder, step: str, old: str, new: str, field: str):
    assert old in TURNS[step]
    tell(folder, step, TURNS[step].replace(old, new))

    assert field in mistakes_of(folder.path)
