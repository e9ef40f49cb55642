"""The checker is itself checked: for every invariant each planted violation is found, and a good round passes."""

import pytest
from tests.faults import spoils_of_delivery, spoils_of_promises  # noqa: F401  # pyright: ignore[reportUnusedImport]  # they register what they spoil
from tests.faults.checker import INVARIANTS, judge
from tests.faults.spoiling import SPOILS
from tests.faults.states import well


def test_a_round_in_which_all_is_well_passes():
    assert judge(well()) == {}


@pytest.mark.parametrize("name", SPOILS)
def test_a_planted_violation_is_found(name: str):
    invariant, spoil = SPOILS[name]
    evidence = well()
    spoil(evidence)
    assert invariant in judge(evidence)


def test_every_invariant_has_a_planted_violation():
    assert {invariant for invariant, _ in SPOILS.values()} == set(INVARIANTS)
