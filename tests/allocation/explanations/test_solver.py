"""Every change that an explanation names is tried on the run itself: it gives the place, and a smaller one does not."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import applicant, bind, problem, row_of, tiny_problems
from tests.allocation.runs.test_solver_pins import pinned_problems

from allocation.explanations.domain import Explanation
from allocation.explanations.packs import to_words
from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Origin, Problem
from allocation.explanations.solver_search import with_applicant
from allocation.grounds.domain import Applicant, Booth, Pin, PriorityClass, Requirement, Rules, RunInput
from allocation.runs.solver import solve

SEED = "hn-2020-2"
LAST_ON = date(2020, 10, 12)


def explained(given_problem: RunInput, origins: dict[str, Origin] | None = None) -> dict[str, Explanation]:
    result = solve(given_problem, SEED, 10)
    assert result.status != "infeasible"
    found = explain(Problem(given_problem, result, SEED, origins or {}, LAST_ON, 10, 1000))
    return {each.application_id: each for each in found}


def explained_if_placed(given_problem: RunInput) -> dict[str, Explanation]:
    """Return what is explained; a run that places nobody tells which rules clash, and hypothesis minds if most do."""
    assume(solve(given_problem, SEED, 10).status != "infeasible")
    return explained(given_problem)


def places(given_problem: RunInput, name: str) -> bool:
    return name in solve(given_problem, SEED, 10).placements


def changed_by(given_problem: RunInput, refused: Applicant, code: str, data: dict[str, int | str]) -> RunInput:
    match code:
        case "more_points":
            return with_applicant(given_problem, refused, replace(refused, points=int(data["points_needed"])))
        case "one_booth":
            return with_applicant(given_problem, refused, replace(refused, booths=1))
        case "one_booth_and_points":
            return with_applicant(given_problem, refused, replace(refused, booths=1, points=int(data["points_needed"])))
        case _:
            changed = without(given_problem, refused, code.removeprefix("one_booth_").removesuffix("_and_points"))
            booths = 1 if code.startswith("one_booth") else refused.booths
            asking = replace(refused, booths=booths, **changed, **points_of(data))
            return with_applicant(given_problem, refused, asking)


def without(given_problem: RunInput, refused: Applicant, code: str) -> dict[str, Any]:
    """Return what differs in an applicant that does without, bound to the rules anew."""
    given_up = {f"need:{each}" for each in code.removeprefix("without_").split("_and_")}
    said = tuple(each for each in refused.needs if ":" in each)
    kept = tuple(each for each in refused.groups if each not in given_up)
    bound = bind(replace(refused, groups=kept), given_problem.rules)
    return {"groups": kept, "needs": (*said, *bound.needs), "entitled": bound.entitled}


def points_of(data: dict[str, int | str]) -> dict[str, int]:
    return {"points": int(data["points_needed"])} if "points_needed" in data else {}


@settings(max_examples=60)
@given(given_problem=tiny_problems() | pinned_problems())
def test_each_change_named_gives_the_place_when_the_run_is_made_with_it(given_problem: RunInput):
    by_id = {each.application_id: each for each in given_problem.applicants}
    for name, explanation in explained_if_placed(given_problem).items():
        for change in explanation.changes:
            assert places(changed_by(given_problem, by_id[name], change.code, change.data), name), change


@settings(max_examples=40)
@given(given_problem=tiny_problems() | pinned_problems())
def test_with_fewer_points_than_named_a_place_is_never_certain(given_problem: RunInput):
    """Two points fewer is behind the level that is to be passed: refused. One fewer leaves it to the draw."""
    for name, explanation in explained_if_placed(given_problem).items():
        refused = next(each for each in given_problem.applicants if each.application_id == name)
        for change in explanation.changes:
            if change.code == "more_points" and int(change.data["points_missing"]) > 2:
                fewer = with_applicant(
                    given_problem, refused, replace(refused, points=int(change.data["points_needed"]) - 2)
                )
                assert not places(fewer, name)


@settings(max_examples=40)
@given(given_problem=tiny_problems() | pinned_problems())
def test_who_names_no_points_gets_no_place_with_any(given_problem: RunInput):
    for name, explanation in explained_if_placed(given_problem).items():
        refused = next(each for each in given_problem.applicants if each.application_id == name)
        if not explanation.is_placed and "more_points" not in {each.code for each in explanation.changes}:
            assert not places(with_applicant(given_problem, refused, replace(refused, points=10_000)), name)


@settings(max_examples=40)
@given(given_problem=tiny_problems() | pinned_problems(), zones=st.sampled_from((None, ("A",), ("B",), ("A", "B"))))
def test_no_wish_for_another_zone_or_for_any_would_have_given_a_place(
    given_problem: RunInput, zones: tuple[str, ...] | None
):
    """So none is told as a change: who may stand where is a matter of rules, and all zones that they open are tried."""
    for name, explanation in explained_if_placed(given_problem).items():
        refused = next(each for each in given_problem.applicants if each.application_id == name)
        asking = replace(refused, wishes=replace(refused.wishes, zone_codes=zones))
        assert places(with_applicant(given_problem, refused, asking), name) is explanation.is_placed


@settings(max_examples=40)
@given(given_problem=tiny_problems() | pinned_problems())
def test_every_application_has_a_reason(given_problem: RunInput):
    found = explained_if_placed(given_problem)
    assert set(found) == {each.application_id for each in given_problem.applicants}
    assert all(each.reasons for each in found.values())


@settings(max_examples=15)
@given(given_problem=tiny_problems() | pinned_problems(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_explanation(given_problem: RunInput, shuffled: object):
    other = list(given_problem.applicants)
    getattr(shuffled, "shuffle")(other)  # noqa: B009  # hypothesis types its random loosely
    assert explained_if_placed(given_problem) == explained_if_placed(replace(given_problem, applicants=tuple(other)))


def codes(explanation: Explanation) -> tuple[list[str], list[str]]:
    return [each.code for each in explanation.reasons], [each.code for each in explanation.changes]


@settings(max_examples=20)
@given(tiny_problems())
def test_two_threads_find_what_one_does_in_the_same_order(given_problem: RunInput):
    result = solve(given_problem, SEED, 10)
    assume(result.status != "infeasible")
    asked = Problem(given_problem, result, SEED, {}, LAST_ON, 10, 1000)
    assert explain(replace(asked, threads=2)) == explain(asked)


def test_fewer_points_than_the_last_one_placed_is_told_with_the_points_that_are_missing():
    found = explained(problem([applicant("an", points=500), applicant("binh", points=400)], row_of("A", 1)))
    assert codes(found["id-of-binh"]) == (["street_full", "stood_before"], ["more_points"])
    assert found["id-of-binh"].reasons[1].data == {"application_id": "id-of-an", "points_before": 500, "points": 400}
    assert found["id-of-binh"].changes[0].data["points_missing"] == 101
    assert found["id-of-an"].reasons[0].code == "placed_by_points"


def test_among_equals_the_draw_is_told_with_both_numbers_and_one_point_is_enough():
    found = explained(problem([applicant("an"), applicant("binh")], row_of("A", 1)))
    (refused,) = [each for each in found.values() if not each.is_placed]
    assert refused.reasons[1].code == "drawn_before"
    assert int(refused.reasons[1].data["number"]) < int(refused.reasons[1].data["number_before"])
    assert refused.changes[0].data["points_missing"] == 1


def test_one_booth_instead_of_two_is_told_where_two_do_not_fit():
    applicants = [applicant("an", points=700), applicant("binh", points=600, booths=2), applicant("chi", points=500)]
    found = explained(problem(applicants, row_of("A", 2)))
    assert codes(found["id-of-binh"])[1][0] == "one_booth"


def needing(*needs: str, rules: Rules, booths: list[Booth], asked: int = 1, points: int = 500) -> RunInput:
    """Return a problem in which "an" stands on the first booth and "binh" asks for what no free booth has."""
    binh = applicant("binh", needs=needs, booths=asked, points=points)
    return problem([applicant("an", points=700), binh], booths, rules=rules)


COLD = Requirement("cold", ("need:power",), None, power=True)
FIRE = Requirement("fire", ("need:cooking",), ("A",), power=False)


def test_doing_without_a_socket_is_told_where_only_booths_without_one_are_left():
    booths = [*row_of("A", 1, power=False), *row_of("B", 1, power=False)]
    found = explained(needing("power", rules=Rules(version=1, requirements=(COLD,)), booths=booths))
    assert codes(found["id-of-binh"])[1] == ["without_power"]


def test_doing_without_cooking_is_told_where_only_booths_outside_the_fire_zones_are_left():
    found = explained(needing("cooking", rules=Rules(version=1, requirements=(FIRE,)), booths=row_of("B", 2)))
    assert codes(found["id-of-binh"])[1] == ["without_cooking"]


def test_doing_without_both_is_told_where_neither_alone_is_enough():
    rules = Rules(version=1, requirements=(COLD, FIRE))
    booths = row_of("B", 2, power=False)
    found = explained(needing("power", "cooking", rules=rules, booths=booths))
    assert codes(found["id-of-binh"])[1] == ["without_power_and_cooking"]


def test_one_booth_without_a_socket_is_told_where_neither_alone_is_enough():
    rules = Rules(version=1, requirements=(COLD,))
    found = explained(needing("power", rules=rules, booths=row_of("A", 2, power=False), asked=2))
    assert codes(found["id-of-binh"])[1][0] == "one_booth_without_power"


def test_doing_without_a_socket_and_more_points_is_told_where_all_booths_are_taken():
    rules = Rules(version=1, requirements=(COLD,))
    found = explained(needing("power", rules=rules, booths=row_of("A", 1, power=False)))
    (change,) = found["id-of-binh"].changes
    assert (change.code, change.data["points_missing"]) == ("without_power_and_points", 201)


def test_who_would_lose_its_priority_with_its_need_is_told_no_change_that_does_not_help():
    """Cooking brings 300 points here; without it "binh" stands behind "an", who has the only booth."""
    rules = Rules(version=1, requirements=(FIRE,), priority_classes=(PriorityClass("hot", ("need:cooking",), 300),))
    found = explained(needing("cooking", rules=rules, booths=row_of("B", 1), points=800))
    assert codes(found["id-of-binh"])[1] == []


def test_a_need_that_no_rule_names_changes_nothing():
    found = explained(needing("power", rules=Rules(), booths=row_of("A", 1, power=False)))
    assert codes(found["id-of-binh"])[1] == ["more_points"]


def test_a_full_quota_is_named():
    applicants = [
        applicant("an", points=700),
        applicant("binh", points=600),
        applicant("chi", province="48", points=90),
    ]
    refused = explained(problem(applicants, row_of("A", 2), bounds=[("province:26", None, 1)]))["id-of-binh"]
    assert refused.reasons[0].data == {"quota": "province:26", "held": 1, "ceiling": 1, "booths": 1}


def test_no_points_are_named_where_a_required_floor_keeps_the_only_booth_for_another():
    applicants = [applicant("an", province="01"), applicant("binh", province="48")]
    bounds = [("province:01", 1, None), ("province:48", 1, None)]
    given_problem = problem(applicants, row_of("A", 1), bounds=bounds)
    required = replace(given_problem, rules=replace(given_problem.rules, required_floors=("province:48",)))
    refused = explained(required)["id-of-an"]
    assert codes(refused)[1] == []


def test_a_floor_that_kept_a_place_for_somebody_behind_is_named():
    applicants = [applicant("an", points=700), applicant("binh", points=100, province="48")]
    found = explained(problem(applicants, row_of("A", 1), bounds=[("province:48", 1, None)]))
    assert found["id-of-an"].reasons[-1].data == {"quota": "province:48", "floor": 1, "points_behind": 100}
    assert found["id-of-an"].reasons[1].code == "no_exchange"
    assert found["id-of-binh"].reasons[0].code == "placed_for_floor"


def test_a_certificate_valid_to_the_last_day_is_named_where_its_tier_is_enough():
    applicants = [applicant("an", points=420), applicant("binh", points=200), applicant("chi", points=200)]
    origins = {
        "id-of-an": Origin({"tier_4": 400, "first_event": 20}, 4, None),
        "id-of-binh": Origin({"tier_7": 100, "clean_record": 40, "first_event": 60}, 0, date(2020, 9, 30)),
        "id-of-chi": Origin({"tier_7": 100, "clean_record": 40, "first_event": 60}, 0, None),
    }
    found = explained(problem(applicants, row_of("A", 1)), origins)
    change = found["id-of-binh"].changes[0]
    assert change.code == "valid_certificate"
    assert change.data == {"lapsed_on": "2020-09-30", "valid_to": "2020-10-12", "points": 500}
    assert "valid_certificate" not in codes(found["id-of-chi"])[1]


def test_wishes_that_are_unmet_are_told_to_who_has_a_place():
    found = explained(problem([applicant("an", zones=("B",), corner=True), applicant("binh")], row_of("A", 3)))
    assert "wish_zone_unmet" in codes(found["id-of-an"])[0]
    assert codes(found["id-of-binh"])[0] == ["room_for_all"]


def test_whom_the_committee_keeps_out_is_told_so_and_no_points_help():
    kept_out = replace(problem([applicant("an")], row_of("A", 1)), pins=(Pin("id-of-an", "forbid", "place", None),))
    found = explained(kept_out)["id-of-an"]
    assert codes(found) == (["kept_by_pin", "no_exchange"], [])
    told = to_words("reasons", found.reasons[0], "2025", {})
    assert (told["vi"], told["en"]) == (
        "Ban tổ chức đã quyết định: không được xếp gian.",
        "The committee decided: not a place.",
    )
