"""A service put together: HTTP, consumer, relay, timers and workers in one event loop, started and stopped in order."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import structlog
from aiokafka.errors import KafkaError
from fastapi import FastAPI
from sqlalchemy import text

from common.beside import Beside
from common.clock import Clock
from common.collector import give_back_memory
from common.contracts.base import Event
from common.database.engine import create_engine, create_sessions
from common.database.revisions import find_migrations, newest_revision
from common.database.watch import DatabaseWatch
from common.delivery.consuming import Consumer, Subscription, topics_of
from common.delivery.dead_letters import DeadLetters
from common.delivery.failpoints import reach
from common.delivery.feed_reading import Feeds
from common.delivery.relay import Relay
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork
from common.delivery.untold import IS_LACKING
from common.kafka.broker import Subscriber
from common.kafka.watch import BrokerWatch, uses_of
from common.keeping import keep_reconciling, keep_relaying, keep_running
from common.languages import Catalogue
from common.metrics import Metrics
from common.settings import ServiceSettings
from common.timers import TimedCommand, Timers
from common.tokens import Verifier
from common.watchdog import Watchdog
from common.web import feed, system
from common.web.description import DescribedApp
from common.web.idempotency import forget_old_answers
from common.web.limits import BodyLimit
from common.web.problems import add_problem_handlers
from common.web.routing import Routes

log = structlog.get_logger(__name__)

UNSETTLED = text("SELECT count(*) FROM forgotten_events WHERE settled_at IS NULL")

Worker = Callable[["Service"], Awaitable[None]]


class Service:
    """One service: what it is made of, and its life from start to graceful stop."""

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        clock: Clock,
        subscriptions: Sequence[Subscription],
    ) -> None:
        self.name = name
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics(name)
        self.engine = create_engine(settings.database_url.get_secret_value(), settings.database_pool_size)
        self.units = UnitsOfWork(name, create_sessions(self.engine), clock)
        self.feeds = Feeds(settings.feed_urls, settings.service_token.get_secret_value())
        self.subscriptions = subscriptions
        self.consumer = self.make_consumer(self.feeds)
        self.dead_letters = DeadLetters(self.units, subscriptions)
        self.relay = Relay(name, settings, self.metrics, self.units.committed, self.units.own, self.units.at_commit)
        self.timers = Timers(self.units, clock, settings.timer_poll_seconds, follow=settings.timers_follow_clock)
        self.tidy(timedelta(hours=1), forget_old_answers)
        self.tokens = Verifier(settings.token_keys)
        self.due_finders: list[Callable[[UnitOfWork], Awaitable[datetime | None]]] = []
        self.busy_counters: list[Callable[[UnitOfWork], Awaitable[int]]] = []
        self.larger_bodies: list[tuple[re.Pattern[str], int]] = []
        self.started = False
        self.draining = False
        self._topics = topics_of(subscriptions)
        self.broker = BrokerWatch(settings, uses_of(name, self._topics))
        self.database = DatabaseWatch(name, self.engine, settings.kafka_look_seconds, self._newest_revision())
        self.units.failed = self.database.note
        self.processes: list[Beside] = []
        self._workers: list[tuple[str, Worker]] = []
        self._subscriber: Subscriber | None = None
        self._watchdog: Watchdog | None = None

    def make_consumer(self, feeds: Feeds, units: UnitsOfWork | None = None) -> Consumer:
        """Return a consumer of this service that closes gaps from the given feeds, and works in the given units."""
        return Consumer(self.name, self.subscriptions, units or self.units, feeds, self.metrics, self.settings)

    def every(self, interval: timedelta, command: TimedCommand) -> None:
        """Run a command every interval of the clock, on one replica."""
        self.timers.add(interval, command)

    def tidy(self, interval: timedelta, command: TimedCommand) -> None:
        """Run what removes what is no longer needed, every interval of the clock, on one replica; nobody waits for it."""
        self.timers.add(interval, command, tidies=True)

    def background(self, name: str, worker: Worker) -> None:
        """Run a task of the service's own for its whole life; when it fails it is logged and started anew."""
        self._workers.append((name, worker))

    def beside(self, name: str, process: Beside) -> None:
        """Keep a process beside the service: it is ended whenever it had no work for a while, and with the service."""
        self.processes.append(process)
        self.background(name, lambda _: process.end_when_idle())

    def due(self, find: Callable[[UnitOfWork], Awaitable[datetime | None]]) -> None:
        """Declare how to find the earliest instant at which a timer has something to do."""
        self.due_finders.append(find)

    def tell_newest(self, kind: type[Event], tell: Callable[[UnitOfWork, Sequence[str]], Awaitable[object]]) -> None:
        """Declare how to tell the newest state of some keys of a compacted topic once more."""

        async def tell_keys(keys: Sequence[str]) -> None:
            async with self.units.begin() as uow:
                await tell(uow, keys)

        self.relay.overtaking.tell_by(kind.topic(), tell_keys)

    def busy(self, count: Callable[[UnitOfWork], Awaitable[int]]) -> None:
        """Declare how to count work that a worker has still to do now."""
        self.busy_counters.append(count)

    def take_larger(self, address: str, most_bytes: int) -> None:
        """Take larger bodies at the addresses that a pattern describes: files that a page sends whole."""
        self.larger_bodies.append((re.compile(f"/{self.name}{address}"), most_bytes))

    def unit_of_work(self):  # noqa: ANN201  # the type of UnitsOfWork.begin
        """Open a unit of work, for workers."""
        return self.units.begin()

    def app(self, routers: Sequence[Routes], catalogue: Catalogue | None = None) -> FastAPI:
        """Return the service's HTTP application; its life is the service's. ``catalogue`` has what its pages say."""
        app = DescribedApp(
            title=f"OCOP Showcase: {self.name}",
            version="1",
            openapi_url=f"/{self.name}/openapi.json",
            docs_url=None,
            redoc_url=None,
            lifespan=self._lifespan,
        )
        app.state.service, app.state.catalogue = self, catalogue
        app.add_middleware(BodyLimit, limit=self.settings.max_body_bytes, larger=self.larger_bodies)
        add_problem_handlers(app)
        for router in [feed.feed_routes(), system.status_routes(), system.health_routes(), *routers]:
            router.build_in(app, f"/{self.name}")
        system.contract_routes().build_in(app)
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncGenerator[None]:
        await self.database.check()
        tasks: list[asyncio.Task[None]] = []
        if self._topics:
            self._subscriber = Subscriber(self.name, self._topics, self.consumer.consume, self.settings, self.metrics)
        self._watchdog = Watchdog(
            self.consumer, self._subscriber, self.broker, self.settings.watchdog_seconds, self.relay.trouble
        )
        relay = asyncio.create_task(keep_relaying(self.relay), name="relay")
        tasks.append(asyncio.create_task(self.broker.run(), name="broker"))
        tasks.append(asyncio.create_task(self.database.run(), name="database"))
        tasks.append(asyncio.create_task(give_back_memory(), name="memory"))
        consuming = asyncio.create_task(self._consume(), name="consuming")
        tasks.append(asyncio.create_task(self.timers.run(), name="timers"))
        tasks.append(asyncio.create_task(self._watchdog.run(), name="watchdog"))
        tasks += [
            asyncio.create_task(keep_running(name, partial(worker, self), lambda: self.draining), name=name)
            for name, worker in self._workers
        ]
        try:
            yield
        finally:
            self.draining = True
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)
            await self._stop(tasks, relay)

    async def _consume(self) -> None:
        """Read as soon as the broker takes us and has our topics; then hold the memory against the feeds."""
        while not self.started:
            await self.broker.wait_until_well()
            try:
                if self._subscriber is not None:
                    await self._subscriber.start()
                self.started = True
            except (KafkaError, OSError) as error:
                log.warning("consumer_not_started", error=type(error).__name__, detail=str(error)[:200])
                await asyncio.sleep(1)
        log.info("service_started", topics=self._topics)
        if self._subscriber is not None:
            await keep_reconciling(self.consumer, self._subscriber.drain.lock, self.settings.reconcile_seconds)

    async def _stop(self, tasks: list[asyncio.Task[None]], relay: asyncio.Task[None]) -> None:
        """Stop reading, then the workers, then the relay behind its batch, then the connections."""
        await reach("shutdown.draining")
        if self._subscriber is not None:
            await self._subscriber.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.relay.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(relay, 20)
        await self.feeds.close()
        await self.engine.dispose()
        log.info("service_stopped")

    def _newest_revision(self) -> str | None:
        package_file = getattr(import_module(self.name), "__file__", None) if find_spec(self.name) else None
        return newest_revision(find_migrations(package_file, self.settings.migrations_dir)) if package_file else None

    def is_alive(self) -> bool:
        """Whether the process makes progress; before its start it counts as alive."""
        return self._watchdog is None or self._watchdog.is_alive()

    async def is_ready(self) -> bool:
        """Whether the database answers, broker and relay were well a short while ago, and the service is not stopping."""
        usable = self.broker.is_usable() and self.relay.is_usable()
        return not self.draining and usable and await self.database.look()

    async def count_unsettled(self) -> int:
        """Return how many events a restored database forgot that nobody has settled yet (``settling``)."""
        async with self.engine.connect() as connection:
            return await connection.scalar(UNSETTLED) or 0

    async def measure(self) -> None:
        """Bring the gauges up to date that nobody sets when something happens."""
        if self.broker.certificate_end is not None:
            self.metrics.certificate_end.labels(self.name).set(self.broker.certificate_end)
        query = text(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0),"  # noqa: S608  # our own text
            " (SELECT position - published FROM event_log_head), (SELECT count(*) FROM parked),"
            f" {IS_LACKING} FROM outbox"
        )
        async with self.engine.connect() as connection:
            rows, oldest, unpublished, parked, lost = (await connection.execute(query)).one()
        for gauge, value in (
            (self.metrics.outbox_rows, rows),
            (self.metrics.outbox_oldest, float(oldest)),
            (self.metrics.unpublished, unpublished),
            (self.metrics.parked_subjects, parked),
            (self.metrics.entries_lost, int(lost)),
        ):
            gauge.labels(self.name).set(value)
