"""An edition goes on when all that its owner told of it was taken in, and not before."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import delete, update
from structlog.testing import capture_logs
from tests.allocation.conftest import EDITION, about, announced
from tests.harness import Harness

from allocation.editions import repository as editions
from allocation.open_work import count_open
from allocation.resumptions import repository
from allocation.resumptions.domain import Why
from allocation.resumptions.tables import ResumptionRow
from allocation.resumptions.worker import Resting, is_caught_up, keep_resuming, list_behind, resume_next
from common.contracts.base import Event, events_topic
from common.contracts.registration import RegistrationOpened
from common.delivery.comparing import Comparing
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.numbering import number_events
from common.delivery.plumbing import ParkedRow
from common.delivery.relay import plain_dsn
from common.delivery.unit_of_work import UnitOfWork
from common.service import Service
from common.tokens import Role, issue

EARLIER = UUID("01890a5d-0000-7000-8000-000000000001")
GAUGE = "ocop_editions_resting"
FIRST, SECOND, KEY = "/ocop/registration", "/ocop/registration/2", b"edition"


@dataclass
class Owner:
    """Registration, as far as it tells events."""

    harness: Harness

    async def tell(self, event: Event) -> None:
        async def emit(uow: UnitOfWork) -> None:
            uow.emit(event)

        await self.harness.run(emit)
        connection = await asyncpg.connect(plain_dsn(self.harness.service.settings.database_url.get_secret_value()))
        while (await number_events(connection, events_topic("registration"), 100)).events:
            pass
        await connection.close()


@pytest.fixture
def owner(registration: Harness) -> Owner:
    return Owner(registration)


@pytest.fixture
async def feeds(registration: Harness, signing_key: OKPKey) -> AsyncGenerator[Feeds]:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(registration.app), base_url="http://owner")
    token = issue(signing_key, role=Role.SUBSCRIBER, subject="allocation", now=registration.clock.now())
    feeds = Feeds({"registration": "http://owner"}, token, client)
    yield feeds
    await feeds.close()


async def is_resting(harness: Harness) -> bool:
    async with harness.unit_of_work() as uow:
        edition = await editions.get_edition(uow.session, EDITION)
    return edition.is_behind


async def test_it_goes_on_as_soon_as_nothing_that_was_told_of_it_is_lacking(
    owner: Owner, allocation: Harness, feeds: Feeds
):
    service = allocation.service
    comparing = Comparing(feeds, service.units, service.metrics)
    await owner.tell(announced())
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EDITION)
    await resume_next(service, comparing, Resting(service.metrics))
    assert await allocation.run(count_open) == 1  # the edition itself is not known yet
    await service.make_consumer(feeds).reconcile()
    await owner.tell(about(RegistrationOpened))
    await resume_next(service, comparing, Resting(service.metrics))
    assert await is_resting(allocation)
    await service.make_consumer(feeds).reconcile()
    await resume_next(service, comparing, Resting(service.metrics))
    assert not await is_resting(allocation)
    assert await allocation.run(count_open) == 0


async def test_it_waits_for_an_owner_that_does_not_answer(allocation: Harness):
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EDITION)
    service = allocation.service
    with pytest.raises(FeedUnavailableError):
        await resume_next(service, Comparing(service.feeds, service.units, service.metrics), Resting(service.metrics))
    assert await allocation.run(count_open) == 1


async def test_it_waits_for_what_is_parked_of_it(owner: Owner, allocation: Harness, feeds: Feeds):
    service = allocation.service
    comparing = Comparing(feeds, service.units, service.metrics)
    await owner.tell(announced())
    await service.make_consumer(feeds).reconcile()
    parked = {"source": FIRST, "key": str(EDITION).encode(), "subject": "a", "reason": "poison"}
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EDITION)
        uow.session.add(ParkedRow(**parked, since=uow.now))
    await resume_next(service, comparing, Resting(service.metrics))
    assert await is_resting(allocation)
    async with allocation.unit_of_work() as uow:
        await uow.session.execute(delete(ParkedRow))
    await resume_next(service, comparing, Resting(service.metrics))
    assert not await is_resting(allocation)


async def test_an_edition_that_cannot_go_on_holds_no_other(owner: Owner, allocation: Harness, feeds: Feeds):
    service = allocation.service
    await owner.tell(announced())
    await owner.tell(announced().model_copy(update={"edition_id": EARLIER, "code": "earlier"}))
    await service.make_consumer(feeds).reconcile()
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EARLIER)
        await uow.session.execute(update(ResumptionRow).values(rescheduled_by={"odd": True}))
        await repository.begin(uow.session, EDITION)
    await resume_next(service, Comparing(feeds, service.units, service.metrics), Resting(service.metrics))
    assert not await is_resting(allocation)
    assert await allocation.run(count_open) == 1


async def look(service: Service, comparing: Comparing, resting: Resting) -> dict[str, float]:
    """Return the gauge after one more look."""
    await resume_next(service, comparing, resting)
    resting.keep(await list_behind(service))
    get = service.metrics.registry.get_sample_value
    values = {str(why): get(GAUGE, {"service": "allocation", "reason": why}) for why in Why}
    return {why: value for why, value in values.items() if value}


async def test_the_gauge_tells_of_each_that_rests_what_it_waits_for(owner: Owner, allocation: Harness, feeds: Feeds):
    service = allocation.service
    comparing, resting = Comparing(feeds, service.units, service.metrics), Resting(service.metrics)
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EDITION)
        await repository.begin(uow.session, EARLIER)
    with capture_logs() as logs:
        assert await look(service, comparing, resting) == {"untold": 2}
        await owner.tell(announced())
        assert await look(service, comparing, resting) == {"untold": 1, "behind": 1}
        assert await look(service, comparing, resting) == {"untold": 1, "behind": 1}
        await service.make_consumer(feeds).reconcile()
        parked = {"source": FIRST, "key": str(EDITION).encode(), "subject": "a", "reason": "poison"}
        async with allocation.unit_of_work() as uow:
            uow.session.add(ParkedRow(**parked, since=uow.now))
        assert await look(service, comparing, resting) == {"untold": 1, "parked": 1}
        async with allocation.unit_of_work() as uow:
            await uow.session.execute(delete(ParkedRow))
            await uow.session.execute(update(ResumptionRow).values(rescheduled_by={"odd": True}))
        assert await look(service, comparing, resting) == {"untold": 1, "failed": 1}
        async with allocation.unit_of_work() as uow:
            await uow.session.execute(update(ResumptionRow).values(rescheduled_by=None))
        assert await look(service, comparing, resting) == {"untold": 1}
    said = [(line["edition_id"], line["why"]) for line in logs if line["event"] == "edition_rests"]
    assert [why for one, why in said if one == str(EARLIER)] == ["untold"]
    assert [why for one, why in said if one == str(EDITION)] == ["untold", "behind", "parked", "failed"]


async def wait_for_gauge(service: Service, value: float) -> None:
    """Wait until so many editions rest because their owner does not answer."""
    labels = {"service": "allocation", "reason": "owner_away"}
    async with asyncio.timeout(20):
        while service.metrics.registry.get_sample_value(GAUGE, labels) != value:
            await asyncio.sleep(0.02)


async def test_an_owner_that_does_not_answer_is_told_of_until_nothing_rests(allocation: Harness):
    async with allocation.unit_of_work() as uow:
        await repository.begin(uow.session, EDITION)
    task = asyncio.create_task(keep_resuming(allocation.service))
    await wait_for_gauge(allocation.service, 1)
    async with allocation.unit_of_work() as uow:
        await repository.end(uow.session, EDITION)  # as another replica does
    await wait_for_gauge(allocation.service, 0)
    task.cancel()


@pytest.mark.parametrize(
    ("known", "tails", "expected"),
    [
        ({(FIRST, KEY): 3}, {(FIRST, KEY): 3}, True),
        ({(FIRST, KEY): 2}, {(FIRST, KEY): 3}, False),
        ({(FIRST, KEY): 3}, {(SECOND, KEY): 4}, False),
        ({(FIRST, KEY): 3, (SECOND, KEY): 4}, {(SECOND, KEY): 4}, True),
        ({}, {(FIRST, b"other"): 1}, False),
    ],
)
def test_all_of_its_numbers_under_the_newest_source_are_to_be_known(
    known: dict[tuple[str, bytes], int], tails: dict[tuple[str, bytes], int], *, expected: bool
):
    assert is_caught_up(KEY, known, tails) is expected
