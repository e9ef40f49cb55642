"""Has a result checked by the file that an auditor reads: ``audit/check_allocation.py``, which knows none of ours.

A result with a finding is never released.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from allocation.audit import check_allocation
from allocation.audit.check_allocation import VERSION, Case
from allocation.grounds.domain import RunInput, to_plain
from allocation.runs.domain import RunResult, result_to_plain

__all__ = ["VERSION", "check", "recount", "rules_broken"]

Placements = Mapping[str, Sequence[str]]


def check(problem: RunInput, result: RunResult, seed: str) -> tuple[str, ...]:
    """Return everything that is wrong with a result, in words; none is a pass."""
    verdicts = check_allocation.check(Case(to_plain(problem), result_to_plain(result), seed, _commitment(seed)))
    return tuple(finding for each in verdicts for finding in each["findings"])


def rules_broken(problem: RunInput, placements: Placements) -> tuple[str, ...]:
    """Return the hard rules that places break, whatever is told of them."""
    case = Case(
        to_plain(problem), result_to_plain(RunResult("feasible", (), {k: tuple(v) for k, v in placements.items()}))
    )
    hard = {each.code for each in check_allocation.PLACES} | check_allocation.HARD
    verdicts = check_allocation.check(case)
    return tuple(finding for each in verdicts if each["code"] in hard for finding in each["findings"])


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
