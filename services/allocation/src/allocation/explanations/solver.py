"""What would have given a place, found by solving again; a process: ``python -m allocation.explanations.solver``."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pydantic import TypeAdapter

from allocation.draws.domain import hand_on
from allocation.explanations import domain
from allocation.explanations.domain import Explanation
from allocation.explanations.solver_basis import Known, Problem
from allocation.explanations.solver_search import Search, find_changes
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.spots.domain import read_street
from allocation.standings import domain as standings
from common.memory import hold_memory

ASKED, ANSWERS = TypeAdapter(Problem), TypeAdapter(list[Explanation])


def explain(problem: Problem, only: str | None = None) -> list[Explanation]:
    """Return the explanations of all applications, or of one, in the order of the input.

    The same for any number of threads: each question has one answer, and solving lets other threads run.
    """
    given = problem.input.with_pins()
    given = replace(given, applicants=hand_on(given.applicants, problem.seed))
    problem = replace(problem, input=given)
    standing = standings.read_standing(given, problem.seed, problem.result.placements)
    refused = [each for each in given.applicants if each.application_id not in problem.result.placements]
    levels = sorted({each.points for each in given.applicants}, reverse=True)
    search = Search(Known(problem, standing, read_street(given, is_coarse=True), levels, _binding(given)))

    def tell(each: Applicant) -> Explanation:
        codes = problem.result.placements.get(each.application_id)
        if codes is None:
            changes = tuple(find_changes(search, each))
            return Explanation(each.application_id, False, domain.why_refused(standing, each), changes)
        why = domain.why_placed(standing, each, refused)
        return Explanation(each.application_id, True, (*why, *domain.wishes_unmet(given, each, codes)))

    asked = [each for each in given.applicants if only in {None, each.application_id}]
    with ThreadPoolExecutor(problem.threads) as pool:  # two that ask the same at once only answer it twice
        return list(pool.map(tell, asked))


def _binding(given: RunInput) -> frozenset[str]:
    """Return the groups whose floor or ceiling can bind at all."""
    asked = standings.count_booths(given.applicants)
    return frozenset(
        each.group
        for each in given.bounds
        if (each.floor and (asked[each.group] or each.group.startswith(ZONE)))
        or (each.ceiling is not None and asked[each.group] > each.ceiling)
    )


def answer(asked: bytes) -> bytes:
    """Return what is answered to a problem, both as JSON, within the memory allowed to this process."""
    problem = ASKED.validate_json(asked)
    hold_memory(problem.memory_mb)
    return ANSWERS.dump_json(explain(problem))


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
