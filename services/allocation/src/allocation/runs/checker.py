"""Has a result checked by the file that an auditor reads: ``audit/check_allocation.py``, which knows none of ours.

A result with a finding is never released.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from allocation.audit import check_allocation
from allocation.audit.check_allocation import VERSION, Case
from allocation.grounds.domain import Booth, RunInput, to_plain
from allocation.runs.domain import RunResult, result_to_plain

__all__ = ["VERSION", "check", "newly_broken", "recount", "rules_broken"]

Placements = Mapping[str, Sequence[str]]


def check(problem: RunInput, result: RunResult, seed: str) -> tuple[str, ...]:
    """Return everything that is wrong with a result, in words; none is a pass."""
    verdicts = check_allocation.check(Case(to_plain(problem), result_to_plain(result), seed, _commitment(seed)))
    return tuple(finding for each in verdicts for finding in each["findings"])


def rules_broken(problem: RunInput, placements: Placements) -> tuple[str, ...]:
    """Return the hard rules that places break, whatever is told of them."""
    placed = tuple(each for each in problem.applicants if each.application_id in placements)
    result = RunResult("feasible", (), {name: tuple(codes) for name, codes in placements.items()})
    case = Case(to_plain(replace(problem, applicants=placed)), result_to_plain(result))
    found = _findings(check_allocation.PLACES, case)
    return found or _findings([each for each in check_allocation.RULES if each.code in check_allocation.HARD], case)


def _findings(checks: Iterable[check_allocation.Check], case: Case) -> tuple[str, ...]:
    return tuple(finding for each in checks for finding in check_allocation.judge(each, case)["findings"])


def newly_broken(
    problem: RunInput, now: Placements, then: Placements, left: Sequence[Booth] | None = None
) -> tuple[str, ...]:
    """Return the hard rules that places break beyond those that they break now; a bound broken now may get no worse.

    Args:
        problem: the street as it is, with its rules.
        now: who holds what.
        then: who is to hold what.
        left: the booths that are left then, where they are others.
    """
    bound = problem.as_held(now)
    broken = rules_broken(bound if left is None else replace(bound, booths=tuple(left)), then)
    before = set(rules_broken(bound, now)) if broken else set[str]()
    return tuple(each for each in broken if each not in before)


def recount(problem: RunInput, placements: Placements, seed: str) -> dict[str, int]:
    """Return the value of each objective, counted from the places alone."""
    result = RunResult("feasible", (), {name: tuple(codes) for name, codes in placements.items()})
    case = Case(to_plain(problem), result_to_plain(result), seed)
    counted = (
        check_allocation.count_missed,
        check_allocation.count_placed,
        check_allocation.count_wishes,
        check_allocation.count_alike,
    )
    return {name: value for count in (*counted, check_allocation.count_draws) for name, value in count(case).items()}


def _commitment(seed: str) -> str:
    return sha256(seed.encode()).hexdigest()
