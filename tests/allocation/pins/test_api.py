"""What the committee pins and forbids, over HTTP, and the next run that holds it."""

from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of

from common.contracts.registration import ApplicationWithdrawn
from common.tokens import Role

OPTIMAL: dict[str, Any] = {"allocation_policy": "optimal_at_close", "booth_target": 2}
PATH = f"/allocation/editions/{EDITION}"


@pytest.fixture
async def closed(fair: Fair) -> Fair:
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600), accepted("c", points=500))
    await fair.close()
    await fair.solve()
    return fair


async def say(fair: Fair, name: str, rule: str, target: str, code: str | None = None, expected: int = 201) -> Any:
    entry = {
        "application_id": str(id_of(name)),
        "rule": rule,
        "target": target,
        "code": code,
        "reason": "Lối đi cho xe lăn",
    }
    async with fair.harness.client(Role.COMMITTEE, subject="chairwoman") as client:
        answer = await client.post(f"{PATH}/pins", json=entry)
    assert answer.status_code == expected, answer.text
    return answer.json()


async def run_again(fair: Fair) -> dict[str, tuple[str, ...]]:
    async with fair.harness.client(Role.ORGANISER) as client:
        assert (await client.post(f"{PATH}/runs", json={})).status_code == 201
    run = await fair.solve()
    assert run.problems == ()
    assert run.result is not None
    names = {str(id_of(name)): name for name in "abc"}
    return {names[key]: codes for key, codes in run.result.placements.items()}


async def test_the_next_run_holds_a_pin_and_a_prohibition_and_one_after_they_are_taken_back_does_not(closed: Fair):
    before = await run_again(closed)
    pinned = await say(closed, "c", "pin", "booth", "A04")
    forbidden = await say(closed, "a", "forbid", "place")
    assert (await run_again(closed))["c"] == ("A04",)
    assert "a" not in await run_again(closed)
    async with closed.harness.client(Role.COMMITTEE, subject="another") as client:
        for each in (pinned, forbidden):
            taken = (await client.post(f"/allocation/pins/{each['pin_id']}/withdrawal")).json()
            assert (taken["made_by"], taken["withdrawn_by"]) == ("chairwoman", "another")
        assert [each["reason"] for each in (await client.get(f"{PATH}/pins")).json()] == ["Lối đi cho xe lăn"] * 2
    assert await run_again(closed) == before


@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("a", ("pin", "booth", "Z01"), "code"),
        ("a", ("pin", "zone", "A01"), "code"),
        ("a", ("pin", "booth", None), "code"),
        ("a", ("pin", "place", "A01"), "code"),
        ("x", ("pin", "place", None), "application_id"),
    ],
)
async def test_a_pin_on_what_is_not_there_is_refused_by_its_field(closed: Fair, name: str, said: Any, field: str):
    told = await say(closed, name, *said, expected=422)
    assert [each["field"] for each in told["errors"]] == [field]


async def test_two_words_that_contradict_each_other_are_refused_and_the_first_is_named(closed: Fair):
    first = await say(closed, "a", "pin", "booth", "A01")
    for name, said in (
        ("b", ("pin", "booth", "A01")),
        ("a", ("forbid", "zone", "A")),
        ("a", ("forbid", "place", None)),
        ("a", ("pin", "booth", "A01")),
        ("a", ("forbid", "booth", "A01")),
    ):
        told = await say(closed, name, *said, expected=409)
        assert (told["code"], told["details"]["pin"]) == ("pins_clash", first["pin_id"])


async def test_a_pin_of_who_has_withdrawn_binds_nobody_and_after_the_release_none_is_taken(closed: Fair):
    await say(closed, "a", "pin", "booth", "A01")
    await closed.harness.deliver(about(ApplicationWithdrawn, "a"))
    assert set(await run_again(closed)) == {"b", "c"}
    await closed.explain()
    async with closed.harness.client(Role.COMMITTEE) as client:
        run_id = (await closed.runs())[-1].run_id
        answer = await client.post(f"/allocation/runs/{run_id}/release", json=RELEASE)
        assert answer.status_code == 200, answer.text
    assert (await say(closed, "b", "forbid", "place", expected=409))["code"] == "edition_not_ready"


RELEASE = {
    "legal_document": {
        "type": "QĐ",
        "number": "112",
        "notation": "QĐ-VPĐP",
        "issued_on": "2020-05-29",
        "issuing_agency_code": "hn.vpdp",
        "title": "Phê duyệt phương án bố trí gian hàng",
    }
}
