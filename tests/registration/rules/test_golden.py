"""The golden cases that stand in the pack files, each run through the rules as read from those files."""

from dataclasses import replace
from typing import Any

import pytest

from registration.rules.packs import PackFile, read_packs
from registration.trials.golden import find_failures, run_case

PACKS = read_packs()
CASES = [
    pytest.param(pack, case, id=f"{case['id']}-{pack.version}-{place}")
    for pack in PACKS
    for place, case in enumerate(pack.golden)
]


@pytest.mark.parametrize(("pack", "case"), CASES)
def test_the_rules_say_what_the_golden_case_says(pack: PackFile, case: dict[str, Any]) -> None:
    assert run_case(case, pack, PACKS) == {case["expect"]}


def test_every_golden_case_of_the_domain_is_there() -> None:
    wanted = {f"SB{n}" for n in range(1, 10)} | {f"AL{n}" for n in range(1, 12)} | {f"PG{n}" for n in range(1, 9)}
    wanted |= {f"CL{n}" for n in range(1, 10)} | {f"EL{n}" for n in range(1, 15)} | {f"SU{n}" for n in range(1, 10)}
    wanted |= {f"PV{n}" for n in range(1, 9)}
    found: set[str] = {case["id"] for pack in PACKS for case in pack.golden}
    assert wanted <= found


def test_a_golden_case_fails_when_its_rule_changes() -> None:
    pack = next(found for found in PACKS if found.pack == "certificate_life")
    shorter = replace(pack, body={**pack.body, "months": 35})
    failures = find_failures(shorter, PACKS)
    assert ("CL1", "2024-03-15", "2024-02-15") in {(one.case, one.expected, one.said) for one in failures}
    assert find_failures(pack, PACKS) == []


def test_every_version_of_every_pack_has_golden_cases() -> None:
    assert [(pack.pack, pack.version) for pack in PACKS if not pack.golden] == []
