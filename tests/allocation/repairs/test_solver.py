"""Random small streets, given out and damaged: every repair passes the independent check, and none moves fewer."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import tiny_problems

from allocation.damages.domain import Cause, Damage, Problem, to_problem
from allocation.draws.domain import in_standing
from allocation.grounds.domain import Applicant, Booth, Bounds, Reservation, Rules, RunInput, Wishes
from allocation.repairs.handlers import find_broken_rules
from allocation.repairs.solver import repair
from allocation.runs import checker
from allocation.runs.solver import solve

WORK = 10.0
Placements = dict[str, tuple[str, ...]]


@settings(max_examples=60)
@given(street=tiny_problems(), data=st.data())
def test_a_repair_keeps_every_hard_rule_and_no_other_with_as_many_places_moves_fewer(
    street: RunInput, data: st.DataObject
):
    problem = damage(street, data)
    found = repair(problem, WORK)
    possible = list(repairs_of(problem))
    if found.status == "infeasible":
        assert possible == []
        assert found.unheld != ()
        return
    assert find_broken_rules(problem, found) == ()
    kept = max(len(each) for each in possible)
    assert len(found.placements) == kept
    same = [each for each in possible if each.keys() == found.placements.keys()]
    assert moves(problem, found.placements) == min(moves(problem, each) for each in same)


def test_nobody_loses_a_place_that_no_damage_touched_though_a_floor_is_required():
    """The pass that holds required floors may find a street on which fewer stand; it is no more than that pass's."""
    away = Reservation("host", ("province:01",), ("A1", "B1"))
    street = RunInput(
        target=2,
        zone_capacities={},
        booths=tuple(
            Booth(code, zone_code=code[0], corner=True, power=code[0] == "A", neighbours=(beside,))
            for code, beside in (("A1", "A2"), ("A2", "A1"), ("B1", "B2"), ("B2", "B1"))
        ),
        applicants=tuple(
            Applicant(
                f"id-of-{key}",
                key,
                1,
                400,
                "food",
                ("province:26", "product_group:food"),
                Wishes(None, corner=False, power=False, not_beside_group=None),
            )
            for key in ("an", "binh")
        ),
        bounds=(Bounds("province:26", floor=1, ceiling=None),),
        rules=Rules(version=1, reservations=(away,), required_floors=("province:26",)),
    )
    placed = solve(street, "seed", WORK).placements
    standing = [(each, placed[each.application_id]) for each in street.applicants]
    problem = to_problem(street, standing, Damage(Cause.POWER_FAILED, without_power=("A1",)), "seed")
    assert repair(problem, WORK).placements == {each.application_id: codes for each, codes in standing}


def damage(street: RunInput, data: st.DataObject) -> Problem:
    """Return a street that a run gave out, with some booths closed, or without power."""
    result = solve(street, "seed", WORK)
    assume(result.placements)
    standing = [
        (each, result.placements[each.application_id])
        for each in in_standing(street.applicants, "seed")
        if each.application_id in result.placements
    ]
    codes = [each.booth_code for each in street.booths]
    hit = tuple(data.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)))
    if data.draw(st.booleans()):
        return to_problem(street, standing, Damage(Cause.SECTION_CLOSED, closed=hit), "seed")
    without_wishes = [
        (data_of, codes) for data_of, codes in standing if not data_of.wishes.power
    ]  # power that is a wish goes before moves
    assume(len(without_wishes) == len(standing))
    return to_problem(street, standing, Damage(Cause.POWER_FAILED, without_power=hit), "seed")


def repairs_of(problem: Problem) -> Iterator[Placements]:
    """Return every way to leave holders on the street by which no hard rule is broken, by the check alone."""
    spots = [(each.booth_code,) for each in problem.booths]
    spots += [(e.booth_code, n) for e in problem.booths for n in e.neighbours if e.booth_code < n]
    options = [[None, *(each for each in spots if len(each) == holder.booths)] for holder in problem.holders]
    given_rules = problem.to_input()
    for chosen in product(*options):
        placed = {h.application_id: codes for h, codes in zip(problem.holders, chosen, strict=True) if codes}
        if not overlap(list(placed.values())) and not checker.rules_broken(given_rules, placed):
            yield placed


def overlap(chosen: Sequence[Sequence[str]]) -> bool:
    codes = [code for each in chosen for code in each]
    return len(codes) != len(set(codes))


def moves(problem: Problem, placements: Placements) -> int:
    before = {each.application_id: set(each.booth_codes) for each in problem.holders}
    return sum(set(codes) != before[name] for name, codes in placements.items())
