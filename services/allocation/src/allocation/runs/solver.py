"""The solver, a process of its own: ``python -m allocation.runs.solver`` reads a problem and writes a result, as JSON.

In: ``{"input": {...}, "seed": "...", "work": 20, "memory_mb": 2048, "workers": 1}``; out: ``{"status", "objectives",
"placements"}``. While it works it tells how far it is, a line of JSON each time, on standard error.
"""

import sys
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from allocation.draws.domain import hand_on
from allocation.grounds.domain import RunInput
from allocation.runs.domain import Progress, RunResult
from allocation.runs.solver_booths import choose_booths
from allocation.runs.solver_clash import find_clash
from allocation.runs.solver_passes import CREW, TELL, Crew, NotFoundAgainError, UnsolvedError
from allocation.runs.solver_vendors import choose_vendors
from allocation.spots.domain import read_street
from common.memory import hold_memory

PROGRESS = TypeAdapter(Progress)


@dataclass(frozen=True)
class Problem:
    """What the process is given: ``work`` is the most of a pass in deterministic time, ``memory_mb`` of all in MB."""

    input: RunInput
    seed: str
    work: float
    memory_mb: int
    workers: int = 1


ASKED, ANSWERS = TypeAdapter(Problem), TypeAdapter(RunResult)


def solve(problem: RunInput, seed: str, work: float, workers: int = 1) -> RunResult:
    """Return who gets which booths; the same for the same input, whatever its order, seed, and number of workers.

    ``optimal`` only if each pass is proven, which leaves one placement alone. Several workers prove what one does not; a
    run that is not proven after they have is solved again by one, since only one finds the same again. ``infeasible`` names the rules that clash, and its words are
    the pass in which that was seen.
    """
    problem = problem.in_order().with_pins()
    problem = replace(problem, applicants=hand_on(problem.applicants, seed))
    used = CREW.set(Crew(workers))
    try:
        result = _solve(problem, seed, work)
    except NotFoundAgainError:
        return solve(problem, seed, work)
    except UnsolvedError as error:
        if not error.infeasible:
            raise
        clash = find_clash(problem, work)
        return RunResult("infeasible", (), {}, str(error), clash)
    finally:
        CREW.reset(used)
    return result


def _solve(problem: RunInput, seed: str, work: float) -> RunResult:
    chosen, by_vendor = choose_vendors(problem, seed, work)
    placements, by_booth = choose_booths(problem, read_street(problem), chosen, by_vendor, seed, work)
    objectives = (*by_vendor, *by_booth)
    proven = all(each.value == each.bound for each in objectives if ":" not in each.name)
    return RunResult("optimal" if proven else "feasible", objectives, placements)


def _tell(progress: Progress) -> None:
    sys.stderr.buffer.write(PROGRESS.dump_json(progress) + b"\n")
    sys.stderr.flush()


def answer(asked: bytes) -> bytes:
    """Return what is answered to a problem, both as JSON, within the memory allowed to this process."""
    problem = ASKED.validate_json(asked)
    hold_memory(problem.memory_mb)
    TELL.set(_tell)
    return ANSWERS.dump_json(solve(problem.input, problem.seed, problem.work, problem.workers))


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
