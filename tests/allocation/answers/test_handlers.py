"""Answers, deadlines and the races between them, on PostgreSQL."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, street, vendor_of

from allocation.answers import handlers
from allocation.answers.handlers import Answerer
from allocation.offers.domain import NotYourOfferError, OfferClosedError, OfferExpiredError
from allocation.places.domain import Outcome
from common.contracts.allocation import (
    ApplicationWaitlisted,
    BoothConfirmed,
    BoothDeclined,
    BoothOffered,
    BoothOfferExpired,
)
from common.contracts.registration import EditionSuspended
from common.delivery.unit_of_work import UnitOfWork
from common.errors import NotFoundError

LIMIT = 200
STUCK_SECONDS = 10  # an answer that waits for another one waits for ever here


async def test_a_confirmed_offer_is_told_once_however_often_it_is_clicked(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    for _ in range(3):
        await fair.harness.run(handlers.confirm_offer, offer.offer_id, Answerer(vendor_of("a")))
    assert [event.booth_codes for event in await fair.harness.emitted(BoothConfirmed)] == [("A02",)]
    assert (await fair.place("a")).outcome is Outcome.CONFIRMED


async def test_a_declined_place_goes_to_the_next_in_line_in_the_same_moment(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    offer = await fair.offer_of("a")
    await fair.harness.run(handlers.decline_offer, offer.offer_id)
    assert (await fair.told())[-2:] == [("BoothDeclined", "a"), ("BoothOffered", "b")]
    assert (await fair.offer_of("b")).reasons[0].code == "next_in_line"
    assert await fair.violations() == []


async def test_an_answer_after_the_deadline_is_refused_and_nobody_is_told(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    before = await fair.told()
    with fair.harness.at(offer.reply_by_at + timedelta(seconds=1)), pytest.raises(OfferExpiredError):
        await fair.harness.run(handlers.confirm_offer, offer.offer_id)
    assert await fair.told() == before


async def test_an_offer_without_an_answer_expires_and_moves_the_list_up(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    offer = await fair.offer_of("a")
    with fair.harness.at(offer.reply_by_at - timedelta(seconds=1)):
        assert await fair.harness.run(handlers.expire_due_offers, LIMIT) == 0
    with fair.harness.at(offer.reply_by_at):
        assert await fair.harness.run(handlers.find_next_deadline) == offer.reply_by_at
        assert await fair.harness.run(handlers.expire_due_offers, LIMIT) == 1
        assert await fair.harness.run(handlers.expire_due_offers, LIMIT) == 0
    assert (await fair.told())[-2:] == [("BoothOfferExpired", "a"), ("BoothOffered", "b")]
    assert await fair.violations() == []


async def test_a_second_answer_that_differs_is_refused(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    await fair.harness.run(handlers.decline_offer, offer.offer_id)
    with pytest.raises(OfferClosedError):
        await fair.harness.run(handlers.confirm_offer, offer.offer_id)


async def test_another_vendors_offer_cannot_be_answered(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    for stranger in (vendor_of("b"), None):
        with pytest.raises(NotYourOfferError):
            await fair.harness.run(handlers.confirm_offer, offer.offer_id, Answerer(stranger))


async def test_an_offer_that_does_not_exist_is_not_found(fair: Fair):
    with pytest.raises(NotFoundError):
        await fair.harness.run(handlers.confirm_offer, uuid4())


async def test_two_answers_at_once_have_one_effect(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    answers = [handlers.confirm_offer, handlers.decline_offer] * 4
    results = await asyncio.gather(
        *(fair.harness.run(answer, offer.offer_id) for answer in answers), return_exceptions=True
    )
    assert {type(result) for result in results if isinstance(result, BaseException)} == {OfferClosedError}
    assert len(await fair.harness.emitted(BoothConfirmed, BoothDeclined)) == 1
    assert await fair.violations() == []


async def test_a_holder_answers_while_another_answer_is_still_being_stored(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"), accepted("b"))
    first, second = await fair.offer_of("a"), await fair.offer_of("b")
    async with fair.harness.unit_of_work() as uow, asyncio.timeout(STUCK_SECONDS):
        await handlers.confirm_offer(uow, first.offer_id)
        await fair.harness.run(handlers.confirm_offer, second.offer_id)
    assert len(await fair.harness.emitted(BoothConfirmed)) == 2


async def test_a_place_that_is_given_up_waits_for_answers_that_are_being_stored(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"), accepted("b"))
    first, second = await fair.offer_of("a"), await fair.offer_of("b")
    async with fair.harness.unit_of_work() as uow:
        await handlers.confirm_offer(uow, first.offer_id)
        declining = asyncio.create_task(fair.harness.run(handlers.decline_offer, second.offer_id))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(declining), 0.2)
    await declining
    assert (await fair.told())[-2:] == [("BoothConfirmed", "a"), ("BoothDeclined", "b")]


async def test_places_declined_at_once_never_go_to_one_application_twice(fair: Fair):
    await fair.open(street(6), booth_target=6)
    await fair.harness.deliver(*(accepted(name) for name in "abcdefghijkl"))
    offers = [await fair.offer_of(name) for name in "abcdef"]
    await asyncio.gather(*(fair.harness.run(handlers.decline_offer, offer.offer_id) for offer in offers))
    made = await fair.harness.emitted(BoothOffered)
    assert sorted(str(event.application_id) for event in made) == sorted(str(id_of(name)) for name in "abcdefghijkl")
    assert await fair.violations() == []


async def test_the_timer_and_an_answer_at_the_deadline_agree(fair: Fair):
    await fair.open(street(5), booth_target=5)
    await fair.harness.deliver(*(accepted(name) for name in "abcde"))
    offers = [await fair.offer_of(name) for name in "abcde"]
    with fair.harness.at(offers[0].reply_by_at):
        await asyncio.gather(
            *(fair.harness.run(handlers.confirm_offer, offer.offer_id) for offer in offers),
            fair.harness.run(handlers.expire_due_offers, LIMIT),
            return_exceptions=True,
        )
    assert len(await fair.harness.emitted(BoothConfirmed, BoothOfferExpired)) == 5
    assert await fair.violations() == []


async def test_nothing_expires_and_nothing_is_due_while_the_edition_is_suspended(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"), about(EditionSuspended))
    offer = await fair.offer_of("a")
    with fair.harness.at(offer.reply_by_at + timedelta(days=30)):
        assert await fair.harness.run(handlers.find_next_deadline) is None
        assert await fair.harness.run(handlers.expire_due_offers, LIMIT) == 0
        await fair.harness.run(handlers.confirm_offer, offer.offer_id)
    assert await fair.violations() == []


async def test_no_place_is_offered_in_the_last_three_days(fair: Fair):
    await fair.open(booth_target=1)
    with fair.harness.at(fair.harness.clock.now().replace(month=8, day=17)):
        await fair.harness.deliver(accepted("a"))
        offer = await fair.offer_of("a")
    with fair.harness.at(fair.harness.clock.now().replace(month=8, day=18)):
        await fair.harness.deliver(accepted("b"))
        await fair.harness.run(handlers.decline_offer, offer.offer_id)
    waiting = await fair.harness.emitted(ApplicationWaitlisted)
    assert [event.reasons[0].code for event in waiting] == ["too_late"]
    assert (await fair.told())[-1] == ("BoothDeclined", "a")


async def test_a_broken_unit_of_work_leaves_offer_and_place_as_they_were(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")

    async def answer_and_break(uow: UnitOfWork) -> None:
        await handlers.confirm_offer(uow, offer.offer_id)
        raise RuntimeError(EDITION)

    with pytest.raises(RuntimeError):
        await fair.harness.run(answer_and_break)
    assert (await fair.place("a")).outcome is Outcome.OFFERED
    assert await fair.harness.emitted(BoothConfirmed) == []
