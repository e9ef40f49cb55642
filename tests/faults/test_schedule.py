"""The plan of faults: repeated by its seed, and whole."""

from collections import Counter

from tests.faults.schedule import CUTS, FAILPOINTS, ONCE, Wanted, plan_faults

from common.failpoints import PLACES


def test_the_same_seed_gives_the_same_faults_and_another_seed_others():
    assert plan_faults(7, Wanted()) == plan_faults(7, Wanted())
    assert plan_faults(7, Wanted()) != plan_faults(8, Wanted())


def test_a_round_has_every_failpoint_and_every_single_fault():
    planned = plan_faults(3, Wanted())
    assert {fault.detail for fault in planned if fault.name == "failpoint"} == set(PLACES)
    assert set(ONCE) <= {fault.name for fault in planned}


def test_the_harness_knows_every_failpoint_of_the_code():
    assert set(FAILPOINTS) == set(PLACES)


def test_a_few_rounds_have_every_kind_of_cut():
    cuts = Counter(fault.detail for seed in range(4) for fault in plan_faults(seed, Wanted()) if fault.name == "cut")
    assert set(cuts) == set(CUTS)
