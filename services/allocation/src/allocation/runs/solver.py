"""The solver, a process of its own: ``python -m allocation.runs.solver`` reads a problem and writes a result, as JSON.

In: ``{"input": {...}, "seed": "...", "work": 20, "memory_mb": 2048}``; out: ``{"status", "objectives", "placements"}``.
"""

import resource
import sys
from dataclasses import dataclass

from pydantic import TypeAdapter

from allocation.runs.domain import RunInput, RunResult
from allocation.runs.solver_booths import choose_booths
from allocation.runs.solver_passes import UnsolvedError
from allocation.runs.solver_spots import read_street
from allocation.runs.solver_vendors import choose_vendors


@dataclass(frozen=True)
class Problem:
    """What the process is given: ``work`` is the most of a pass in deterministic time, ``memory_mb`` of all in MB."""

    input: RunInput
    seed: str
    work: float
    memory_mb: int


def solve(problem: RunInput, seed: str, work: float) -> RunResult:
    """Return who gets which booths; the same for the same input, whatever its order, and seed.

    ``optimal`` only if each pass is proven; ``infeasible`` names the pass that has no solution.
    """
    problem = problem.in_order()
    street = read_street(problem)
    try:
        chosen, by_vendor = choose_vendors(problem, street, seed, work)
        placements, by_booth = choose_booths(problem, street, chosen, seed, work)
    except UnsolvedError as error:
        if not error.infeasible:
            raise
        return RunResult("infeasible", (), {}, words=f"no solution keeps every rule; first seen in {error}")
    objectives = (*by_vendor, *by_booth)
    proven = all(each.value == each.bound for each in objectives if ":" not in each.name)
    return RunResult("optimal" if proven else "feasible", objectives, placements)


def main() -> None:
    """Read standard input, solve within the memory allowed, write standard output."""
    problem = TypeAdapter(Problem).validate_json(sys.stdin.buffer.read())
    limit = problem.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    result = solve(problem.input, problem.seed, problem.work)
    sys.stdout.buffer.write(TypeAdapter(RunResult).dump_json(result))


if __name__ == "__main__":
    main()
