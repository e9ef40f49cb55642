"""The solver against trying everything, against its checker, and against itself in another order."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import applicant, problem, row_of, tiny_problems

from allocation.cp_sat import cp_model
from allocation.draws.domain import kind_key, stand_key, watched_groups
from allocation.grounds.domain import Bounds, RunInput
from allocation.runs.checker import check, recount, rules_broken
from allocation.runs.domain import RunResult
from allocation.runs.solver import solve
from allocation.runs.solver_passes import CREW, LOOK_ON, Crew, Passes
from allocation.spots.domain import sort_of

SEED = "hn-2020-2"
LARGEST = ("placed_points_", "draw_")


def solved(given_problem: RunInput, seed: str = SEED) -> RunResult:
    return solve(given_problem, seed, 10)


def every_placement(given_problem: RunInput) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield every placement that keeps the rules, as the checker knows them."""
    codes = [each.booth_code for each in given_problem.booths]
    singles = [(code,) for code in codes]
    pairs = [(one, other) for one in codes for other in codes if one < other]
    choices = [[None, *(singles if each.booths == 1 else pairs)] for each in given_problem.applicants]
    names = [each.application_id for each in given_problem.applicants]
    for spots in product(*choices):
        placements = {name: spot for name, spot in zip(names, spots, strict=True) if spot}
        taken = [code for spot in placements.values() for code in spot]
        if len(taken) != len(set(taken)):
            continue
        if not rules_broken(given_problem, placements):
            yield placements


def value_of(given_problem: RunInput, placements: dict[str, tuple[str, ...]], passes: list[str]) -> tuple[int, ...]:
    """Return a placement's worth, pass by pass; more is better."""
    counted = recount(given_problem, placements, SEED)
    return tuple(counted[name] if name.startswith(LARGEST) else -counted[name] for name in passes)


@settings(max_examples=60)
@given(given_problem=tiny_problems())
def test_no_placement_of_all_is_better_and_none_other_as_good(given_problem: RunInput):
    result = solved(given_problem)
    assert check(given_problem, result, SEED) == ()
    if result.status == "infeasible":
        assert list(every_placement(given_problem)) == []
        return
    assert result.status == "optimal"
    passes = [each.name for each in result.objectives if ":" not in each.name]
    found = value_of(given_problem, dict(result.placements), passes)
    as_good: set[frozenset[tuple[str, tuple[str, ...]]]] = set()
    for placements in every_placement(given_problem):
        value = value_of(given_problem, placements, passes)
        assert value <= found
        if value == found:
            as_good.add(by_kind(given_problem, placements))
    assert as_good == {by_kind(given_problem, dict(result.placements))}


