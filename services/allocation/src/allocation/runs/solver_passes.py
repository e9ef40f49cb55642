"""Lexicographic passes over one CP-SAT model: each pass's value is a constraint of all that follow."""

import logging
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from ortools.sat.python import cp_model

from allocation.runs.domain import Objective

Weighted: TypeAlias = list[tuple[cp_model.IntVar, int]]

log = logging.getLogger(__name__)

SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class UnsolvedError(Exception):
    """A pass ended without a solution; ``infeasible`` tells whether there is none."""

    def __init__(self, name: str, *, infeasible: bool) -> None:
        super().__init__(name)
        self.infeasible = infeasible


@dataclass
class Passes:
    """Runs passes on a model, deterministically: one worker, fixed seed, limit in deterministic time.

    Attributes:
        limit: most work of a pass in CP-SAT's deterministic time, about seconds of one core.
    """

    model: cp_model.CpModel
    variables: list[cp_model.IntVar]
    limit: float
    objectives: list[Objective] = field(default_factory=list[Objective])
    solution: list[int] = field(default_factory=list[int])

    def least(self, name: str, terms: Weighted, constant: int = 0) -> None:
        self._run(name, terms, constant, largest=False)

    def most(self, name: str, terms: Weighted) -> None:
        self._run(name, terms, 0, largest=True)

    def _run(self, name: str, terms: Weighted, constant: int, *, largest: bool) -> None:
        expression = total(terms)
        if largest:
            self.model.maximize(expression)
        else:
            self.model.minimize(expression)
        self._hint()
        solver, began = self._solver(), perf_counter()
        status = solver.solve(self.model)
        log.debug("pass %s: %.3f s, proven: %s", name, perf_counter() - began, status == cp_model.OPTIMAL)
        if status not in SOLVED:
            raise UnsolvedError(name, infeasible=status == cp_model.INFEASIBLE)
        value, bound = round(solver.objective_value), round(solver.best_objective_bound)
        self.solution = [solver.value(variable) for variable in self.variables]
        self.model.add(expression == value)
        self.objectives.append(Objective(name, value + constant, bound + constant))

    def _hint(self) -> None:
        self.model.clear_hints()
        for variable, value in zip(self.variables, self.solution, strict=False):
            self.model.add_hint(variable, value)

    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = self.limit
        return solver


def total(terms: Weighted) -> cp_model.LinearExpr:
    """Return a weighted sum as an expression; of nothing it is 0."""
    return cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [weight for _, weight in terms])
