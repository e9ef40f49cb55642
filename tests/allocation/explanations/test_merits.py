"""Whom only points would help is told the merits that are open to it and give them, or how many points it lacks."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.allocation.explanations.test_solver import FIRE, LAST_ON, SEED, codes, needing, places
from tests.allocation.runs.problems import applicant, problem, row_of, tiny_problems

from allocation.explanations.domain import Explanation, Finding
from allocation.explanations.merits import Rule, find_enough
from allocation.explanations.packs import to_words
from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Origin, Problem
from allocation.explanations.solver_search import with_applicant
from allocation.grounds.domain import Rules, RunInput
from allocation.runs.solver import solve

ORDER = {
    code: Rule(code, points, is_most=code == "early")
    for code, points in {"tier_1": 700, "clean_record": 40, "first_event": 20, "new_product": 10, "early": 9}.items()
}
ALL = {"clean_record": 40, "first_event": 20, "new_product": 10, "early": 9}


def explained(given_problem: RunInput, merits: dict[str, dict[str, int]]) -> dict[str, Explanation]:
    result = solve(given_problem, SEED, 10)
    assert result.status != "infeasible"
    origins = {
        each.application_id: Origin(merits.get(each.application_id, ALL), 4, None) for each in given_problem.applicants
    }
    found = explain(Problem(given_problem, result, SEED, origins, LAST_ON, 10, 1000, ORDER))
    return {each.application_id: each for each in found}


def behind(by: int, merits: dict[str, int]) -> Explanation:
    """Return what is told to "binh", who stands so many points behind the last one with a place."""
    two = problem([applicant("an", points=500), applicant("binh", points=500 - by)], row_of("A", 1))
    return explained(two, {"id-of-binh": merits})["id-of-binh"]


def test_days_that_would_have_been_enough_are_told_with_no_day_too_many():
    (change,) = behind(3, {**ALL, "early": 2}).changes
    assert change.code == "merits"
    assert change.data == {
        "points": 497,
        "points_needed": 501,
        "points_missing": 4,
        "merits": "early",
        "points_early": 4,
    }


def test_a_new_product_is_told_where_it_gives_enough_and_was_not_shown():
    (change,) = behind(8, {"clean_record": 40, "early": 9}).changes
    assert (change.data["merits"], change.data["points_new_product"]) == ("new_product", 10)


def test_each_merit_that_is_enough_alone_is_told():
    found = behind(8, {"early": 0}).changes
    assert [each.data["merits"] for each in found] == ["early", "new_product", "clean_record"]
    assert [each.data.get("points_early") for each in found] == [9, None, None]


def test_merits_are_told_together_where_none_is_enough_alone():
    (change,) = behind(12, {"clean_record": 40, "early": 0}).changes
    assert change.data["merits"] == "early+new_product"
    assert (change.data["points_early"], change.data["points_new_product"]) == (3, 10)


@pytest.mark.parametrize("merits", [ALL, {"clean_record": 40, "early": 9, "new_product": 10}])
def test_who_has_all_that_is_open_to_it_is_told_the_points_that_it_lacks(merits: dict[str, int]):
    """A first event is past, and where a vendor comes from is not its to change."""
    (lacking,) = behind(0, merits).changes
    assert (lacking.code, lacking.data["points_missing"]) == ("points_lacking", 1)
    told = to_words("changes", lacking, "2025", {})
    assert "Còn thiếu 1 điểm ưu tiên" in told["vi"]
    assert "the merits still open to this producer do not give as many" in told["en"]


def test_giving_up_a_need_and_a_merit_are_told_together_where_both_are_needed():
    hot = needing("cooking", rules=Rules(version=1, requirements=(FIRE,)), booths=row_of("B", 1), points=699)
    assert codes(explained(hot, {"id-of-binh": {"early": 4}})["id-of-binh"])[1] == ["without_cooking_and_merits"] * 3
    assert codes(explained(hot, {})["id-of-binh"])[1] == []


def test_merits_are_said_in_both_languages():
    facts = {"points": 480, "points_needed": 493, "points_missing": 13}
    told = to_words(
        "changes",
        Finding("merits", {**facts, "merits": "early+new_product", "points_early": 3, "points_new_product": 10}),
        "2025",
        {},
    )
    assert told["vi"] == (
        "Nếu nộp hồ sơ lần đầu sớm hơn 3 ngày (thêm 3 điểm), và có thêm một sản phẩm hợp lệ chưa từng tham gia sự kiện"
        " (thêm 10 điểm): hồ sơ được ít nhất 493 điểm thay vì 480 và chắc chắn có gian, không cần bốc thăm."
    )
    assert told["en"].startswith("With a first submission earlier by 3 day(s) (points: 3), and an eligible product")


MERITS = st.fixed_dictionaries({}, optional={"early": st.integers(0, 9), "new_product": st.just(10)})


@settings(max_examples=60)
@given(given_problem=tiny_problems(), merits=MERITS)
def test_each_merit_named_gives_the_place_when_the_run_is_made_with_it(given_problem: RunInput, merits: dict[str, int]):
    assume(solve(given_problem, SEED, 10).status != "infeasible")
    by_id = {each.application_id: each for each in given_problem.applicants}
    for name, explanation in explained(given_problem, dict.fromkeys(by_id, merits)).items():
        for change in (each for each in explanation.changes if each.code == "merits"):
            gained = sum(int(change.data[f"points_{merit}"]) for merit in str(change.data["merits"]).split("+"))
            with_it = replace(by_id[name], points=by_id[name].points + gained)
            assert places(with_applicant(given_problem, by_id[name], with_it), name), change


@given(merits=MERITS, missing=st.integers(1, 70))
def test_no_set_of_merits_gives_too_little_or_could_do_without_one(merits: dict[str, int], missing: int):
    found = find_enough(ORDER, merits, missing)
    for gains in found:
        total = sum(gains.values())
        assert total >= missing
        assert all(total - gains[code] < missing for code in gains)
        assert all(merits.get(code, 0) + points <= ORDER[code].points for code, points in gains.items())
    most = 40 + (0 if merits.get("new_product") else 10) + 9 - merits.get("early", 0)
    assert bool(found) is (missing <= most)
