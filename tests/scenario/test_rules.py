"""An edition's own rules stand in rules.toml: read, sent as the service takes them, and refused with line and field."""

import csv
from pathlib import Path

import pytest
from tests.scenario.conftest import Folder, mistakes_of

from allocation.rules.api import RulesEntry
from scenario.acts import payloads
from scenario.acts.registration import count_rules
from scenario.reading.folder import read_scenario

DEMO = Path(__file__).parents[2] / "deploy/demo"
RULES = """\
is_varied = true

[[bounds]]
group = "product_group:food"
floor = 2
ceiling = 6
name = { vi = "Thực phẩm từ 2 đến 6 gian", en = "Two to six booths of food" }

[[requirements]]
code = "flame"
groups = ["need:cooking"]
zone_codes = ["B"]
power = true
name = { vi = "Nấu nướng ở khu B", en = "Cooking in zone B" }

[[reservations]]
code = "host"
groups = ["province:48"]
zone_codes = ["A"]
booth_codes = ["B1", "A2"]
name = { vi = "Dành cho Đà Nẵng", en = "Kept for Đà Nẵng" }

[[priority_classes]]
code = "stars"
groups = ["star_class:5", "star_class:4"]
points = 30
name = { vi = "Bốn sao trở lên", en = "Four stars or more" }
"""


def write(folder: Folder, old: str = "", new: str = "") -> None:
    assert old in RULES
    (folder.path / "rules.toml").write_text(RULES.replace(old, new, 1) if old else RULES, encoding="utf-8")


def told(folder: Folder) -> list[tuple[int, str]]:
    return [(each.line, each.field) for each in mistakes_of(folder.path) if each.file == "rules.toml"]


def test_rules_are_read_as_they_stand_and_zones_stand_for_all_their_booths(folder: Folder):
    write(folder)
    rules = read_scenario(folder.path).rules
    assert rules is not None
    assert count_rules(rules) == 5
    assert rules.reservations[0].booth_codes == ("A1", "A2", "A3", "A4", "B1")
    assert (rules.requirements[0].zone_codes, rules.requirements[0].power, rules.is_varied) == (("B",), True, True)
    assert RulesEntry.model_validate(payloads.rules(rules)).to_rules() == rules, (
        "what the service reads is what is sent"
    )


def test_a_folder_without_the_file_has_no_rules_of_its_own(folder: Folder):
    (folder.path / "rules.toml").unlink(missing_ok=True)
    assert read_scenario(folder.path).rules is None


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("is_varied = true", 'is_varied = "maybe"', 1, "is_varied"),
        ("is_varied", "is_varried", 1, "is_varried"),
        ("[[bounds]]\n", "[bounds]\n", 3, "bounds"),
        ("product_group:food", "product_group:fod", 4, "bounds[0].group"),
        ("product_group:food", "colour:red", 4, "bounds[0].group"),
        ("product_group:food", "zone:Z", 4, "bounds[0].group"),
        ('group = "product_group:food"\n', "", 3, "bounds[0].group"),
        ("floor = 2", "floor = 7", 5, "bounds[0].floor"),
        ("floor = 2", "is_required = true", 3, "bounds[0].floor"),
        ("ceiling = 6", "ceiling = -1", 6, "bounds[0].ceiling"),
        (', en = "Two to six booths of food"', "", 7, "bounds[0].name.en"),
        ('zone_codes = ["B"]\npower = true\n', "", 10, "requirements[0].code"),
        ('zone_codes = ["B"]', 'zone_codes = ["C"]', 12, "requirements[0].zone_codes"),
        ('"province:48"', '"province:99"', 18, "reservations[0].groups"),
        ('zone_codes = ["A"]', 'zone_codes = ["Z"]', 19, "reservations[0].zone_codes"),
        ('booth_codes = ["B1", "A2"]', 'booth_codes = ["B9"]', 20, "reservations[0].booth_codes"),
        ('zone_codes = ["A"]\nbooth_codes = ["B1", "A2"]', "", 16, "reservations[0].booth_codes"),
        ('code = "stars"\n', "", 23, "priority_classes[0].code"),
        ('["star_class:5", "star_class:4"]', "[]", 25, "priority_classes[0].groups"),
        ("points = 30", "points = 3000", 26, "priority_classes[0].points"),
        ("points = 30", "points = 30\nweight = 2", 27, "priority_classes[0].weight"),
        ("points = 30", "points = ", 26, ""),
    ],
)
def test_a_mistake_in_the_rules_is_told_with_line_and_field(folder: Folder, old: str, new: str, line: int, field: str):
    write(folder, old, new)
    assert told(folder) == [(line, field)]


def test_where_booths_go_by_arrival_rules_that_cannot_be_held_are_told_by_name(folder: Folder):
    folder.replace("edition.toml", "optimal_at_close", "first_come")
    write(folder)
    found = [each for each in mistakes_of(folder.path) if each.file == "rules.toml"]
    assert [(each.line, each.field) for each in found] == [(24, "priority_classes[0].code")]
    assert "Bốn sao trở lên" in found[0].vi


def test_booths_of_the_story_are_those_of_the_plan(folder: Folder):
    pin = 'step = "release"'
    told_by = '[[steps]]\nstep = "rerun"\nat = 2020-08-20T09:00:00\npins = [{ applicant = "48/1", rule = "pin", target = "booth", code = "Z1", reason = "x" }]\n\n[[steps]]\nstep = "release"'
    folder.replace("story.toml", f"[[steps]]\n{pin}", told_by)
    assert "floor_plan.csv has no booth Z1" in [each.en for each in mistakes_of(folder.path)]


def test_who_cooks_stands_in_a_column_that_may_be_left_out(folder: Folder):
    path = folder.path / "nominations/48.csv"
    assert {row.wishes.cooking for row in read_scenario(folder.path).applicants} == {None}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row | {"cooking": "yes" if row["legal_name"] else ""} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    cooks = [row for row in read_scenario(folder.path).applicants if row.wishes.cooking]
    assert {row.ref[:3] for row in cooks} == {"48/"}
    assert payloads.application(cooks[0])["wishes"]["cooking"] is True
