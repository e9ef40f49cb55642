"""Editions that a restored database forgot are again what was told of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.harness import Harness
from tests.recalling import MakeRecalling, Recalling, outcomes
from tests.registration.conftest import OPEN, PAPER, World

from common.tokens import Role

REASON = {"reason_code": "covid_19", "legal_document": {**PAPER, "type": "TB", "number": "15", "notation": "TB-BCĐ"}}
NEW = {"new": {"from": "2020-10-09", "to": "2020-10-12"}, **REASON}


@pytest.fixture
async def planned(registration: Harness) -> World:
    world = World(registration)
    for code in ("hn.ubnd", "hn.snn", "hn.vpdp"):
        await world.add_agency(code)
    return world


async def edition_of(world: World) -> dict[str, Any]:
    """Return an edition with the acts that are told, but for the reason of a reopening, which is not, and when it was planned."""
    found = await world.ok("GET", f"/editions/{world.edition_id}", Role.ORGANISER)
    untold = {"publish", "make_ready"}
    acts = [(one["act"], one["legal_document"], one["done_at"]) for one in found["acts"] if one["act"] not in untold]
    dates = [(one["version"], one["planned"], one["reason_code"]) for one in found["schedule"]]
    return {**found, "acts": acts, "schedule": dates}


async def do(world: World, *acts: tuple[str, dict[str, Any] | None]) -> None:
    for name, body in acts:
        answer = await world.act(name, body)
        assert answer.is_success, (name, answer.text)


async def test_an_edition_planned_and_announced_after_the_backup_is_there_again(
    planned: World, recalling: MakeRecalling
) -> None:
    back = recalling(planned.harness)
    await back.back_up()
    planned.edition_id = (await planned.plan(theme_province_codes=["02", "25"])).json()["edition_id"]
    planned.harness.clock.set(OPEN)
    await do(planned, ("approval", {"legal_document": PAPER}), ("opening", None))
    before = await edition_of(planned)
    await back.go_back()
    assert outcomes(await back.settle()) == [("edition_announced", "reapplied"), ("registration_opened", "reapplied")]
    assert await edition_of(planned) == before


async def test_every_act_that_is_told_is_folded_back(fair: World, recalling: MakeRecalling) -> None:
    back: Recalling = recalling(fair.harness)
    await back.back_up()
    await do(
        fair,
        ("capacity", {"booth_target": 120, **REASON}),
        ("closing", None),
        ("suspension", REASON),
        ("rescheduling", NEW),
        ("publication", None),
        ("readiness", None),
    )
    fair.harness.clock.set(datetime(2020, 10, 9, 1, tzinfo=UTC))
    await do(fair, ("start", None))
    fair.harness.clock.set(datetime(2020, 10, 12, 15, tzinfo=UTC))
    await do(fair, ("end", None))
    before = await edition_of(fair)
    await back.go_back()
    assert {how for _, how in outcomes(await back.settle())} == {"reapplied"}
    assert await edition_of(fair) == before


async def test_a_cancellation_is_folded_back_and_a_reopening_asks_for_its_end(
    fair: World, recalling: MakeRecalling
) -> None:
    back = recalling(fair.harness)
    await do(fair, ("closing", None))
    await back.back_up()
    await do(fair, ("reopening", {"reason_code": "too_few_vendors"}))
    before = await edition_of(fair)
    await back.go_back()
    assert outcomes(await back.settle()) == [("registration_opened", "by_hand")]
    assert await edition_of(fair) == before
    await back.back_up()
    await do(fair, ("cancellation", REASON))
    before = await edition_of(fair)
    await back.go_back()
    assert outcomes(await back.settle()) == [("edition_cancelled", "reapplied")]
    assert await edition_of(fair) == before
