"""Two services made for these tests: an owner that tells events, and a reader that counts what it took in."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey
from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Mapped, mapped_column
from tests.brokers.kinds import Broker
from tests.brokers.postgres import Databases
from tests.common.lines import BrokerLine, open_line
from tests.conftest import empty_tables
from tests.harness import Harness

from common.clock import FixedClock
from common.contracts.base import events_topic
from common.contracts.registration import (
    ApplicationWithdrawn,
    ContactRecorded,
    EditionCancelled,
    EditionSuspended,
    RegistrationOpened,
)
from common.database.engine import declare_base
from common.delivery.consuming import Subscription, on
from common.delivery.feed_reading import Feeds
from common.delivery.numbering import number_events
from common.delivery.plumbing import Base as Plumbing
from common.delivery.relay import plain_dsn
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ConflictError
from common.service import Service
from common.settings import ServiceSettings
from common.tokens import Role, issue, public_keys
from common.web import Caller, Line, Strict, Uow, allow, new_router, public

START = datetime(2020, 6, 1, 2, 0, tzinfo=UTC)
Base = declare_base()


class EffectRow(Base):
    """What the reader did, in order; nothing here is unique, so that a second effect would be seen."""

    __tablename__ = "effects"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    what: Mapped[str]
    event_id: Mapped[UUID]
    subject: Mapped[str]


class Poison:
    """Subjects whose handlers fail, as long as they are in here; ``errors`` are raised one after the other for any of them."""

    def __init__(self) -> None:
        self.subjects: set[str] = set()
        self.errors: list[Exception] = []

    def touch(self, subject: str) -> None:
        if subject in self.subjects:
            raise self.errors.pop(0) if self.errors else RuntimeError("this subject is poison")


def make_subscriptions(poison: Poison) -> list[Subscription]:
    async def note(uow: UnitOfWork, event: Any) -> None:
        assert uow.cause is not None
        uow.session.add(EffectRow(what=event.event_name(), event_id=uow.cause.event_id, subject=event.subject))
        await uow.session.flush()
        poison.touch(event.subject)
        uow.emit(RegistrationOpened(edition_id=event.edition_id))

    async def note_for(uow: UnitOfWork, event: EditionSuspended, subject: str) -> None:
        assert uow.cause is not None
        uow.session.add(EffectRow(what="for a parked one", event_id=uow.cause.event_id, subject=subject))
        poison.touch(f"suspended {subject}")

    async def note_contact(uow: UnitOfWork, event: ContactRecorded) -> None:
        assert uow.cause is not None
        uow.session.add(EffectRow(what="contact", event_id=uow.cause.event_id, subject=event.display_name))
        poison.touch(event.subject)

    async def forget(uow: UnitOfWork, key: str) -> None:
        assert uow.cause is not None
        uow.session.add(EffectRow(what="forgotten", event_id=uow.cause.event_id, subject=key))
        poison.touch(key)

    return [
        on(ApplicationWithdrawn, note),
        on(EditionSuspended, note, for_parked=note_for),
        on(EditionCancelled, note, needs_all=True),
        on(ContactRecorded, note_contact, on_erasure=forget),
    ]


class ThingIn(Strict):
    name: Line


class ThingOut(BaseModel):
    name: str


def make_router() -> Any:
    router = new_router("things")

    @router.post("/things", status_code=201, dependencies=[allow(Role.ORGANISER, Role.VENDOR)])
    async def create(body: ThingIn, uow: Uow, caller: Caller) -> ThingOut:
        uow.session.add(EffectRow(what="created", event_id=uow.new_id(), subject=body.name))
        uow.emit(RegistrationOpened(edition_id=uow.new_id()))
        if body.name == "refused":
            raise ConflictError("Không được.", f"Not for {caller.subject}.", field="name")
        if body.name == "broken":
            raise RuntimeError("a bug")
        return ThingOut(name=body.name)

    @router.get("/things", dependencies=[public])
    async def count(uow: Uow) -> int:
        return len((await uow.session.scalars(select(EffectRow))).all())

    return router


async def make_tables(owner_url: str) -> None:
    engine = create_async_engine(owner_url)
    async with engine.begin() as connection:
        await connection.run_sync(Plumbing.metadata.create_all)
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version AS SELECT '9999' AS version_num"))
        await connection.execute(text("INSERT INTO event_log_head VALUES (true, 1, 0, 0) ON CONFLICT DO NOTHING"))
    await engine.dispose()


@pytest.fixture(scope="session")
async def toy_databases(postgres: Databases) -> dict[str, tuple[str, str]]:
    made: dict[str, tuple[str, str]] = {}
    for name in ("registration_toy", "reader_toy"):
        database = postgres.create_service_database(name)
        await make_tables(database.owner_url)
        made[name] = database.app_url, database.owner_url
    return made


@pytest.fixture
def poison() -> Poison:
    return Poison()


@pytest.fixture
async def make_toy(
    toy_databases: dict[str, tuple[str, str]], signing_key: OKPKey, poison: Poison
) -> AsyncGenerator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:

        @asynccontextmanager
        async def make(
            name: str, database: str, subscriptions: list[Subscription], **settings: Any
        ) -> AsyncGenerator[Harness]:
            app_url, owner_url = toy_databases[database]
            await empty_tables(owner_url)
            clock = FixedClock(START)
            service = Service(
                name,
                ServiceSettings.model_validate(
                    {
                        "database_url": app_url,
                        "token_keys": public_keys(signing_key),
                        "consumer_attempts": 2,
                        "dependency_wait_seconds": 1,
                        **settings,
                    }
                ),
                clock,
                subscriptions,
            )
            yield Harness(name, service.app([make_router()]), clock, signing_key)
            await service.feeds.close()
            await service.engine.dispose()

        async def enter(name: str, database: str, **settings: Any) -> Harness:
            subscriptions = [] if database == "registration_toy" else make_subscriptions(poison)
            return await stack.enter_async_context(make(name, database, subscriptions, **settings))

        yield enter


@pytest.fixture
async def owner(make_toy: Any) -> Harness:
    """A service called registration that tells events."""
    return await make_toy("registration", "registration_toy")


@pytest.fixture
async def reader(make_toy: Any, owner: Harness, signing_key: OKPKey) -> Harness:
    """A service called reader that subscribes to some events of registration, and reads its feed in this process."""
    harness: Harness = await make_toy("reader", "reader_toy")
    client = httpx.AsyncClient(transport=httpx.ASGITransport(owner.app), base_url="http://owner")
    token = issue(signing_key, role=Role.SUBSCRIBER, subject="reader", now=START)
    feeds = Feeds({"registration": "http://owner"}, token, client)
    service = harness.service
    service.feeds = feeds
    service.consumer = service.make_consumer(feeds)
    return harness


async def number_all(harness: Harness) -> None:
    """Number everything in a service's outbox, as its relay does."""
    url = plain_dsn(harness.service.settings.database_url.get_secret_value())
    connection = await asyncpg.connect(url)
    while (await number_events(connection, events_topic(harness.name), 100)).events:
        pass
    await connection.close()


@pytest.fixture
async def relaying_owner(make_toy: Any, broker: Broker) -> Harness:
    return await make_toy("registration", "registration_toy", kafka_bootstrap_servers=broker.bootstrap)


@pytest.fixture
async def line() -> AsyncGenerator[BrokerLine]:
    """An embedded broker that can be killed and started again, at one address."""
    async with open_line() as line:
        yield line