def by_kind(given_problem: RunInput, placements: dict[str, tuple[str, ...]]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return which stand is where and which kinds on which sorts; the rest is dealt by the draw, which no pass counts."""
    placed = [each for each in given_problem.applicants if each.application_id in placements]
    watched = watched_groups(given_problem, placed)
    spots = [(stand_key(each, watched), placements[each.application_id]) for each in placed]
    slots: Counter[tuple[str, object]] = Counter()
    for each in placed:
        sort = sort_of(given_problem, placements[each.application_id])
        is_wished = each.wishes.zone_codes is not None and sort.zone_code in each.wishes.zone_codes
        slots[kind_key(each), sort if is_wished else sort.names[1:]] += 1
    return frozenset([*spots, *((f"{kind} on {slot}", (str(number),)) for (kind, slot), number in slots.items())])


@settings(max_examples=25)
@given(given_problem=tiny_problems(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_input_and_the_ids_change_nothing(given_problem: RunInput, shuffled: Random):
    applicants = [replace(each, application_id=f"other-{each.key}") for each in given_problem.applicants]
    booths, bounds = list(given_problem.booths), list(given_problem.bounds)
    for each in (applicants, booths, bounds):
        shuffled.shuffle(each)
    other = replace(given_problem, applicants=tuple(applicants), booths=tuple(booths), bounds=tuple(bounds))
    keys = {each.application_id: each.key for each in (*given_problem.applicants, *applicants)}
    one, two = solved(given_problem), solved(other)
    assert {keys[name]: spot for name, spot in one.placements.items()} == {
        keys[name]: spot for name, spot in two.placements.items()
    }
    assert one.objectives == two.objectives


@settings(max_examples=20)
@given(given_problem=tiny_problems())
def test_one_more_booth_never_places_fewer_at_the_top(given_problem: RunInput):
    if solved(given_problem).status == "infeasible":
        return
    more = replace(given_problem, booths=(*given_problem.booths, *row_of("C", 1)), target=given_problem.target + 1)
    names = [f"placed_points_{points}" for points in sorted({e.points for e in given_problem.applicants}, reverse=True)]
    before, after = (
        [-recount(each, solved(each).placements, SEED)["quota_floors_missed"]]
        + [recount(each, solved(each).placements, SEED)[name] for name in names]
        for each in (given_problem, more)
    )
    assert after >= before


@settings(max_examples=40)
@given(
    given_problem=tiny_problems(),
    group=st.sampled_from(("product_group:food", "province:26", "zone:A")),
    tightened=st.integers(0, 1),
)
def test_a_tighter_ceiling_never_places_more_at_the_top(given_problem: RunInput, group: str, tightened: int):
    """All else stays, floors too: what they miss comes first, so a ceiling that stops a floor may leave its booths to others.

    A ceiling that clashes with a required floor is refused; then the looser one alone may have an answer.
    """
    floor = next((each.floor for each in given_problem.bounds if each.group == group), None)
    others = tuple(each for each in given_problem.bounds if each.group != group)
    tight, loose = (
        replace(given_problem, bounds=(*others, Bounds(group, floor, ceiling)))
        for ceiling in (tightened, tightened + 1)
    )
    before, after = solved(tight), solved(loose)
    if before.status == "infeasible":
        return
    assert after.status != "infeasible", "what keeps a tighter ceiling keeps a looser one"
    points = sorted({each.points for each in given_problem.applicants}, reverse=True)
    fewer, more = (
        [-counted["quota_floors_missed"], *(counted[f"placed_points_{level}"] for level in points)]
        for counted in (recount(tight, before.placements, SEED), recount(loose, after.placements, SEED))
    )
    assert fewer <= more


@settings(max_examples=10)
@given(given_problem=tiny_problems())
def test_the_number_of_workers_changes_nothing(given_problem: RunInput):
    assert solved(given_problem) == solve(given_problem, SEED, 10, workers=4)


def test_several_workers_are_asked_only_what_one_does_not_prove_and_once_in_vain():
    """A few workers prove less than one that takes the relaxations whole: a street of 2,000 booths was never done by two."""
    street = problem(
        [applicant(f"a{number}", group=("food", "craft")[number % 2], corner=True) for number in range(12)],
        row_of("A", 9),
    )
    asked: list[int] = []
    looking = LOOK_ON.set(lambda _name, _model, solver: asked.append(solver.parameters.num_workers))
    try:
        proven = solve(street, SEED, 10, workers=4)
        assert (proven.status, set(asked)) == ("optimal", {1})
        asked.clear()
        model, variables = _hard()
        passes = Passes(model, variables, limit=1e-9, solution=[0] * len(variables))
        used = CREW.set(Crew(4))
        for name in ("first", "second"):
            passes.most(name, [(each, 1) for each in passes.variables])
        CREW.reset(used)
    finally:
        LOOK_ON.reset(looking)
    assert asked == [1, 4, 1]


def _hard() -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Return a model that no worker proves at once: nine pigeons and eight holes, as many as can be."""
    model = cp_model.CpModel()
    at = [[model.new_bool_var("") for _ in range(8)] for _ in range(9)]
    for one in at:
        model.add(sum(one) <= 1)
    for hole in zip(*at, strict=True):
        for one, other in combinations(hole, 2):
            model.add_bool_or([~one, ~other])
    return model, [each for one in at for each in one]


@settings(max_examples=20)
@given(given_problem=tiny_problems())
def test_rules_that_clash_are_the_fewest_that_do(given_problem: RunInput):
    """They clash alone, and no set of fewer rules does."""
    floors = tuple(Bounds(f"product_group:{group}", 2, None) for group in ("food", "craft"))
    required = tuple(each.group for each in floors)
    hard = replace(given_problem, bounds=floors, rules=replace(given_problem.rules, required_floors=required))
    result = solved(hard)
    if result.status != "infeasible":
        return
    assert with_only(hard, result.clash).status == "infeasible"
    for kept in combinations(rules_of(hard), len(result.clash) - 1):
        assert with_only(hard, kept).status == "optimal"


def rules_of(hard: RunInput) -> list[str]:
    rules = hard.rules
    names = [f"floor:{group}" for group in rules.required_floors]
    names += [f"requirement:{each.code}" for each in rules.requirements]
    names += [f"reservation:{each.code}" for each in rules.reservations]
    return [*names, "street_room:", *(f"zone_room:{zone}" for zone in hard.zone_capacities)]


def with_only(hard: RunInput, kept: Iterable[str]) -> RunResult:
    for dropped in set(rules_of(hard)) - set(kept):
        hard = without(hard, dropped)
    return solved(hard)


def without(hard: RunInput, dropped: str) -> RunInput:
    kind, _, of = dropped.partition(":")
    rules = hard.rules
    match kind:
        case "floor":
            return replace(
                hard, rules=replace(rules, required_floors=tuple(e for e in rules.required_floors if e != of))
            )
        case "street_room":
            return replace(hard, target=len(hard.booths))
        case "zone_room":
            return replace(hard, zone_capacities={})
        case "requirement":
            return replace(
                hard, rules=replace(rules, requirements=tuple(e for e in rules.requirements if e.code != of))
            )
        case _:
            return replace(
                hard, rules=replace(rules, reservations=tuple(e for e in rules.reservations if e.code != of))
            )


def test_points_come_before_wishes_and_the_draw():
    result = solved(problem([applicant("an", points=400, zones=("A",)), applicant("binh", points=500)], row_of("A", 1)))
    assert list(result.placements) == ["id-of-binh"]


def test_a_floor_comes_before_points():
    applicants = [applicant("an", points=700), applicant("binh", points=100, province="48")]
    result = solved(problem(applicants, row_of("A", 1), bounds=[("province:48", 1, None)]))
    assert list(result.placements) == ["id-of-binh"]


def test_a_floor_that_a_ceiling_keeps_from_being_reached_is_told_as_missed():
    applicants = [applicant("an", group="craft"), applicant("binh", group="craft")]
    bounds = [("province:26", 2, None), ("product_group:craft", None, 1)]
    result = solved(problem(applicants, row_of("A", 2), bounds=bounds))
    missed = {each.name: each.value for each in result.objectives if "missed" in each.name}
    assert missed == {"quota_floor_missed:province:26": 1, "quota_floors_missed": 1}


def test_a_floor_without_applications_for_it_is_not_missed():
    result = solved(problem([applicant("an")], row_of("A", 2), bounds=[("province:48", 2, None)]))
    assert next(each.value for each in result.objectives if each.name == "quota_floors_missed") == 0


def test_two_booths_are_neighbours_of_one_zone():
    booths = [*row_of("A", 1), *row_of("B", 2)]
    result = solved(problem([applicant("an", booths=2)], booths))
    assert result.placements == {"id-of-an": ("B1", "B2")}


def test_who_does_not_want_its_own_group_beside_it_is_kept_apart_from_it():
    applicants = [applicant("an", not_beside="food"), applicant("binh"), applicant("chi", group="craft")]
    result = solved(problem(applicants, row_of("A", 3)))
    assert result.placements["id-of-chi"] == ("A2",)


def test_another_seed_draws_anew_among_equals():
    names = ("an", "binh", "chi", "dung", "giang")
    drawn = {
        next(iter(solved(problem([applicant(name) for name in names], row_of("A", 1)), seed).placements))
        for seed in "abcdefghijklmnop"
    }
    assert len(drawn) > 2


def test_an_edition_without_applications_is_solved_as_well():
    result = solved(problem([], row_of("A", 2)))
    assert (result.status, result.placements) == ("optimal", {})


@pytest.mark.parametrize("module", ["runs", "explanations", "repairs"])
def test_a_process_that_solves_loads_no_pandas_and_leaves_the_real_one_to_others(module: str):
    asked = (
        f"import sys, allocation.{module}.solver; assert 'pandas' not in sys.modules; import pandas; pandas.DataFrame"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, timeout=60)


@pytest.mark.parametrize("seed", [f"seed-{number}" for number in range(6)])
def test_the_floor_that_is_told_as_missed_is_the_one_that_the_draw_left_unmet(seed: str):
    floors = [("province:01", 1, None), ("province:26", 1, None)]
    equals = [applicant("an", province="01"), applicant("binh", province="26")]
    given = problem(equals, row_of("A", 1), bounds=floors, target=1)
    result = solve(given, seed, 10)
    assert check(given, result, seed) == ()
    placed = "01" if "id-of-an" in result.placements else "26"
    [missed] = [each.name for each in result.objectives if each.name.startswith("quota_floor_missed")]
    assert missed == f"quota_floor_missed:province:{'26' if placed == '01' else '01'}"
