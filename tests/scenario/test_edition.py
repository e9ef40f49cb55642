"""Reads edition.toml: who reviews, how many booths, quotas, seed; each mistake with its field."""

import pytest
from tests.scenario.conftest import Folder, mistakes_of, places

from scenario.reading.folder import read_scenario
from scenario.script.model import Review

REVIEW = '[review]\nreviewers = ["Lan", "Minh", "Hà"]\nsecond_person = true\nreleased_together = true\n\n[venue]'


def test_an_edition_says_who_reviews_it_and_how(folder: Folder):
    assert read_scenario(folder.path).edition.review is None
    folder.replace("edition.toml", "[venue]", REVIEW)
    assert read_scenario(folder.path).edition.review == Review(("Lan", "Minh", "Hà"), True, True)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (', "Hà"]', "]", "review.reviewers"),
        ('"Hà"]', '"Lan"]', "review.reviewers"),
        ('["Lan", "Minh", "Hà"]\nsecond_person = true', "[]", "review.reviewers"),
        ('["Lan", "Minh", "Hà"]\nsecond_person = true', '["Lan", "Lan"]', "review.reviewers"),
        ('"Hà"]', '" "]', "review.reviewers"),
        ("second_person = true", 'second_person = "maybe"', "review.second_person"),
        ("released_together", "released_togehter", "review.released_togehter"),
    ],
)
def test_a_review_that_cannot_be_is_told_with_its_field(folder: Folder, old: str, new: str, field: str):
    assert old in REVIEW
    folder.replace("edition.toml", "[venue]", REVIEW.replace(old, new))
    [(file, line, told)] = places(folder.path)
    assert (file, told) == ("edition.toml", field)
    assert line >= 13


@pytest.mark.parametrize("target", ["-8", '"eight"', "99999"])
def test_a_wrong_number_of_booths_brings_no_mistake_that_is_none(folder: Folder, target: str):
    folder.replace("edition.toml", "booth_target = 8", f"booth_target = {target}")

    assert places(folder.path) == [("edition.toml", 8, "booth_target")]


def test_a_seed_of_several_words_is_refused(folder: Folder):
    (folder.path / "seed").write_text("one two", encoding="utf-8")

    assert places(folder.path) == [("seed", 1, "")]


def test_an_empty_seed_is_no_word(folder: Folder):
    (folder.path / "seed").write_text("\n", encoding="utf-8")

    assert places(folder.path) == [("seed", 1, "")]


def test_floors_of_a_region_and_of_foreigners_that_need_more_booths_than_there_are_are_told(folder: Folder):
    quota = '[[quotas]]\ndimension = "region"\ncode = "northern_mountains"\nfloor = 8\n\n[[zones]]'
    folder.replace("edition.toml", "[[zones]]", quota)

    found = mistakes_of(folder.path)

    assert len(found) == 1, "a clash of several quotas is told once"
    assert found[0].line > 0
    assert "region:northern_mountains" in found[0].en
    assert "country:foreign" in found[0].en


def test_a_quota_that_stands_twice_or_names_no_known_code_is_told(folder: Folder):
    quotas = '[[quotas]]\ndimension = "product_group"\ncode = "gold"\nceiling = 2\n\n'
    twice = '[[quotas]]\ndimension = "country"\ncode = "foreign"\nceiling = 2\n\n'
    folder.replace("edition.toml", "[[zones]]", f"{quotas}{twice}[[zones]]")

    assert {field for _, _, field in places(folder.path)} >= {"quotas[3].code", "quotas[4].code"}


@pytest.mark.parametrize("step", ["rerun", "override"])
def test_an_edition_without_runs_has_no_steps_about_them_and_is_answered_before_the_close(folder: Folder, step: str):
    folder.replace("edition.toml", "optimal_at_close", "first_come")
    answers = '[[steps]]\nstep = "answer"\nat = 2020-07-23T09:00:00\n\n[[steps]]\nstep = "supplement"'
    folder.replace("story.toml", '[[steps]]\nstep = "supplement"', answers)
    assert read_scenario(folder.path).edition.allocation_policy == "first_come"
    folder.replace("story.toml", 'step = "suspend"', f'step = "{step}"')
    wrong = [mistake for mistake in mistakes_of(folder.path) if mistake.field.endswith(".step")]
    assert "first_come editions have no runs" in {mistake.en for mistake in wrong}
