"""The dense plan: repeated by its seed, every failpoint as often as wanted, nobody hit twice at a time."""

from collections import Counter

import pytest
from tests.faults.counted import Counts, plan_counted
from tests.faults.schedule import FAILPOINTS, SERVICES, Fault

COUNTS = Counts(failpoints=5, parts=8)


def planned(seed: int) -> list[Fault]:
    return [fault for step in plan_counted(seed, COUNTS) for fault in step]


def test_the_same_seed_gives_the_same_plan_and_another_seed_another():
    assert plan_counted(7) == plan_counted(7)
    assert plan_counted(7) != plan_counted(8)


@pytest.mark.parametrize("seed", range(20))
def test_every_failpoint_and_both_parts_are_planned_as_often_as_wanted(seed: int):
    found = Counter(fault.title for fault in planned(seed))
    assert all(found[f"failpoint:{place}"] == COUNTS.failpoints for place in FAILPOINTS)
    assert found["kill_database"] == found["kill_broker"] == COUNTS.parts
    assert found["kill"] >= COUNTS.parts


@pytest.mark.parametrize("seed", range(20))
def test_a_process_is_killed_once_in_a_step_and_ends_at_places_that_it_comes_by(seed: int):
    _, *steps = plan_counted(seed, COUNTS)  # migrations are killed before there are processes
    for step in steps:
        killed = [fault.target for fault in step if fault.name == "kill"]
        assert len(killed) == len(set(killed))
        assert len({fault.name == "failpoint" for fault in step}) == 1
        for fault in step:
            assert fault.name != "failpoint" or fault.target in FAILPOINTS[fault.detail][0]


@pytest.mark.parametrize("seed", range(20))
def test_the_failpoints_of_a_step_keep_all_services_busy_about_as_long(seed: int):
    _, *steps = plan_counted(seed, COUNTS)
    for step in steps:
        at_places = Counter(fault.target for fault in step if fault.name == "failpoint")
        assert not at_places or (set(at_places) == set(SERVICES) and max(at_places.values()) <= 5)


def test_several_processes_are_killed_at_once_and_no_service_is_spared():
    steps = plan_counted(1, COUNTS)
    sizes = {sum(fault.name == "kill" for fault in step) for step in steps}
    assert max(sizes) == len(SERVICES)
    assert {fault.target for fault in planned(1) if fault.name == "kill"} == set(SERVICES)
