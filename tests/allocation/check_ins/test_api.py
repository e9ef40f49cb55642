"""Check-ins over HTTP."""

from datetime import UTC, datetime

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, vendor_of

from allocation.offers import handlers as offers
from common.contracts.allocation import BoothCheckedIn, BoothNoShow
from common.contracts.registration import EditionStarted
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}"
MORNING = datetime(2020, 8, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
async def live(fair: Fair) -> Fair:
    """The first day: a has confirmed A02 and A03, the offer of A01 to b is open."""
    await fair.open()
    await fair.harness.deliver(accepted("a", booths_granted=2), accepted("b"))
    await fair.harness.run(offers.confirm_offer, (await fair.offer_of("a")).offer_id)
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


async def test_who_comes_late_is_there_after_all_and_not_the_other_way_round(live: Fair):
    assert (await see(live, "no-shows", "A02")).json()["state"] == "no_show"
    assert (await see(live, "check-ins", "A02")).json()["state"] == "checked_in"
    again = await see(live, "no-shows", "A02")
    assert (again.status_code, again.json()["code"]) == (409, "seen_before")
    assert len(await live.harness.emitted(BoothNoShow)) == 1


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
