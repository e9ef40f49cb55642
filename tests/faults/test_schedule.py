"""The plan of faults: repeated by its seed, and whole."""

from collections import Counter

import pytest
from tests.faults.nemesis import DEEDS
from tests.faults.schedule import CUTS, DEMANDED, FAILPOINTS, LONG, ONCE, Fault, Wanted, plan_faults

from common.delivery.failpoints import PLACES

DRAWN = ("kill", "stop", "cut", "end_connections", "kill_database", "kill_broker")


def planned(seed: int, wanted: Wanted | None = None) -> list[Fault]:
    return [fault for step in plan_faults(seed, wanted or Wanted()) for fault in step]


def test_the_same_seed_gives_the_same_faults_and_another_seed_others():
    assert plan_faults(7, Wanted()) == plan_faults(7, Wanted())
    assert plan_faults(7, Wanted()) != plan_faults(8, Wanted())


def test_a_round_has_every_failpoint_and_every_single_fault():
    found = planned(3)
    assert {fault.detail for fault in found if fault.name == "failpoint"} == set(PLACES)
    assert {name for names in ONCE for name in names} <= {fault.name for fault in found}


@pytest.mark.parametrize("wanted", [Wanted(), LONG])
@pytest.mark.parametrize("seed", range(20))
def test_one_of_each_kind_that_is_drawn_comes_before_all_else(seed: int, wanted: Wanted):
    first = [fault.name for step in plan_faults(seed, wanted)[:4] for fault in step]
    assert sorted(first) == sorted(DRAWN)


@pytest.mark.parametrize("seed", range(20))
def test_as_many_are_planned_as_are_wanted(seed: int):
    found = Counter(fault.name for fault in planned(seed, LONG))
    wanted = (LONG.kills, LONG.stops, LONG.cuts, LONG.connections, LONG.databases, LONG.brokers)
    assert tuple(found[name] for name in DRAWN) == wanted


@pytest.mark.parametrize("seed", range(20))
def test_a_service_stops_at_one_failpoint_at_a_time(seed: int):
    for step in plan_faults(seed, LONG):
        targets = [fault.target for fault in step if fault.name == "failpoint"]
        assert len(targets) == len(set(targets))


def test_the_harness_knows_every_failpoint_of_the_code():
    assert set(FAILPOINTS) == set(PLACES)


def test_every_planned_fault_can_be_done():
    assert {fault.name for fault in planned(1, LONG)} == set(DEEDS)


def test_a_few_rounds_have_every_kind_of_cut():
    cuts = Counter(fault.detail for seed in range(4) for fault in planned(seed) if fault.name == "cut")
    assert set(cuts) == set(CUTS)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_demanded_comes_before_the_rest_of_what_is_had_once(seed: int):
    once = {name for names in ONCE for name in names}
    steps = [step for step in plan_faults(seed, Wanted()) if any(fault.name in once for fault in step)]
    demanded = [any(fault.name in DEMANDED for fault in step) for step in steps]
    assert demanded == sorted(demanded, reverse=True)
    assert set(DEMANDED) <= {fault.name for fault in planned(seed)}


@pytest.mark.parametrize("seed", range(20))
def test_faults_that_are_done_side_by_side_hit_nobody_twice(seed: int):
    alone = {"no_producer_id", "block_loop", "stop_beyond", "far", "other_zone", "skewed_clock"}
    for step in plan_faults(seed, LONG):
        assert len(step) == 1 or not alone & {fault.name for fault in step}


def test_a_fault_may_be_named_alone_and_kinds_may_be_chosen():
    [[fault]] = plan_faults(1, Wanted(), ("cut:half_open:database",))
    assert (fault.name, fault.detail, fault.target) == ("cut", "half_open", "database")
    assert {fault.name for step in plan_faults(1, Wanted(), ("kill", "stop")) for fault in step} == {"kill", "stop"}
