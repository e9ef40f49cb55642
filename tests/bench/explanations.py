"""A run of the size of the city's fair, so many too many that 470 are refused: how long all their why-nots take.

Points, provinces, quotas and pairs of booths are spread as in the default scenario, by a fixed seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from time import perf_counter

from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Origin, Problem
from allocation.grounds.domain import Applicant, Booth, Bounds, RunInput, Wishes
from allocation.runs.domain import RunResult
from allocation.runs.solver_vendors import choose_vendors

BOOTHS, APPLICANTS, TWO_BOOTHS = 150, 600, 0.17
TIERS = ((700, 6), (600, 12), (500, 10), (400, 60), (300, 12))  # points of a tier, and how many of a hundred have it
GROUPS = ("food", "beverage", "herbal", "textile", "craft")
WORK, MEMORY_MB = 30.0, 4096
SEED = "bench"
SAMPLES = 40


@dataclass(frozen=True)
class WhyTimes:
    """What was measured: all why-nots together, and the slowest of some asked alone."""

    applicants: int
    booths: int
    refused: int
    seconds: float
    slowest: float


def measure() -> WhyTimes:
    """Solve once, then explain everything in one batch, and some of the refused each alone."""
    given = make_problem()
    chosen, objectives = choose_vendors(given, SEED, WORK)  # booths play no part in a why-not
    result = RunResult("optimal", tuple(objectives), {each.application_id: () for each in chosen})
    problem = Problem(given, result, SEED, _origins(given), date(2020, 10, 12), WORK, MEMORY_MB)
    begun = perf_counter()
    found = explain(problem)
    seconds = perf_counter() - begun
    refused = [each.application_id for each in found if not each.is_placed]
    alone = [_ask_alone(problem, name) for name in refused[:: max(1, len(refused) // SAMPLES)]]
    return WhyTimes(len(given.applicants), len(given.booths), len(refused), seconds, max(alone))


def _ask_alone(problem: Problem, name: str) -> float:
    begun = perf_counter()
    explain(problem, only=name)
    return perf_counter() - begun


def make_problem() -> RunInput:
    """Return the run's input: two rows of booths, floors and ceilings on three groupings at once."""
    chance = Random(SEED)
    applicants = tuple(_applicant(chance, number) for number in range(APPLICANTS))
    provinces = sorted({group for each in applicants for group in each.groups if group.startswith("province:")})
    bounds = [Bounds(group, 1, 15) for group in provinces]
    bounds += [Bounds("country:foreign", 6, None), Bounds("product_group:craft", 20, 40)]
    bounds += [Bounds("vendor_type:household", 10, None), Bounds("region:0", 50, None)]
    booths = tuple(booth for row in range(5) for booth in _row(row))
    return RunInput(BOOTHS, {}, tuple(bounds), booths, applicants).in_order()


def _row(row: int) -> list[Booth]:
    codes = [f"{'ABCDE'[row]}{number:02}" for number in range(BOOTHS // 5)]
    last = len(codes) - 1
    return [
        Booth(code, code[0], at in (0, last), at % 3 == 0, (*codes[max(0, at - 1) : at], *codes[at + 1 : at + 2]))
        for at, code in enumerate(codes)
    ]


def _applicant(chance: Random, number: int) -> Applicant:
    province, group = chance.randrange(60), chance.choice(GROUPS)
    foreign = chance.random() < 0.03
    tier = chance.choices([points for points, _ in TIERS], [weight for _, weight in TIERS])[0]
    places = ["country:foreign", "country:LA"] if foreign else ["country:VN", f"province:{province:02}"]
    region = [] if foreign else [f"region:{province % 4}"]
    vendor_type = chance.choice(("company", "cooperative", "household"))
    return Applicant(
        application_id=f"{number:04}",
        key=f"{number:04}",
        booths=1 + (chance.random() < TWO_BOOTHS),
        points=tier + 40 + chance.choice((0, 9, 20, 29)),
        product_group=group,
        groups=(f"product_group:{group}", f"vendor_type:{vendor_type}", *places, *region),
        wishes=Wishes(None, corner=False, power=False, not_beside_group=None),
    )


def _origins(given: RunInput) -> Mapping[str, Origin]:
    return {
        each.application_id: Origin({f"tier_{8 - each.points // 100}": each.points // 100 * 100}, 3, None)
        for each in given.applicants
    }
