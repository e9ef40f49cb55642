"""The city's street, full, and repaired: one withdrawal by which two neighbours are wanted, and a cut from 150 to 90."""

from dataclasses import dataclass, replace
from random import Random
from time import perf_counter, process_time

from tests.bench.explanations import SEED, WORK, make_problem

from allocation.damages.domain import Cause, Damage, Holder, Problem, left_of
from allocation.grounds.domain import Wishes
from allocation.repairs.domain import Found
from allocation.repairs.solver import count_moves, repair


@dataclass(frozen=True)
class RepairTimes:
    """Seconds of each repair, passed and of processor, with what it proved: who moves, and who loses its place."""

    withdrawal: tuple[float, float]
    withdrawal_moves: int
    shrink: tuple[float, float]
    shrink_moves: int
    shrink_lost: int
    is_proven: bool


def measure() -> RepairTimes:
    """Solve both repairs once."""
    full = make_street()
    joining = _free_two_apart(full)
    cut = _cut(full)
    withdrawal, one = _time(joining)
    shrink, other = _time(cut)
    moves, counted = count_moves(joining, one), count_moves(cut, other)
    return RepairTimes(
        withdrawal, moves["moved"], shrink, counted["moved"], counted["lost"], one.status == other.status == "optimal"
    )


def _time(problem: Problem) -> tuple[tuple[float, float], Found]:
    begun, worked = perf_counter(), process_time()
    found = repair(problem, WORK)
    return (perf_counter() - begun, process_time() - worked), found


def make_street() -> Problem:
    """Return 150 booths in two rows, held by who has the most points, two neighbours where two are wanted."""
    given = make_problem()
    chance = Random(SEED)
    codes = [each.booth_code for each in given.booths]
    near = {each.booth_code: each.neighbours for each in given.booths}
    holders: list[Holder] = []
    for each in sorted(given.applicants, key=lambda each: -each.points):
        free = [code for code in codes if code in near]
        spots = [(code,) for code in free] if each.booths == 1 else [(c, o) for c in free for o in near[c] if o in near]
        if not spots:
            continue
        spot = spots[0] if chance.random() < 0.5 else chance.choice(spots)  # no secret
        for code in spot:
            del near[code]
        wishes = Wishes(each.wishes.zone_codes, each.wishes.corner, chance.random() < 0.3, None)
        has_power = wishes.power and any(booth.power for booth in given.booths if booth.booth_code in spot)
        standing = len(holders) + 1
        holders.append(
            Holder(each.application_id, spot, each.booths, each.points, standing, each.groups, wishes, has_power)
        )
    bounds = tuple(replace(each, ceiling=None) for each in given.bounds)
    return Problem(len(given.booths), {}, bounds, given.booths, tuple(holders), SEED)


def _free_two_apart(full: Problem) -> Problem:
    """Return the street after two single holders that are no neighbours have left, with one who wants two together."""
    singles = [each for each in full.holders if each.booths == 1]
    gone = (singles[10].application_id, singles[60].application_id)
    left = tuple(each for each in full.holders if each.application_id not in gone)
    wishes = Wishes(None, False, False, None)
    guest = Holder("guest", (), 2, 100, len(full.holders) + 1, (), wishes, had_power=False, joins=True)
    return replace(full, holders=(*left, guest))


def _cut(full: Problem) -> Problem:
    """Return the street with every booth from the 91st on closed."""
    damage = Damage(Cause.FEWER_BOOTHS, tuple(each.booth_code for each in full.booths[90:]))
    return replace(full, booths=left_of(full.booths, damage))
