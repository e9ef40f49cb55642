"""Check-ins over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, vendor_of

from allocation.answers import handlers as answers
from allocation.check_ins import handlers
from common.contracts.allocation import BoothCheckedIn, BoothNoShow, BoothOffered, BoothReleased
from common.contracts.registration import EditionStarted
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}"
STUCK_SECONDS = 10  # a check-in that waits for another one waits for ever here
MORNING = datetime(2020, 8, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
async def live(fair: Fair) -> Fair:
    """The first day: a has confirmed A02 and A03, the offer of A01 to b is open."""
    await fair.open()
    await fair.harness.deliver(accepted("a", booths_granted=2), accepted("b"))
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of("a")).offer_id)
    fair.harness.clock.set(MORNING)
    await fair.harness.deliver(about(EditionStarted))
    return fair


async def see(fair: Fair, what: str, booth_code: str, on: str = "2020-08-20"):
    async with fair.harness.client(Role.INSPECTOR) as client:
        return await client.post(f"{PATH}/{what}", json={"booth_code": booth_code, "on": on})


async def test_a_holder_seen_at_one_booth_is_there_with_all_and_told_once_a_day(live: Fair):
    answers = [await see(live, "check-ins", code) for code in ("A02", "A03", "A02")]
    assert {answer.status_code for answer in answers} == {201}
    assert answers[0].json()["state"] == "checked_in"
    told = await live.harness.emitted(BoothCheckedIn)
    assert [(event.vendor_id, event.booth_codes) for event in told] == [(vendor_of("a"), ("A02", "A03"))]
    assert await live.violations() == []


async def test_inspectors_who_see_one_holder_at_once_tell_it_once(live: Fair):
    async with live.harness.unit_of_work() as uow:
        await handlers.note_seen(uow, EDITION, "A02", MORNING.date(), present=True)
        second = asyncio.create_task(see(live, "check-ins", "A03"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(second), 0.2)
    assert (await second).status_code == 201
    assert len(await live.harness.emitted(BoothCheckedIn)) == 1


async def test_a_holder_is_seen_while_another_is_still_being_noted(live: Fair):
    offer = await live.offer_of("b")
    with live.harness.at(offer.reply_by_at):
        await live.harness.run(answers.confirm_offer, offer.offer_id)
    today = MORNING.date()
    async with live.harness.unit_of_work() as uow, asyncio.timeout(STUCK_SECONDS):
        await handlers.note_seen(uow, EDITION, "A01", today, present=True)
        assert (await see(live, "check-ins", "A02")).status_code == 201
    assert len(await live.harness.emitted(BoothCheckedIn)) == 2


async def test_who_comes_late_is_there_after_all_and_not_the_other_way_round(live: Fair):
    assert (await see(live, "no-shows", "A02")).json()["state"] == "no_show"
    assert (await see(live, "check-ins", "A02")).json()["state"] == "checked_in"
    again = await see(live, "no-shows", "A02")
    assert (again.status_code, again.json()["code"]) == (409, "seen_before")
    assert len(await live.harness.emitted(BoothNoShow)) == 1


async def walk(fair: Fair, *seen: tuple[str, bool], on: str = "2020-08-20") -> Any:
    looks = [{"booth_code": code, "present": present} for code, present in seen]
    async with fair.harness.client(Role.INSPECTOR) as client:
        return await client.post(f"{PATH}/rounds", json={"on": on, "seen": looks})


async def test_a_walk_along_the_street_is_noted_at_once_and_what_is_wrong_with_one_booth_keeps_no_other_back(
    live: Fair,
):
    offer = await live.offer_of("b")
    first = (await walk(live, ("A02", False), ("A01", True), ("Z99", True))).json()
    assert [(view["vendor_id"], view["state"]) for view in first["noted"]] == [(str(vendor_of("a")), "no_show")]
    assert [(booth["booth_code"], booth["code"]) for booth in first["refused"]] == [
        ("A01", "booth_without_holder"),
        ("Z99", "booth_without_holder"),
    ]
    assert "A01" in first["refused"][0]["detail"]
    assert "A01" in first["refused"][0]["detail_en"]
    with live.harness.at(offer.reply_by_at):
        await live.harness.run(answers.confirm_offer, offer.offer_id)
    again = (await walk(live, ("A02", True), ("A03", True), ("A01", True), ("A02", False))).json()
    assert [view["state"] for view in again["noted"]] == ["checked_in"] * 3
    assert [(booth["booth_code"], booth["code"]) for booth in again["refused"]] == [("A02", "seen_before")]
    assert len(await live.harness.emitted(BoothNoShow)) == 1
    assert [event.vendor_id for event in await live.harness.emitted(BoothCheckedIn)] == [vendor_of("a"), vendor_of("b")]
    assert await live.violations() == []


async def test_who_is_missing_and_comes_during_a_walk_is_told_as_both(live: Fair):
    told = (await walk(live, ("A02", False), ("A03", True))).json()
    assert [view["state"] for view in told["noted"]] == ["no_show", "checked_in"]
    assert len(await live.harness.emitted(BoothNoShow)) == len(await live.harness.emitted(BoothCheckedIn)) == 1
    assert (await see(live, "no-shows", "A02")).json()["code"] == "seen_before"


async def test_a_walk_sent_again_with_more_tells_only_what_is_new(live: Fair):
    for _ in range(2):
        assert (await walk(live, ("A02", True))).status_code == 201
    assert len(await live.harness.emitted(BoothCheckedIn)) == 1


@pytest.mark.parametrize(
    ("seen", "on", "code", "field"),
    [
        ([("A02", True)], "2020-08-19", "not_a_fair_day", "on"),
        ([], "2020-08-20", "invalid_input", "seen"),
        ([("A02", True)] * 501, "2020-08-20", "invalid_input", "seen"),
    ],
)
async def test_a_walk_that_cannot_be_is_refused_whole(live: Fair, seen: Any, on: str, code: str, field: str):
    answer = await walk(live, *seen, on=on)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == field
    assert await live.harness.emitted(BoothCheckedIn) == []


async def test_walks_take_hold_of_holders_in_one_order_so_that_none_waits_for_another_that_waits_for_it(live: Fair):
    offer = await live.offer_of("b")
    with live.harness.at(offer.reply_by_at):
        await live.harness.run(answers.confirm_offer, offer.offer_id)
    first, second = sorted([(id_of("a"), "A02"), (id_of("b"), "A01")])
    async with asyncio.timeout(STUCK_SECONDS), live.harness.unit_of_work() as uow:
        await handlers.note_seen(uow, EDITION, first[1], MORNING.date(), present=True)
        walks = [asyncio.create_task(walk(live, *way)) for way in permutations([("A01", True), ("A02", True)])]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.gather(*walks)), 0.2)
        assert (await see(live, "check-ins", second[1])).status_code == 201
    assert [(await done).status_code for done in walks] == [201, 201]
    assert len(await live.harness.emitted(BoothCheckedIn)) == 2


@pytest.mark.parametrize(
    ("booth_code", "on", "status", "code", "field"),
    [
        ("A01", "2020-08-20", 409, "booth_without_holder", "booth_code"),
        ("Z99", "2020-08-20", 409, "booth_without_holder", "booth_code"),
        ("A02", "2020-08-19", 422, "not_a_fair_day", "on"),
        ("A02", "2020-08-21", 422, "not_a_fair_day", "on"),
    ],
)
async def test_what_cannot_be_seen_is_refused(live: Fair, booth_code: str, on: str, status: int, code: str, field: str):
    answer = await see(live, "check-ins", booth_code, on)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["field"] == field


async def test_nobody_is_seen_before_the_fair_is_on(fair: Fair):
    await fair.open()
    answer = await see(fair, "check-ins", "A01")
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_not_ready")


async def give_again(fair: Fair, booth_code: str, expected: int = 201) -> Any:
    async with fair.harness.client(Role.INSPECTOR) as client:
        answer = await client.post(f"{PATH}/re-offers", json={"booth_code": booth_code})
    assert answer.status_code == expected, answer.text
    return answer.json()


@pytest.fixture
async def missed(live: Fair) -> Fair:
    """The first day: the holder of A02 and A03 did not come; c, d and e wait, c wants two."""
    await live.harness.deliver(accepted("f"), accepted("c", booths_granted=2), accepted("d"), accepted("e"))
    await see(live, "no-shows", "A02")
    return live


async def test_a_no_shows_booths_go_to_the_line_after_the_grace_with_hours_to_answer(missed: Fair):
    assert (await give_again(missed, "A02", expected=409))["code"] == "grace_not_over"
    missed.harness.clock.set(MORNING + timedelta(hours=2))
    told = await give_again(missed, "A02")
    assert (told["booth_codes"], told["offers_made"]) == (["A02", "A03"], 2)
    (released,) = await missed.harness.emitted(BoothReleased)
    assert (released.vendor_id, released.reason_code) == (vendor_of("a"), "no_show")
    made = await missed.harness.emitted(BoothOffered)
    assert {(event.reply_by_at, event.reasons[0].code) for event in made[2:]} == {
        (MORNING + timedelta(hours=4), "no_show")
    }
    assert (await give_again(missed, "A02", expected=409))["code"] == "booth_without_holder"
    assert await missed.violations() == []


async def test_who_does_not_answer_within_the_hours_is_followed_by_the_next(missed: Fair):
    missed.harness.clock.set(MORNING + timedelta(hours=2))
    await give_again(missed, "A02")
    before = len(await missed.harness.emitted(BoothOffered))
    missed.harness.clock.set(MORNING + timedelta(hours=4))
    await missed.harness.run(answers.expire_due_offers, 200)
    assert len(await missed.harness.emitted(BoothOffered)) > before
    assert await missed.violations() == []


async def test_a_holder_that_came_or_was_not_looked_for_keeps_its_booths(live: Fair):
    assert (await give_again(live, "A02", expected=409))["code"] == "not_a_no_show"
    await see(live, "no-shows", "A02")
    await see(live, "check-ins", "A02")
    live.harness.clock.set(MORNING + timedelta(hours=5))
    assert (await give_again(live, "A02", expected=409))["code"] == "not_a_no_show"
