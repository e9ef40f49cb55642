import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.factories import OFFER_ID, VENDOR_ID, sample
from tests.notifications.conftest import STALL, Office

from common.contracts.allocation import BoothOffered
from common.contracts.notifications import NoticeDelivered
from common.contracts.registration import ContactRecorded, EditionAnnounced
from common.links import verify
from notifications import sending
from notifications.claims import handlers as claims
from notifications.deliveries.tables import DeliveryRow
from notifications.sending import Post, heed_cancellation


async def wait_until_done(office: Office) -> None:
    async with asyncio.timeout(30):
        while await office.service.run(claims.count_open):
            await asyncio.sleep(0.02)


@asynccontextmanager
async def at_work(office: Office, pause: float = 3600, senders: int = 1) -> AsyncGenerator[None]:
    """Have senders at work, which rest by now."""
    tasks = [asyncio.create_task(office.post.work(office.service.service, pause=pause)) for _ in range(senders)]
    async with asyncio.timeout(30):
        while office.post.resting < senders:
            await asyncio.sleep(0.01)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def deliver_and_wait(office: Office, mails: int, senders: int = 1) -> None:
    """Take an offer in and wait until so many mails were sent in all, and all senders rest."""
    await office.service.deliver(sample(BoothOffered, application_id=uuid4()))
    async with asyncio.timeout(30):
        while len(office.server.mails) < mails or office.post.resting < senders:
            await asyncio.sleep(0.01)


async def wait_for_a_look(office: Office) -> None:
    """Wait until a sender that rests has looked once more."""
    async with asyncio.timeout(30):
        for resting in (1, 0, 1):
            while office.post.resting != resting:
                await asyncio.sleep(0)


async def test_senders_at_work_together_send_each_notice_once(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    offers = [sample(BoothOffered, application_id=uuid4(), offer_id=uuid4()) for _ in range(60)]
    await office.service.deliver(*offers)
    senders = [asyncio.create_task(office.post.work(office.service.service, pause=0.05)) for _ in range(3)]
    await wait_until_done(office)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)

    assert len(office.server.mails) == 60
    assert len(set(office.server.ids())) == 60
    assert len(await office.service.emitted(NoticeDelivered)) == 60


async def test_a_sender_that_is_stopped_ends_its_mail_and_gives_the_rest_back(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    await office.service.deliver(*[sample(BoothOffered, application_id=uuid4()) for _ in range(5)])
    office.server.answers = [STALL]
    office.lose_patience()
    sender = asyncio.create_task(office.post.work(office.service.service, pause=0.05))
    async with asyncio.timeout(10):
        while not office.server.mails:
            await asyncio.sleep(0.01)
    sender.cancel()
    await asyncio.gather(sender, return_exceptions=True)

    (attempt,) = await office.service.rows(select(DeliveryRow))
    assert attempt.state == "unknown"
    assert await office.service.run(claims.count_open) == 4
    office.post = Post(office.post.settings, office.policy, lambda: 0.5)
    await office.send_all()
    assert len(set(office.server.ids())) == len(office.server.mails) == 5


async def test_the_link_in_an_offer_is_signed_for_that_offer_alone(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(BoothOffered))
    await office.send_all()

    body = office.server.mails[0].get_body(("plain",))
    assert body is not None
    start = f"http://test/allocation/offers/{OFFER_ID}/answer?token="
    (link,) = {line for line in body.get_content().splitlines() if line.startswith(start)}
    verify("a-key-for-tests", "answer_offer", str(OFFER_ID), link.removeprefix(start).removesuffix("&lang=vi"))
    assert str(VENDOR_ID) not in link


async def test_a_task_whose_request_to_end_was_dropped_ends_at_its_next_turn():
    async def drop_it_and_go_on() -> None:
        with suppress(asyncio.CancelledError):  # as wait_for does when the answer comes in the same moment
            await asyncio.Event().wait()
        heed_cancellation()

    task = asyncio.create_task(drop_it_and_go_on())
    await asyncio.sleep(0)
    task.cancel()
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(outcome, asyncio.CancelledError)


async def test_a_resting_sender_sees_what_this_process_took_in_without_waiting_for_its_next_look(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sending, "TICK_SECONDS", 3600.0)  # nor for the next look at the clock: it is woken
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    async with at_work(office):
        await deliver_and_wait(office, 1)
    assert len(office.server.mails) == 1


async def test_what_follows_an_event_soon_is_sent_without_waiting_for_the_next_spaced_look(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sending, "LOOK_SECONDS", 3600.0)
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    async with at_work(office):
        for number in range(1, sending.FREE_LOOKS + 1):
            await deliver_and_wait(office, number)


async def test_while_events_stream_in_looks_are_spaced(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "FREE_LOOKS", 0)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 3.0)
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    async with at_work(office):
        await deliver_and_wait(office, 1)
        began = monotonic()
        await deliver_and_wait(office, 2)
        assert monotonic() - began > 2.0


async def test_a_connection_is_kept_for_the_next_mail_and_closed_when_none_comes(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    monkeypatch.setattr(sending, "KEEP_SECONDS", 3600.0)
    async with at_work(office, pause=0.01):
        await deliver_and_wait(office, 1)
        await wait_for_a_look(office)
        await deliver_and_wait(office, 2)
        assert (office.server.connections, office.server.goodbyes) == (1, 0)
        monkeypatch.setattr(sending, "KEEP_SECONDS", 0.0)
        async with asyncio.timeout(30):
            while not office.server.goodbyes:
                await asyncio.sleep(0.01)


async def test_mails_that_come_one_at_a_time_take_one_connection_whoever_of_the_senders_looks(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    async with at_work(office, senders=3):
        for number in range(1, 5):
            await deliver_and_wait(office, number, senders=3)
        assert office.server.connections == 1
    assert office.server.goodbyes == 1


async def test_where_there_is_more_than_one_batch_all_senders_that_rest_go_to_work(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    async with at_work(office, senders=3):
        offers = [sample(BoothOffered, application_id=uuid4(), offer_id=uuid4()) for _ in range(90)]
        await office.service.deliver(*offers)
        await wait_until_done(office)
    assert len(set(office.server.ids())) == len(office.server.mails) == 90
    assert office.server.connections > 1
