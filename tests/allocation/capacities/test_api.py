"""Another number of booths: previewed, then done just so, everybody told once."""

from collections import Counter
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, street

from allocation.places.domain import Outcome
from common.contracts.allocation import (
    ApplicationWaitlisted,
    BoothMoved,
    BoothOffered,
    BoothReleased,
)
from common.contracts.base import Event
from common.contracts.registration import EditionCancelled, EditionCapacityChanged, EditionSuspended
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}/capacity-preview"


async def preview(fair: Fair, target: int, zones: dict[str, int] | None = None) -> dict[str, Any]:
    rooms = [{"zone_code": code, "capacity": room} for code, room in (zones or {}).items()]
    async with fair.harness.client(Role.COMMITTEE) as client:
        answer = await client.post(PATH, json={"booth_target": target, "zones": rooms})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def change(fair: Fair, target: int, zones: dict[str, int] | None = None) -> list[Event]:
    """Change the capacity and return what is told of it."""
    before = len(await fair.harness.emitted())
    rooms = [{"zone_code": code, "capacity": room} for code, room in (zones or {}).items()]
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=target, zones=rooms))
    return (await fair.harness.emitted())[before:]


def names_of(moves: list[dict[str, Any]]) -> list[str]:
    return [move["trade_name"].removeprefix("HTX ") for move in moves]


def told_to(events: list[Event]) -> Counter[tuple[str, str]]:
    """Count whom each event tells; a release by a cut is told with the place on the waiting list."""
    kinds = (ApplicationWaitlisted, BoothMoved, BoothOffered)
    return Counter((type(each).__name__, str(each.application_id)) for each in events if isinstance(each, kinds))


async def test_a_cut_and_its_undoing_are_previewed_as_they_are_done(fair: Fair):
    await fair.open()
    await fair.harness.deliver(*(accepted(name) for name in "abcde"))
    before = await fair.told()
    seen = await preview(fair, 2)
    assert await fair.told() == before
    assert (await fair.place("d")).outcome is Outcome.OFFERED
    assert (names_of(seen["lost"]), seen["moves"], seen["joined"]) == (["c", "d"], [], [])
    assert (seen["booths_held"], seen["booths_held_then"], seen["told"]) == (4, 2, 2)
    told = await change(fair, 2)
    assert told_to(told) == Counter(("ApplicationWaitlisted", move["application_id"]) for move in seen["lost"])
    more = await preview(fair, 4)
    assert [(names_of([each]), each["new_booth_codes"]) for each in more["joined"]] == [
        (names_of([each]), each["old_booth_codes"]) for each in seen["lost"]
    ]
    told = await change(fair, 4)
    assert told_to(told) == Counter(("BoothOffered", move["application_id"]) for move in more["joined"])


async def test_who_loses_a_booth_of_a_full_zone_moves_to_another_and_is_told_once(fair: Fair):
    await fair.open([*street(2, "A"), *street(2, "B")])
    await fair.harness.deliver(*(accepted(name, zones=["A"]) for name in "ab"), accepted("c", zones=["B"]))
    seen = await preview(fair, 3, {"A": 1})
    assert (names_of(seen["moves"]), seen["lost"], seen["told"]) == (["b"], [], 1)
    told = await change(fair, 3, {"A": 1})
    assert told_to(told) == Counter({("BoothMoved", str(id_of("b"))): 1})
    (moved,) = [each for each in told if isinstance(each, BoothMoved)]
    assert moved.reason_code == "capacity_changed"
    assert list(moved.new_booth_codes) == seen["moves"][0]["new_booth_codes"]
    assert not [each for each in told if isinstance(each, BoothReleased)]
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_while_places_are_frozen_a_cut_moves_nobody_elsewhere(fair: Fair):
    await fair.open([*street(2, "A"), *street(2, "B")])
    await fair.harness.deliver(*(accepted(name, zones=["A"]) for name in "ab"), about(EditionSuspended))
    assert names_of((await preview(fair, 3, {"A": 1}))["lost"]) == ["b"]


async def test_before_its_release_a_cut_starts_the_run_anew(fair: Fair):
    await fair.open(allocation_policy="optimal_at_close")
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    seen = await preview(fair, 2)
    assert (seen["starts_run"], seen["told"]) == (True, 0)


@pytest.mark.parametrize(("role", "status"), [(Role.VENDOR, 403), (Role.PROVINCE, 403), (Role.INSPECTOR, 403)])
async def test_others_see_no_preview(fair: Fair, role: Role, status: int):
    await fair.open()
    async with fair.harness.client(role) as client:
        assert (await client.post(PATH, json={"booth_target": 2})).status_code == status


async def test_an_edition_that_is_over_has_no_preview(fair: Fair):
    await fair.open()
    await fair.harness.deliver(about(EditionCancelled))
    async with fair.harness.client(Role.ORGANISER) as client:
        answer = await client.post(PATH, json={"booth_target": 2})
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_not_ready")
