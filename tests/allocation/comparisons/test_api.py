"""Runs side by side: what differs, and the page that shows it without JavaScript."""

from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, accepted, id_of
from tests.allocation.pins.test_api import run_again, say

from allocation.audit.check_allocation import LISTED_OBJECTIVES
from allocation.runs.packs import objective_words
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}/comparison"


@pytest.fixture
async def compared(fair: Fair) -> Fair:
    """Three runs: as the rules have it, with c pinned, and with a kept out beside it."""
    await fair.open(allocation_policy="optimal_at_close", booth_target=2)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600), accepted("c", points=500))
    await fair.close()
    await fair.solve()
    await say(fair, "c", "pin", "booth", "A04")
    await run_again(fair)
    await say(fair, "a", "forbid", "place")
    await run_again(fair)
    return fair


def test_every_objective_has_a_name_in_both_languages():
    passes = [*LISTED_OBJECTIVES, "placed_points_769", "quota_floor_missed:province:02"]
    for name in passes:
        vi, en = objective_words(name, "2020")
        assert vi != en
        assert name not in (vi, en)
    assert objective_words("quota_floor_missed:province:02", "2020") == (
        "Thiếu gian so với chỉ tiêu tối thiểu của tỉnh Hà Giang",
        "Booths missed of the floor of the quota of Ha Giang province",
    )


async def ids(fair: Fair) -> list[str]:
    return [str(run.run_id) for run in await fair.runs()]


async def compare(fair: Fair, run_ids: list[str], expected: int = 200) -> Any:
    async with fair.harness.client(Role.COMMITTEE) as client:
        answer = await client.get(PATH, params={"run": run_ids})
    assert answer.status_code == expected, answer.text
    return answer.json()


async def test_three_runs_side_by_side_tell_objectives_shares_and_who_stands_elsewhere(compared: Fair):
    told = await compare(compared, await ids(compared))
    assert [(each["placed"], each["pins"], each["state"]) for each in told["runs"]] == [
        (2, 0, "superseded"),
        (2, 1, "superseded"),
        (2, 2, "completed"),
    ]
    values = {row["name"]: ([each["value"] for each in row["values"]], row["differs"]) for row in told["objectives"]}
    assert values["placed_points_600"] == ([1, 0, 1], True)
    assert values["wishes_zone_unmet"] == ([0, 0, 0], False)
    words = {row["name"]: (row["vi"], row["en"]) for row in told["objectives"]}
    assert words["placed_points_600"] == ("Hồ sơ có gian ở mức 600 điểm", "Applications placed that have 600 points")
    moved = {each["application_id"]: each["booth_codes"] for each in told["moves"]}
    assert moved[str(id_of("c"))] == [[], ["A04"], ["A04"]]
    assert [bool(codes) for codes in moved[str(id_of("a"))]] == [True, True, False]
    tables = {table["dimension"]: table["rows"] for table in told["shares"]}
    assert set(tables) == {"region", "stars", "newcomer", "vendor_type", "product_group", "province"}
    assert [each["placed"] for each in tables["stars"][0]["values"]] == [2, 2, 2]


async def test_the_page_behind_the_link_shows_the_same_without_script_and_only_these_runs(compared: Fair):
    both = (await ids(compared))[:2]
    page = (await compare(compared, both))["page"]
    async with compared.harness.client() as client:
        shown = await client.get(page)
        other = await client.get(page.replace(both[1], (await ids(compared))[2]))
        turned = await client.get(page.replace("token=", "token=x"))
    assert "Bốc thăm chỗ" not in shown.text  # a sum of numbers drawn tells nobody anything
    assert shown.status_code == 200
    assert "HTX c" in shown.text
    assert "A04" in shown.text
    assert "Hồ sơ có gian ở mức 600 điểm" in shown.text
    assert "Wishes for zones unmet" in shown.text
    assert not [code for code in LISTED_OBJECTIVES if code in shown.text]
    assert "<script" not in shown.text
    assert [each.status_code for each in (other, turned)] == [403, 403]
    assert "HTX c" not in other.text


async def test_one_run_six_or_one_twice_is_no_comparison_nor_is_a_run_without_result(compared: Fair):
    found = await ids(compared)
    for wrong in (found[:1], [found[0], found[0]], [*found, *found]):
        assert (await compare(compared, wrong, expected=422)) is not None
    async with compared.harness.client(Role.ORGANISER) as client:
        await client.post(f"/allocation/editions/{EDITION}/runs", json={})
    queued = (await ids(compared))[-1]
    assert (await compare(compared, [found[0], queued], expected=409))["code"] == "runs_not_comparable"
