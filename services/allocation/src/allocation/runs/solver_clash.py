"""Which hard rules clash, where no placement keeps them all: the smallest set of them that cannot hold together.

Each hard rule is put under a literal. A set that can hold together is grown as far as it goes: whatever clashes needs one
of the rules left out. The smallest set that hits all those found so far is the next one tried; the first that cannot hold
is the smallest there is (implicit hitting sets: Ignatiev, Previti, Liffiton and Marques-Silva, "Smallest MUS extraction
with minimal hitting set dualization", CP 2015).
"""

from collections.abc import Collection
from dataclasses import replace

from allocation.cp_sat import cp_model
from allocation.grounds.domain import ZONE, RunInput
from allocation.runs.solver_passes import new_solver
from allocation.runs.solver_vendors import Places
from allocation.spots.domain import read_street


def find_clash(problem: RunInput, limit: float) -> tuple[str, ...]:
    """Return the smallest set of hard rules, as ``kind:code``, that clash; empty if none is found within the work."""
    places = _under_literals(problem)
    left_out: list[Collection[str]] = []
    while True:
        tried = _hit_all(sorted(places.rules), left_out)
        held = _held_with(places, tried, limit)
        if held is None:
            return tuple(sorted(tried))
        missing = frozenset(places.rules) - held
        if not missing:
            return ()
        left_out.append(missing)


def _under_literals(problem: RunInput) -> Places:
    open_bounds = tuple(replace(each, ceiling=None) if each.group.startswith(ZONE) else each for each in problem.bounds)
    street = read_street(replace(problem, zone_capacities={}, bounds=open_bounds), is_coarse=True)
    return Places(problem, street, is_relaxed=True)


def _hit_all(rules: Collection[str], left_out: Collection[Collection[str]]) -> frozenset[str]:
    """Return the fewest rules of which each set left out has one."""
    model = cp_model.CpModel()
    chosen = {name: model.new_bool_var(name) for name in rules}
    for each in left_out:
        model.add_bool_or([chosen[name] for name in sorted(each)])
    model.minimize(sum(chosen.values()))
    solver = new_solver(1, 10)
    solver.solve(model)
    return frozenset(name for name, variable in chosen.items() if solver.boolean_value(variable))


def _held_with(places: Places, tried: Collection[str], limit: float) -> frozenset[str] | None:
    """Return as many rules as can hold together with those tried; None if those cannot."""
    model = places.model.clone()
    literals = {name: model.get_bool_var_from_proto_index(each.index) for name, each in places.rules.items()}
    for name in tried:
        model.add(literals[name] == 1)
    model.maximize(sum(literals.values()))
    solver = new_solver(1, limit)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    return frozenset(name for name, each in literals.items() if solver.boolean_value(each))
