"""Steps of papers are read as written, and their mistakes told by field."""

import pytest
from tests.scenario.conftest import Folder
from tests.scenario.test_turns import mistakes_of, tell

from scenario.reading.folder import read_scenario
from scenario.script.papers import FilePapers, VerifyPapers


def test_steps_of_papers_are_read_as_written(folder: Folder):
    tell(folder, "file_papers", 'applicants = ["48/1"]\nkinds = ["label", "food_safety_certificate"]')
    tell(folder, "verify_papers", 'does_not_match = ["48/1"]\nnote = "Số giấy khác bản khai"')

    filing, looking = read_scenario(folder.path).steps[-2:]

    assert isinstance(filing, FilePapers)
    assert (filing.applicants, filing.kinds) == (("48/1",), ("label", "food_safety_certificate"))
    assert isinstance(looking, VerifyPapers)
    assert (looking.does_not_match, looking.note) == (("48/1",), "Số giấy khác bản khai")
    assert (looking.kinds, looking.later) == ((), ())


def test_single_papers_may_not_match_and_others_are_left_for_later(folder: Folder):
    keys = 'does_not_match = ["48/1"]\nkinds = ["label"]\nlater = ["48/2"]\nnote = "Tên khác"'
    tell(folder, "verify_papers", keys)

    looking = read_scenario(folder.path).steps[-1]

    assert isinstance(looking, VerifyPapers)
    assert (looking.kinds, looking.later) == (("label",), ("48/2",))


@pytest.mark.parametrize(
    ("step", "keys", "field"),
    [
        ("file_papers", 'applicants = ["48/1"]\nkinds = ["identity_card"]', "kinds"),
        ("file_papers", 'applicants = ["48/1"]', "kinds"),
        ("file_papers", 'applicants = ["48/99"]\nkinds = ["label"]', "applicants"),
        ("verify_papers", 'does_not_match = ["48/1"]', "note"),
        ("verify_papers", 'kinds = ["label"]', "kinds"),
        ("verify_papers", 'later = ["48/99"]', "later"),
        ("verify_papers", 'does_not_match = ["48/99"]\nnote = "Khác"', "does_not_match"),
    ],
)
def test_a_mistake_in_a_step_of_papers_is_told_by_its_field(folder: Folder, step: str, keys: str, field: str):
    tell(folder, step, keys)

    assert mistakes_of(folder.path) == [field]
