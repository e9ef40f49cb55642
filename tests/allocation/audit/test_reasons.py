"""What the auditor's check finds due as reasons is what the service found, in every small run."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, reject, settings
from tests.allocation.runs.problems import applicant, problem, row_of, tiny_problems
from tests.allocation.runs.test_solver_pins import pinned_problems

from allocation.audit.check_allocation import Case, Street, reasons_told, why_placed, why_refused
from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Problem
from allocation.grounds.domain import RunInput, to_plain
from allocation.runs.domain import result_to_plain
from allocation.runs.solver import solve

SEED = "hn-2020-2"


def compare(problem: RunInput) -> None:
    """Find the reasons of all by both, which share no line, and expect the same codes with the same facts."""
    problem = problem.in_order()
    result = solve(problem, SEED, 10)
    if result.status == "infeasible":
        reject()
    case = Case(to_plain(problem), result_to_plain(result), SEED)
    street = Street(case)
    refused = sorted(street.rank(each) for each in case.refused)
    for found in explain(Problem(problem, result, SEED, {}, date(2020, 10, 12), 10, 1000)):
        who = case.by_id[found.application_id]
        due = why_placed(street, who, refused) if found.is_placed else why_refused(street, who)
        assert [(each.code, each.data) for each in found.reasons] == list(due), (problem, result.placements, who)


@settings(max_examples=150)
@given(tiny_problems())
def test_the_check_finds_the_reasons_that_the_service_tells(problem: RunInput):
    compare(problem)


@settings(max_examples=100)
@given(pinned_problems())
def test_the_check_finds_the_reasons_that_the_service_tells_where_the_committee_spoke(problem: RunInput):
    compare(problem)


PAIR_BEHIND_A_QUOTA = problem(
    [applicant("an", province="01", booths=2)], row_of("A", 2), bounds=[("province:01", None, 1)]
).in_order()
"""Two neighbours are free, and it is the quota that keeps who asks for two from them."""


def test_no_two_are_said_to_be_missing_where_a_quota_is_full():
    compare(PAIR_BEHIND_A_QUOTA)


@pytest.mark.parametrize(
    ("solver", "codes"),
    [
        ({"pass_work": 10}, ["quota_full", "no_two_together", "no_exchange"]),
        ({"pass_work": 10, "reasons_version": 11}, ["quota_full", "no_exchange"]),
    ],
)
def test_reasons_are_held_against_the_version_that_found_them(solver: dict[str, Any], codes: Sequence[str]):
    # A run explained before an update tells its reasons as they were found, in whatever dossier is made of it.
    result = solve(PAIR_BEHIND_A_QUOTA, SEED, 10)
    facts: dict[str, int | str] = {"held": 0, "ceiling": 1, "booths": 2, "quota": "province:01", "free": 2}
    due = {
        "quota_full": ("held", "ceiling", "booths", "quota"),
        "no_two_together": ("free",),
        "no_exchange": ("booths",),
    }
    reasons = [{"code": code, "data": {name: facts[name] for name in due[code]}} for code in codes]
    entry = {
        "application_id": "id-of-an",
        "is_placed": False,
        "reasons": reasons,
        "changes": [{"code": "none", "data": {}}],
    }
    files: dict[str, Any] = {"run.json": {"solver": solver, "checker": {"version": "11"}}, "reasons.json": [entry]}
    case = Case(to_plain(PAIR_BEHIND_A_QUOTA), result_to_plain(result), SEED, told_in=files)
    assert list(reasons_told(case)) == []
    files["run.json"]["solver"] = {**solver, "reasons_version": 10 if "reasons_version" in solver else 11}
    assert len(list(reasons_told(case))) == 1
