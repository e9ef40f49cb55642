"""Zones that rules keep apart are searched one by one, and what is found is what each alone would be."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import GROUPS, applicant, booth, problem, row_of

from allocation.grounds.domain import Applicant, Requirement, Rules, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver import solve
from allocation.runs.solver_dealing import start_search
from allocation.runs.solver_parts import split
from allocation.spots.domain import read_street

SEED, WORK = "parts", 10.0
APART = Rules(
    version=1,
    requirements=(
        Requirement("north", ("province:01",), ("A",), False),
        Requirement("south", ("province:26",), ("B",), False),
    ),
    is_varied=True,
)
MET, UNMET = Objective("wishes_zone_unmet", 0, 0), Objective("wishes_zone_unmet", 1, 1)


def zones_of(given_problem: RunInput, *reached: Objective) -> list[str]:
    """Return the zones of each part, everybody placed."""
    search = start_search(given_problem, read_street(given_problem), given_problem.applicants, {}, SEED, WORK)
    return ["".join(sorted({spot.sort.zone_code for spot in part.street.spots})) for part in split(search, reached)]


@pytest.mark.parametrize(
    ("more", "reached", "parts"),
    [
        ([], MET, ["A", "B"]),
        ([applicant("x", province="48")], MET, ["AB"]),  # no rule keeps it from either zone
        ([applicant("x", province="48", zones=("B",))], MET, ["A", "B"]),  # its wish for a zone is met
        ([applicant("x", province="48", zones=("B",))], UNMET, ["AB"]),
        ([], Objective("wishes_corner_unmet", 1, 0), ["AB"]),  # not proven
    ],
)
def test_zones_are_apart_where_nobody_can_stand_in_both(more: list[Applicant], reached: Objective, parts: list[str]):
    people = [applicant("a", province="01"), applicant("b", province="26"), *more]
    assert zones_of(problem(people, row_of("A", 2) + row_of("B", 2), rules=APART), reached) == parts


def test_zones_with_booths_beside_each_other_are_one_part():
    people = [applicant("a", province="01"), applicant("b", province="26")]
    across = [booth("A1", "B1"), booth("B1", "A1")]
    assert zones_of(problem(people, across, rules=APART), MET) == ["AB"]


@st.composite
def crowds(draw: st.DrawFn, province: str, count: int) -> list[Applicant]:
    return [
        applicant(
            f"{province}-{number}",
            province=province,
            group=draw(st.sampled_from(GROUPS)),
            booths=draw(st.sampled_from((1, 1, 2))),
            corner=draw(st.booleans()),
            not_beside=draw(st.sampled_from((None, "food"))),
        )
        for number in range(count)
    ]


@settings(max_examples=40)
@given(north=crowds("01", 5), south=crowds("26", 4))
def test_what_is_found_of_zones_apart_is_what_each_alone_would_be(north: list[Applicant], south: list[Applicant]):
    both = problem([*north, *south], row_of("A", 5) + row_of("B", 4, power=False), rules=APART)
    whole = solve(both, SEED, WORK)
    alone = [
        solve(
            replace(
                both,
                booths=booths,
                target=len(booths),
                applicants=tuple(e for e in both.applicants if group in e.groups),
            ),
            SEED,
            WORK,
        )
        for group, booths in (("province:01", both.booths[:5]), ("province:26", both.booths[5:]))
    ]
    assert whole.status == "optimal"
    assert dict(whole.placements) == dict(alone[0].placements) | dict(alone[1].placements)
    for name in ("groups_crowded", "wishes_neighbour_unmet", "neighbours_alike", "draw_sorts", "draw_booths"):
        one, *other = (next(each.value for each in found.objectives if each.name == name) for found in (whole, *alone))
        assert one == sum(other), name
