"""What the auditor's check finds due as reasons is what the service found, in every small run."""

from datetime import date

from hypothesis import given, reject, settings
from tests.allocation.runs.problems import tiny_problems
from tests.allocation.runs.test_solver_pins import pinned_problems

from allocation.audit.check_allocation import Case, Street, why_placed, why_refused
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


@settings(max_examples=150, deadline=None)
@given(tiny_problems())
def test_the_check_finds_the_reasons_that_the_service_tells(problem: RunInput):
    compare(problem)


@settings(max_examples=100, deadline=None)
@given(pinned_problems())
def test_the_check_finds_the_reasons_that_the_service_tells_where_the_committee_spoke(problem: RunInput):
    compare(problem)
