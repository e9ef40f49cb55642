"""An edition rests after a restore until its inputs are known again; what they change beyond what was told is done then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, street
from tests.allocation.forgetting import Backup, read_street
from tests.allocation.lapses.test_handlers import lapsed

from allocation.answers import handlers as answers
from allocation.answers.pages import PURPOSE
from allocation.editions.domain import EditionBehindError
from allocation.open_work import count_open
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.resumptions import handlers
from allocation.swaps import handlers as swaps
from common import links
from common.contracts.allocation import ApplicationWaitlisted, BoothOffered, BoothReleased
from common.contracts.registration import (
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    RegistrationClosed,
)
from common.tokens import Role

LIMIT = 200
POINTS = {"a": 700, "b": 600, "c": 500, "d": 400}


@pytest.fixture
def backup(fair: Fair, service_database: Callable[[str], tuple[str, str]]) -> Backup:
    return Backup(fair, service_database("allocation")[1])


@pytest.fixture
async def resting(fair: Fair, backup: Backup) -> Backup:
    """Four booths given to a, b, c, d, who have confirmed but for a; e and f wait; the backup knows of none of them."""
    await fair.open()
    await backup.take()
    await fair.harness.deliver(*(accepted(name) for name in "abcdef"))
    for name in "bcd":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    await backup.restore()
    await backup.settle()
    return backup


async def news(fair: Fair, backup: Backup, *events: Any) -> list[tuple[str, str]]:
    """Let registration tell more, which the first life never took in; return what is told of it after the catching up."""
    before = len(await fair.told())
    records = [fair.harness.record(event) for event in events]
    fair.harness.delivered += records
    await backup.catch_up()
    assert await fair.violations() == []
    return (await fair.told())[before:]


async def list_line(fair: Fair) -> list[Place]:
    async with fair.harness.unit_of_work() as uow:
        return await known_places.list_places(uow.session, EDITION, {Outcome.WAITLISTED})


async def test_nothing_is_given_or_ended_while_it_rests(fair: Fair, resting: Backup):
    told = await fair.told()
    offer = await fair.offer_of("a")
    fair.harness.clock.set(offer.reply_by_at + timedelta(minutes=1))
    assert await fair.harness.run(answers.expire_due_offers, LIMIT) == 0
    assert await fair.harness.run(answers.find_next_deadline) is None
    assert await fair.told() == told
    assert await news(fair, resting) == []
    assert await fair.harness.run(answers.expire_due_offers, LIMIT) == 1
    assert (await fair.told())[len(told) :] == [("BoothOfferExpired", "a"), ("BoothOffered", "e")]


async def test_a_holder_may_answer_while_it_rests_and_the_booth_goes_to_the_line_afterwards(
    fair: Fair, resting: Backup
):
    told = await fair.told()
    await fair.harness.run(answers.decline_offer, (await fair.offer_of("a")).offer_id)
    assert (await fair.told())[len(told) :] == [("BoothDeclined", "a")]
    assert await news(fair, resting) == [("BoothOffered", "e")]


async def test_what_would_move_places_is_refused_while_it_rests(fair: Fair, resting: Backup):
    with pytest.raises(EditionBehindError):
        await fair.publish(street(5))
    with pytest.raises(EditionBehindError):
        await fair.harness.run(swaps.propose_swap, EDITION, "A01", "A03")
    async with fair.harness.client(Role.ORGANISER) as client:
        answer = await client.post(f"/allocation/editions/{EDITION}/runs", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_behind")
    await resting.catch_up()
    await fair.publish(street(5))


async def test_the_page_behind_a_link_says_to_come_again_until_the_application_is_known(fair: Fair, resting: Backup):
    offer_id = (await fair.offer_of("a")).offer_id
    page = f"/allocation/offers/{offer_id}/answer?token={links.sign('a-key-for-tests', PURPOSE, str(offer_id))}"
    async with fair.harness.client() as client:
        assert (await client.get(page)).status_code == 404
        await resting.catch_up()
        assert (await client.get(page)).status_code == 200


async def test_who_left_since_gives_its_booth_to_the_line(fair: Fair, resting: Backup):
    left = about(ApplicationWithdrawn, "b"), about(ApplicationWithdrawn, "e"), about(ApplicationRevoked, "c")
    told = await news(fair, resting, *left)
    assert sorted(told) == [("BoothOffered", "f"), ("BoothReleased", "b"), ("BoothReleased", "c")]
    reasons = {event.reason_code for event in await fair.harness.emitted(BoothReleased)}
    assert reasons == {"application_withdrawn", "application_revoked"}


async def test_who_was_accepted_since_is_lined_up(fair: Fair, resting: Backup):
    assert await news(fair, resting, accepted("g")) == [("ApplicationWaitlisted", "g")]


async def test_fewer_booths_since_take_the_last_holders_places(fair: Fair, resting: Backup):
    told = await news(fair, resting, about(EditionCapacityChanged, booth_target=3, zones=[]))
    assert told == [("BoothReleased", "d"), ("ApplicationWaitlisted", "d")]


async def test_new_dates_since_are_asked_for_once(fair: Fair, resting: Backup):
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(hours=1))
    told = await news(fair, resting, about(EditionRescheduled, new={"from": "2020-09-09", "to": "2020-09-12"}))
    assert sorted(told) == sorted([("BoothReleased", "a"), *(("BoothOffered", name) for name in "abcd")])
    assert {(await fair.place(name)).outcome for name in "abcd"} == {Outcome.OFFERED}


async def test_an_end_since_closes_who_waits(fair: Fair, resting: Backup):
    told = await news(fair, resting, about(EditionStarted), about(EditionEnded))
    assert told == [("BoothReleased", "a"), ("ApplicationClosedUnplaced", "e"), ("ApplicationClosedUnplaced", "f")]


async def test_a_cancellation_since_takes_every_place_back(fair: Fair, resting: Backup):
    told = await news(fair, resting, about(EditionCancelled))
    assert sorted(told) == sorted(
        [*(("BoothReleased", name) for name in "abcd"), *(("ApplicationClosedUnplaced", name) for name in "ef")]
    )


async def test_points_lost_since_put_who_waits_behind_its_equals(fair: Fair, backup: Backup):
    await fair.open(allocation_policy="optimal_at_close")
    await fair.harness.deliver(*(accepted(name, points=900 - 100 * at) for at, name in enumerate("abcdefg")))
    await fair.release()
    await backup.take()
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of("a")).offer_id)
    await backup.restore()
    await backup.settle()
    assert await news(fair, backup, lapsed("e", 100)) == [("ApplicationWaitlisted", "e")]
    line = [each.application_id for each in await list_line(fair)]
    assert line == [id_of(name) for name in "fge"]


async def test_an_application_that_registration_does_not_have_loses_what_it_has(fair: Fair, resting: Backup):
    """Whatever became of it there: a holder that its owner does not know would hold its booth for ever."""
    await fair.harness.service.consumer.consume(fair.harness.delivered[resting.delivered :][:3])
    before = len(await fair.told())
    await fair.harness.run(handlers.resume, EDITION)
    told = (await fair.told())[before:]
    assert told == [("BoothReleased", "d"), *(("ApplicationClosedUnplaced", name) for name in "ef")]


async def test_of_a_swap_that_was_half_told_nobody_holds_the_others_booth(fair: Fair, backup: Backup):
    """The second move never reached the topic: the first is known outside and stands."""
    await fair.open()
    await fair.harness.deliver(accepted("a"), accepted("b"))
    for name in "ab":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    own, other = [(await fair.place(name)).booth_codes[0] for name in "ab"]
    await backup.take()
    proposed = await fair.harness.run(swaps.propose_swap, EDITION, own, other)
    for side in (proposed.one, proposed.other):
        await fair.harness.run(swaps.consent, proposed.swap_id, side.application_id)
    await backup.forget_told(beyond=1)
    told = len(await fair.told())
    await backup.go_back()
    assert (await fair.told())[told:] == [("BoothReleased", "b"), ("BoothOffered", "b")]
    assert (await fair.place("a")).booth_codes == (other,)
    assert (await fair.place("b")).booth_codes != (other,)


async def test_an_edition_goes_on_once(fair: Fair, resting: Backup):
    await resting.catch_up()
    told = await fair.told()
    await fair.harness.run(handlers.resume, EDITION)
    assert await fair.told() == told
    assert await fair.harness.run(count_open) == 0


async def test_a_closing_since_frees_what_was_kept_and_a_run_is_started_where_one_is_wanted(fair: Fair, backup: Backup):
    await fair.open(allocation_policy="optimal_at_close")
    await backup.take()
    await fair.publish(street(5))
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await backup.restore()
    await backup.settle()
    assert await news(fair, backup, about(RegistrationClosed)) == []
    run = await fair.solve()
    assert len(run.input.booths) == 5
    assert await fair.harness.emitted(BoothOffered) == []


async def begin_anew(fair: Fair, backup: Backup) -> None:
    """Give three booths by points, as an edition whose backup knows neither run nor applicants."""
    await fair.open(street(3), booth_target=3, allocation_policy="optimal_at_close")
    await backup.take()
    await fair.harness.deliver(*(accepted(name, points=points) for name, points in POINTS.items()))
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(hours=1))
    await fair.release()
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(hours=1))


async def cut(fair: Fair) -> tuple[Any, ...]:
    """Let there be two booths; return who had to leave, where it waits, and why."""
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=2, zones=[]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    return waiting.application_id, waiting.position, waiting.reasons[0].code


@pytest.mark.parametrize("is_known_before", [True, False], ids=["lapsed before the restore", "lapsed after it"])
async def test_whose_points_fell_since_a_run_that_was_folded_back_stands_by_them(
    fair: Fair, backup: Backup, *, is_known_before: bool
):
    await begin_anew(fair, backup)
    if is_known_before:
        await fair.harness.deliver(lapsed("a", 200))
    await backup.go_back()
    if not is_known_before:
        await fair.harness.deliver(lapsed("a", 200))
    assert await cut(fair) == (id_of("a"), 2, "certificate_lapsed")
    assert await fair.violations() == []


async def test_whose_points_a_folded_back_run_was_made_by_waits_in_front(fair: Fair, backup: Backup):
    await begin_anew(fair, backup)
    await backup.go_back()
    assert await cut(fair) == (id_of("c"), 1, "capacity_changed")


async def test_a_lapse_that_the_run_took_account_of_changes_nothing(fair: Fair, backup: Backup):
    await fair.open(street(3), booth_target=3, allocation_policy="optimal_at_close")
    await backup.take()
    await fair.harness.deliver(*(accepted(name, points=points) for name, points in POINTS.items()), lapsed("a", 650))
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(hours=1))
    await fair.release()
    before = await read_street(fair)
    await backup.go_back()
    assert await read_street(fair) == before
    assert await cut(fair) == (id_of("c"), 1, "capacity_changed")
