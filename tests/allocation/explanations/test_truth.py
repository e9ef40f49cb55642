"""What a refused application of two booths is told of free neighbours is so, in every small run."""

from itertools import combinations

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import tiny_problems
from tests.allocation.runs.test_solver_pins import pinned_problems

from allocation.audit import check_allocation
from allocation.audit.check_allocation import Case
from allocation.explanations.domain import why_refused
from allocation.grounds.domain import ZONE, RunInput, to_plain
from allocation.runs.domain import RunResult, result_to_plain
from allocation.runs.solver import solve
from allocation.standings.domain import read_standing

SEED = "hn-2020-2"
ON_BOOTHS = {"one_holder", "side_by_side", "zone_room", "pins", "own_rules"}
Places = dict[str, tuple[str, ...]]


def against(problem: RunInput, places: Places) -> set[str]:
    """Return what places break of the rules on booths, and of the ceilings of zones."""
    result = RunResult("feasible", (), dict(places))
    case = Case(to_plain(problem), result_to_plain(result), SEED)
    judged = [check_allocation.judge(each, case) for each in check_allocation.CHECKS if each.code in ON_BOOTHS]
    found = {finding for each in judged for finding in each["findings"]}
    zone = {booth.booth_code: booth.zone_code for booth in problem.booths}
    held = [zone[code] for codes in places.values() for code in codes]
    for each in problem.bounds:
        name = each.group.removeprefix(ZONE)
        if each.group.startswith(ZONE) and each.ceiling is not None and held.count(name) > each.ceiling:
            found.add(each.group)
    return found


@settings(max_examples=600)
@given(st.one_of(tiny_problems(), pinned_problems()))
def test_no_two_are_together_where_none_could_be_given(problem: RunInput):
    problem = problem.in_order().with_pins()
    result = solve(problem, SEED, 10)
    if result.status == "infeasible":
        reject()
    standing, places = read_standing(problem, SEED, result.placements), dict(result.placements)
    now, taken = against(problem, places), {code for codes in places.values() for code in codes}
    free = [each.booth_code for each in problem.booths if each.booth_code not in taken]
    for who in problem.applicants:
        if who.application_id in places or who.booths == 1:
            continue
        codes = {each.code for each in why_refused(standing, who)}
        could = [
            pair for pair in combinations(free, 2) if against(problem, {**places, who.application_id: pair}) <= now
        ]
        fits = standing.booths_held + who.booths <= standing.room
        assert ("no_two_together" in codes) is (fits and not could), (problem, places, who)
