"""Runs of three sizes with all rules at once: seconds and gap of each pass, memory, and HiGHS on the same models.

Editions are spread as the city's fair, by a fixed seed: floors and ceilings on eight groupings, reserved booths, fire
zones, cold stores that need a socket, a tenth more points for first-timers, wishes, and neighbours to be varied.
"""

import resource
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from random import Random
from time import perf_counter, process_time
from typing import TypeVar

from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from allocation.grounds.domain import (
    Applicant,
    Booth,
    Bounds,
    PriorityClass,
    Requirement,
    Reservation,
    Rules,
    RunInput,
    Wishes,
)
from allocation.runs import solver_passes
from allocation.runs.domain import Objective
from allocation.runs.solver import solve
from allocation.runs.solver_vendors import choose_vendors

T = TypeVar("T")
SEED = "bench"
ROW, ZONE_ROWS = 25, 3
GROUPS = (("food", 36), ("beverage", 20), ("herbal", 12), ("textile", 10), ("craft", 16), ("ornamental", 6))
TIERS = ((700, 6), (600, 12), (500, 10), (400, 60), (300, 12))  # points of a tier, and how many of a hundred have it
SIZES = (  # booths, applicants, most work of a pass, wanted
    (150, 470, 30.0, "1 s, every pass proven"),
    (2_000, 3_000, 4.0, "30 s for places and wishes, the rest with its gap"),
    (10_000, 15_000, 20.0, "300 s, gap 0.1 % on who gets a place"),
)
LARGE = 10_000
HIGHS_SECONDS, HIGHS_MOST = 10.0, 150.0  # for one model, and for all of a size
MOST_MEANT = 2**60  # CP-SAT's bounds beyond are none


@dataclass(frozen=True)
class Twice:
    """The model of a pass given to both: wall seconds of each, and its optimum, None where it was not proven in its time.

    ``highs_seconds`` is None where HiGHS was not asked, since its time for all models of the size was over.
    """

    seconds: float
    optimum: int | None
    highs_seconds: float | None = None
    highs_optimum: int | None = None
    has_value: bool = False


@dataclass(frozen=True)
class Found:
    """A run of a size: its passes, wall and processor seconds of all and of who gets a place, and memory in MB."""

    booths: int
    applicants: int
    status: str
    objectives: Sequence[Objective]
    seconds: float
    cpu_seconds: float
    places_seconds: float
    memory_mb: int
    twice: Sequence[Twice]

    @property
    def places_gap(self) -> float:
        """Return the gap on how many get a place, in percent."""
        placed = [each for each in self.objectives if each.name.startswith("placed_points_")]
        value, bound = sum(each.value for each in placed), sum(each.bound for each in placed)
        return 100 * (bound - value) / max(1, bound)


def measure(booths: int, applicants: int, work: float, *, places_alone: bool, highs_seconds: float) -> Found:
    """Solve an edition of a size; with ``highs_seconds`` HiGHS is given the model of each pass beside it."""
    problem, twice = make_problem(booths, applicants), list[Twice]()

    def ask_highs(_name: str, model: cp_model.CpModel, solver: cp_model.CpSolver) -> None:
        left = HIGHS_MOST - sum(each.highs_seconds or 0 for each in twice)
        twice.append(_ask_highs(model, solver, min(highs_seconds, left)))

    began, cpu = perf_counter(), process_time()
    chosen, objectives = choose_vendors(problem, SEED, work)
    places_seconds = perf_counter() - began
    status = "places alone"
    if not places_alone:
        began, cpu = perf_counter(), process_time()
        result = solve(problem, SEED, work)
        status, objectives, chosen = result.status, list(result.objectives), list(result.placements)
    seconds, cpu_seconds = perf_counter() - began, process_time() - cpu
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if highs_seconds:
        looking = solver_passes.LOOK_ON.set(ask_highs)
        choose_vendors(problem, SEED, work)
        solver_passes.LOOK_ON.reset(looking)
    if not chosen:
        raise ValueError("nobody was placed")
    return Found(booths, applicants, status, objectives, seconds, cpu_seconds, places_seconds, memory_mb, twice)


def _ask_highs(model: cp_model.CpModel, solved: cp_model.CpSolver, seconds: float) -> Twice:
    """Return what HiGHS finds of a model that was just solved: the same variables, rows and objective."""
    objective = model.proto.objective
    told = solved.objective_value / (objective.scaling_factor or 1) - objective.offset
    ours = Twice(solved.wall_time, round(told) if solved.response_proto.status == cp_model.OPTIMAL else None)
    if seconds <= 0:
        return ours
    twin, proto = model_builder.Model(), model.proto
    variables = [twin.new_int_var(each.domain[0], each.domain[1], "") for each in proto.variables]

    def sum_of(refs: Sequence[int], weights: Sequence[int]) -> "model_builder.LinearExprT":
        return sum(variables[ref] * weight for ref, weight in zip(refs, weights, strict=True))

    for row in proto.constraints:
        if row.has_linear():
            whole = sum_of(list(row.linear.vars), list(row.linear.coeffs))
            low, high = row.linear.domain[0], row.linear.domain[1]
            twin.add_linear_constraint(
                whole, -inf if low < -MOST_MEANT else float(low), inf if high > MOST_MEANT else float(high)
            )
        elif row.has_at_most_one():
            refs = list(row.at_most_one.literals)
            twin.add_linear_constraint(sum_of(refs, [1] * len(refs)), 0.0, 1.0)
    twin.minimize(sum_of(list(proto.objective.vars), list(proto.objective.coeffs)))
    solver = model_builder.Solver("highs")
    solver.set_time_limit_in_seconds(seconds)
    began = perf_counter()
    status = solver.solve(twin)
    is_found = status in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}
    proven = round(solver.objective_value) if status == model_builder.SolveStatus.OPTIMAL else None
    return replace(ours, highs_seconds=perf_counter() - began, highs_optimum=proven, has_value=is_found)


