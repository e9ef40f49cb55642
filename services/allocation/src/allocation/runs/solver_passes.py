"""Lexicographic passes over one CP-SAT model: each pass's value is a constraint of all that follow."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from allocation.cp_sat import cp_model
from allocation.runs.domain import Objective, Progress

Weighted: TypeAlias = list[tuple[cp_model.IntVar, int]]

log = logging.getLogger(__name__)

Batch: TypeAlias = "Sequence[tuple[str, Weighted]]"

MOST_WEIGHT = 2**31
SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass
class Crew:
    """The threads that a run may use: one finds the same again, more may prove what one does not.

    Attributes:
        has_given_up: they did not prove a pass either, and are asked no more: the run keeps to about the time of one.
        is_ahead: they found more than one alone, so what is not proven after that another run may not find again.
    """

    workers: int = 1
    has_given_up: bool = False
    is_ahead: bool = False


ALONE = Crew()
CREW: ContextVar[Crew] = ContextVar("crew", default=ALONE)
LOOK_ON: ContextVar["Callable[[str, cp_model.CpModel, cp_model.CpSolver], None] | None"] = ContextVar(
    "look", default=None
)
TELL: ContextVar["Callable[[Progress], None] | None"] = ContextVar("tell", default=None)


class NotFoundAgainError(Exception):
    """Something is not proven after several workers were ahead of one: another run may not find the same again."""


class UnsolvedError(Exception):
    """A pass ended without a solution; ``infeasible`` tells whether there is none."""

    def __init__(self, name: str, *, infeasible: bool) -> None:
        super().__init__(name)
        self.infeasible = infeasible


class _Listener(cp_model.CpSolverSolutionCallback):
    """Tells of each better solution of a pass."""

    def __init__(self, name: str, began: float, tell: Callable[[Progress], None]) -> None:
        super().__init__()
        self._name, self._began, self._tell = name, began, tell

    def on_solution_callback(self) -> None:
        value, bound = round(self.objective_value), round(self.best_objective_bound)
        self._tell(Progress(self._name, value, bound, round(perf_counter() - self._began, 3), is_done=False))


@dataclass
class Passes:
    """Runs passes on a model, deterministically: fixed seed, limit in deterministic time.

    Each is one worker's first: alone it takes the linear relaxations as far as they go, which proves most passes at once,
    while a few workers share them out among searches that may prove nothing. Several are asked what one does not prove.

    Attributes:
        limit: most work of a pass in CP-SAT's deterministic time, about seconds of one core.
    """

    model: cp_model.CpModel
    variables: list[cp_model.IntVar]
    limit: float
    objectives: list[Objective] = field(default_factory=list[Objective])
    solution: list[int] = field(default_factory=list[int])
    _places: dict[int, int] | None = None

    def least(self, name: str, terms: Weighted) -> None:
        self._run(name, terms, largest=False)

    def most(self, name: str, terms: Weighted) -> None:
        self._run(name, terms, largest=True)

    def in_turn(self, passes: Mapping[str, Weighted], *, largest: bool) -> None:
        """Run passes one after the other, some in one solve: each weighs more than all after it can be worth.

        Terms weigh 1 here, and weights stay below 2^31, so that nothing is lost by them. What one solve does not prove is
        run one by one.
        """
        waiting = list(passes.items())
        while waiting:
            batch, weights = _take_batch(waiting)
            waiting = waiting[len(batch) :]
            if len(batch) == 1 or not self._run_batch(batch, weights, largest=largest):
                for name, terms in batch:
                    self._run(name, terms, largest=largest)

    def _run_batch(self, batch: Batch, weights: Sequence[int], *, largest: bool) -> bool:
        """Run passes in one solve; return whether they are proven, and change nothing if not."""
        terms = [(one, weight) for (_, each), weight in zip(batch, weights, strict=True) for one, _ in each]
        self._aim(total(terms), largest=largest)
        began = perf_counter()
        solver, status = self._solve(batch[0][0], told=len(batch))  # by one: else each is run for itself
        if status == cp_model.INFEASIBLE:
            raise UnsolvedError(batch[0][0], infeasible=True)
        if status != cp_model.OPTIMAL:
            return False
        self.solution = [solver.value(variable) for variable in self.variables]
        seconds = (perf_counter() - began) / len(batch)
        for name, each in batch:
            value = sum(solver.value(variable) for variable, _ in each)
            self._hold(name, total(each), value, value, seconds)
        return True

    def hint_later(self, variables: list[cp_model.IntVar], values: list[int]) -> None:
        """Take variables in that came after the passes so far, with what they are in the solution found."""
        self.variables = [*self.variables, *variables]
        self.solution = [*self.solution, *values]

    def _run(self, name: str, terms: Weighted, *, largest: bool) -> None:
        expression, best = total(terms), self._best_of(terms, largest=largest)
        if best is not None:  # what was found already is as good as the variables let it be
            self._hold(name, expression, best, best, 0.0)
            return
        self._aim(expression, largest=largest)
        began = perf_counter()
        solver, status = self._solve_together(name)
        weighed = self._weigh(terms, largest=largest) if status == cp_model.UNKNOWN else None
        if weighed is not None:  # no better one was found than the one before
            self._hold(name, expression, *weighed, perf_counter() - began)
            return
        if status not in SOLVED:
            raise UnsolvedError(name, infeasible=status == cp_model.INFEASIBLE)
        value, bound = round(solver.objective_value), round(solver.best_objective_bound)
        self.solution = [solver.value(variable) for variable in self.variables]
        self._hold(name, expression, value, bound, perf_counter() - began)

    def _best_of(self, terms: Weighted, *, largest: bool) -> int | None:
        """Return the value of the solution at hand if no values of its variables could be better."""
        weighed = self._weigh(terms, largest=largest)
        return weighed[0] if weighed is not None and weighed[0] == weighed[1] else None

    def _weigh(self, terms: Weighted, *, largest: bool) -> tuple[int, int] | None:
        """Return what terms are worth in the solution at hand, and the best that their variables alone allow.

        None where no solution is at hand, or it does not say what one of them is.
        """
        if not self.solution or len(self.solution) != len(self.variables):
            return None
        if self._places is None or len(self._places) != len(self.variables):
            self._places = {variable.index: at for at, variable in enumerate(self.variables)}
        value = edge = 0
        for variable, weight in terms:
            at, domain = self._places.get(variable.index), variable.domain
            if at is None:
                return None
            value += weight * self.solution[at]
            edge += weight * (domain.max() if largest else domain.min())
        return value, edge

    def _aim(self, expression: cp_model.LinearExpr, *, largest: bool) -> None:
        if largest:
            self.model.maximize(expression)
        else:
            self.model.minimize(expression)
        self._hint()

    def _solve_together(self, name: str) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        """Solve by one worker, and what it does not prove by all there are, until they do not prove it either."""
        alone, status = self._solve(name)
        crew = CREW.get()
        if status in {cp_model.OPTIMAL, cp_model.INFEASIBLE} or crew.workers == 1 or crew.has_given_up:
            return alone, status
        together, proven = self._solve(name, workers=crew.workers)
        if proven not in {cp_model.OPTIMAL, cp_model.INFEASIBLE}:
            crew.has_given_up = True
            return alone, status
        crew.is_ahead = True
        return together, proven

    def _solve(self, name: str, told: int = 1, workers: int = 1) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        solver, tell = new_solver(workers, self.limit), TELL.get()
        listener = None if tell is None or told > 1 else _Listener(name, perf_counter(), tell)
        if tell is not None:
            tell(Progress(name, None, None, 0.0, is_done=False))
        status = solver.solve(self.model, listener)
        if (look := LOOK_ON.get()) is not None:
            look(name, self.model, solver)
        return solver, status

    def _hold(self, name: str, expression: cp_model.LinearExpr, value: int, bound: int, seconds: float) -> None:
        require_proven(value != bound)
        log.debug("pass %s: %.3f s, proven: %s", name, seconds, value == bound)
        tell = TELL.get()
        if tell is not None:
            tell(Progress(name, value, bound, round(seconds, 3), is_done=True))
        self.model.add(expression == value)
        self.objectives.append(Objective(name, value, bound))

    def _hint(self) -> None:
        self.model.clear_hints()
        for variable, value in zip(self.variables, self.solution, strict=False):
            self.model.add_hint(variable, value)


def require_proven(is_open: bool) -> None:  # noqa: FBT001  # read as a sentence
    """Raise NotFoundAgainError if something stays open that only one worker alone would find again."""
    if is_open and CREW.get().is_ahead:
        raise NotFoundAgainError


def _take_batch(waiting: Batch) -> tuple[Batch, list[int]]:
    """Return the first passes that one solve can weigh, and the weight of each."""
    sizes = [1 + sum(variable.domain.max() - variable.domain.min() for variable, _ in terms) for _, terms in waiting]
    count, product = 1, sizes[0]
    while count < len(waiting) and product * sizes[count] < MOST_WEIGHT:
        product *= sizes[count]
        count += 1
    weights = [1]
    for size in sizes[count - 1 : 0 : -1]:
        weights.insert(0, weights[0] * size)
    return waiting[:count], weights


def new_solver(workers: int, limit: float) -> cp_model.CpSolver:
    """Return a solver that finds the same again: of an unproven pass with one worker alone."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limit
    return solver


def total(terms: Weighted) -> cp_model.LinearExpr:
    """Return a weighted sum as an expression; of nothing it is 0."""
    return cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [weight for _, weight in terms])
