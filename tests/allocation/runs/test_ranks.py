"""A province's own list decides among its equals, and nothing for anybody else."""

from collections import Counter
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.allocation.audit.test_reasons import compare
from tests.allocation.runs.problems import applicant, problem, row_of, tiny_problems

from allocation.draws.domain import drawn_number, equals_of, hand_on
from allocation.explanations.domain import why_placed, why_refused
from allocation.explanations.packs import to_words
from allocation.grounds.domain import Applicant, RunInput, digest, to_plain
from allocation.runs.checker import check
from allocation.runs.solver import solve
from allocation.standings.domain import read_standing

SEEDS = st.sampled_from([f"seed-{number}" for number in range(40)])


def numbers(applicants: tuple[Applicant, ...], seed: str) -> dict[str, int]:
    return {each.application_id: drawn_number(seed, each.key) for each in applicants}


def many(count: int, **changes: object) -> list[Applicant]:
    """Return so many of one province; the last of its list comes first in the input."""
    return [applicant(f"v{number:02}", rank=count - number, **changes) for number in range(count)]


@given(given_problem=tiny_problems(), seed=SEEDS)
def test_a_province_keeps_the_numbers_it_drew_and_its_list_says_who_has_which(given_problem: RunInput, seed: str):
    before, dealt = given_problem.applicants, hand_on(given_problem.applicants, seed)
    drawn, handed = numbers(before, seed), numbers(dealt, seed)
    ranked = equals_of(before)
    for members in ranked.values():
        names = [each.application_id for each in members]
        assert Counter(drawn[name] for name in names) == Counter(handed[name] for name in names)
        for one in members:
            for other in members:
                assert (one.rank or 0) >= (other.rank or 0) or handed[one.application_id] > handed[other.application_id]
    alone = {each.application_id for each in before} - {m.application_id for each in ranked.values() for m in each}
    assert {name: drawn[name] for name in alone} == {name: handed[name] for name in alone}
    assert hand_on(dealt, seed) == dealt


@settings(max_examples=100)
@given(given_problem=tiny_problems(), seed=SEEDS)
def test_among_equals_of_a_province_none_has_a_place_before_one_that_stands_higher_in_its_list(
    given_problem: RunInput, seed: str
):
    result = solve(given_problem, seed, 10)
    assume(result.status == "optimal")
    assert check(given_problem, result, seed) == ()
    for members in equals_of(given_problem.applicants).values():
        for one in members:
            for other in members:
                alike = (one.booths, set(one.groups)) == (other.booths, set(other.groups))
                if alike and (one.rank or 0) < (other.rank or 0) and other.application_id in result.placements:
                    assert one.application_id in result.placements


@settings(max_examples=30)
@given(seed=SEEDS)
def test_the_first_of_the_list_have_the_places_whatever_the_seed(seed: str):
    result = solve(problem(many(6), row_of("A", 2)), seed, 10)
    assert set(result.placements) == {"id-of-v05", "id-of-v04"}


@settings(max_examples=30)
@given(seed=SEEDS)
def test_the_list_changes_no_place_between_provinces(seed: str):
    """Who of three provinces gets how many of five places is drawn as if there were no lists."""
    provinces = ("01", "26", "48")
    ranked = [
        applicant(f"{code}-{number}", rank=1 + (number * 3) % 5, province=code)
        for code in provinces
        for number in range(5)
    ]
    unranked = [replace(each, nominated_by=None, rank=None) for each in ranked]

    def places(applicants: list[Applicant]) -> Counter[str]:
        return Counter(name[6:8] for name in solve(problem(applicants, row_of("A", 5)), seed, 10).placements)

    assert places(ranked) == places(unranked)


@settings(max_examples=60)
@given(given_problem=tiny_problems(), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_place(given_problem: RunInput, shuffled: object):
    other = list(given_problem.applicants)
    getattr(shuffled, "shuffle")(other)  # noqa: B009  # hypothesis types its random loosely
    turned = replace(given_problem, applicants=tuple(other))
    assert solve(given_problem, "seed", 10).placements == solve(turned, "seed", 10).placements


def test_an_input_without_ranks_has_the_digest_that_it_had():
    plain = to_plain(problem([applicant("an")], row_of("A", 1)))
    assert plain["applicants"][0].keys().isdisjoint({"rank", "nominated_by"})
    ranked = problem([applicant("an", rank=1)], row_of("A", 1))
    assert digest(ranked) != digest(problem([applicant("an")], row_of("A", 1)))


def test_a_result_that_passes_over_the_first_of_a_list_is_found():
    given_problem = problem(many(3), row_of("A", 1))
    result = solve(given_problem, "seed", 10)
    wrong = replace(result, placements={"id-of-v00": ("A1",)})
    assert any("draw_places" in finding for finding in check(given_problem, wrong, "seed"))


def test_who_stands_behind_another_of_its_province_is_told_both_ranks():
    given_problem = problem(many(2), row_of("A", 1))
    compare(given_problem)
    result = solve(given_problem, "seed", 10)
    dealt = replace(given_problem, applicants=hand_on(given_problem.applicants, "seed"))
    refused = next(each for each in dealt.applicants if each.application_id == "id-of-v00")
    reason = why_refused(read_standing(dealt, "seed", result.placements), refused)[1]
    assert (reason.code, reason.data["rank"], reason.data["rank_before"]) == ("ranked_before", 2, 1)
    told = to_words("reasons", reason, "2020", {"id-of-v01": "HTX Một"})
    assert "tỉnh xếp HTX Một thứ 1, hồ sơ này thứ 2" in told["vi"]
    assert "nominated by the same province, whose list has HTX Một as number 1" in told["en"]


def test_who_stands_behind_another_province_is_told_how_it_came_to_its_number():
    given_problem = problem([*many(3), applicant("other", province="48", rank=1)], row_of("A", 3))
    seeds = (f"seed-{number}" for number in range(50))
    seed = next(each for each in seeds if "id-of-v00" not in solve(given_problem, each, 10).placements)
    result = solve(given_problem, seed, 10)
    dealt = replace(given_problem, applicants=hand_on(given_problem.applicants, seed))
    standing = read_standing(dealt, seed, result.placements)
    refused = [each for each in dealt.applicants if each.application_id not in result.placements]
    placed = next(each for each in dealt.applicants if each.application_id == "id-of-v02")
    (why, how) = why_placed(standing, placed, refused)
    assert (why.code, how.code) == ("placed_by_draw", "number_by_rank")
    assert (how.data["rank"], how.data["place"], how.data["of"]) == (1, 1, 3)
    told = to_words("reasons", how, "2020", {})
    assert "do tỉnh Vĩnh Phúc đề cử" in told["vi"]
    assert f"số lớn thứ 1 trong 3 số, là {how.data['number']}" in told["vi"]