def make_problem(booths: int, applicants: int) -> RunInput:
    """Return an edition of a size: rows of booths with corners at their ends, three rows a zone."""
    chance = Random(f"{SEED} {booths}")
    rules = _make_rules(booths)
    people = tuple(_applicant(chance, number, booths, rules) for number in range(applicants))
    provinces = sorted({group for each in people for group in each.groups if group.startswith("province:")})
    share = max(2, booths * 3 // (2 * len(provinces)))
    bounds = [Bounds(group, max(1, share // 4), share) for group in provinces]
    part = booths // 30
    bounds += [Bounds("country:foreign", part, None), Bounds("product_group:craft", part * 3, booths // 4)]
    bounds += [Bounds("vendor_type:household", part * 2, None), Bounds("region:0", part * 5, booths // 3)]
    bounds += [Bounds("star_class:5", part, None), Bounds("first_timer:yes", part * 4, booths // 2)]
    bounds += [Bounds("zone:Z00", part, None)]
    rows = booths // ROW
    plan = tuple(booth for row in range(rows) for booth in _row(row))
    return RunInput(booths, {}, tuple(bounds), plan, people, rules).in_order()


def _make_rules(booths: int) -> Rules:
    zones = [f"Z{zone:02}" for zone in range(-(-booths // (ROW * ZONE_ROWS)))]
    kept = tuple(f"Z00-00-{number:02}" for number in range(1, 1 + min(ROW - 2, max(3, booths // 100))))
    return Rules(
        version=1,
        requirements=(
            Requirement("cooking_flame", ("flame:yes",), tuple(zones[::2]), power=False),
            Requirement("cold_store", ("cold:yes",), None, power=True),
        ),
        reservations=(Reservation("host", ("province:01",), kept),),
        priority_classes=(PriorityClass("first", ("first_timer:yes",), 10),),
        required_floors=("country:foreign",),
        is_varied=True,
    )


def _row(row: int) -> list[Booth]:
    zone = f"Z{row // ZONE_ROWS:02}"
    codes = [f"{zone}-{row:02}-{number:02}" for number in range(ROW)]
    last = len(codes) - 1
    return [
        Booth(code, zone, at in (0, last), at < ROW // 2, (*codes[max(0, at - 1) : at], *codes[at + 1 : at + 2]))
        for at, code in enumerate(codes)
    ]


def _applicant(chance: Random, number: int, booths: int, rules: Rules) -> Applicant:
    province, group = chance.randrange(34), _pick(chance, GROUPS)
    foreign, first = chance.random() < 0.06, chance.random() < 0.3
    places = ["country:foreign", "country:LA"] if foreign else ["country:VN", f"province:{province:02}"]
    groups = [f"product_group:{group}", f"vendor_type:{chance.choice(('company', 'cooperative', 'household'))}"]
    groups += [*places, f"star_class:{chance.choice((3, 3, 3, 4, 4, 5))}", f"first_timer:{'yes' if first else 'no'}"]
    groups += [] if foreign else [f"region:{province % 4}"]
    groups += ["flame:yes"] if group == "food" and chance.random() < 0.15 else []
    groups += ["cold:yes"] if group in {"food", "beverage"} and chance.random() < 0.1 else []
    zones = -(-booths // (ROW * ZONE_ROWS))
    wished = (f"Z{chance.randrange(zones):02}",) if chance.random() < 0.4 else None
    wishes = Wishes(wished, chance.random() < 0.15, chance.random() < 0.3, group if chance.random() < 0.1 else None)
    points = _pick(chance, TIERS) + 40 + chance.choice((0, 9, 20, 29)) + 10 * first
    needs = tuple(sorted(each.code for each in rules.requirements if set(each.groups) & set(groups)))
    entitled = tuple(sorted(each.code for each in rules.reservations if set(each.groups) & set(groups)))
    return Applicant(
        application_id=f"{number:05}",
        key=f"{number:05}",
        booths=1 + (chance.random() < 0.15),
        points=points,
        product_group=group,
        groups=tuple(groups),
        wishes=wishes,
        needs=needs,
        entitled=entitled,
    )


def _pick(chance: Random, weighted: Sequence[tuple[T, int]]) -> T:
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
