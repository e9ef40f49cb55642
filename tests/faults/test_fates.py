"""What befalls the editions of a round: a short one has all of it, and most editions live on."""

import pytest
from tests.faults.fates import COURSE, fate_of

SHORT = 12  # editions that even a slow machine plays in a short round


@pytest.mark.parametrize("seed", range(len(COURSE)))
def test_a_short_round_has_every_fate(seed: int) -> None:
    assert {fate_of(number, seed) for number in range(1, SHORT + 1)} == set(COURSE)


def test_most_editions_live_on_and_each_thing_befalls_some() -> None:
    assert sum(not fate.cancelled for fate in COURSE) > 2 * len(COURSE) / 3
    assert {fate.cut for fate in COURSE} >= {"open", "closed", "answered"}
    assert {fate.cancelled for fate in COURSE} >= {"closed", "answered", "suspended"}
    assert any(fate.is_suspended and not fate.cancelled for fate in COURSE)
    assert any(fate.is_put_off for fate in COURSE)
    assert any(fate.is_stopped for fate in COURSE)


def test_every_fate_meets_places_given_by_a_run_and_by_arrival() -> None:
    met = {(fate_of(number, 0), number % 3 == 0) for number in range(1, 3 * len(COURSE) + 1)}
    assert met == {(fate, by_arrival) for fate in COURSE for by_arrival in (True, False)}
