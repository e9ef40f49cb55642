"""One service in a test: its real database, its handlers, its HTTP, and records as the broker would hand them over."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from joserfc.jwk import OKPKey
from sqlalchemy import Select, select, text

from common.beside import Beside
from common.clock import FixedClock
from common.contracts import event_classes
from common.contracts.base import Event
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, make_headers, source_of
from common.delivery.plumbing import OutboxRow
from common.delivery.unit_of_work import UnitOfWork
from common.ids import new_id
from common.service import Service
from common.tokens import Role, issue

R = TypeVar("R")
E = TypeVar("E", bound=Event)
ACTED_FOR = {Role.PROVINCE: {"agency_code": "of.nobody"}, Role.REVIEWER: {"agency_code": "hn.reviewers"}}


@dataclass(frozen=True)
class FakeRecord:
    """A broker's record, as aiokafka hands it over."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


@asynccontextmanager
async def ending_idle(processes: Sequence[Beside]) -> AsyncGenerator[None]:
    """End processes beside a service whenever they have no work, as the service does while it runs, and at last."""
    tasks = [asyncio.create_task(process.end_when_idle()) for process in processes]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Harness:
    """Drives one service at its edges and looks at what came of it.

    Attributes:
        clock: the service's clock; stands still until it is set.
        delivered: every record delivered so far, to be delivered again.
    """

    name: str
    app: FastAPI
    clock: FixedClock
    key: OKPKey
    delivered: list[FakeRecord] = field(default_factory=list[FakeRecord])
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    _positions: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    async def run(self, handler: Callable[..., Awaitable[R]], *args: Any, **kwargs: Any) -> R:
        """Run a handler in one committed unit of work and return what it returns."""
        async with self.service.units.begin() as uow:
            return await handler(uow, *args, **kwargs)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[UnitOfWork]:
        async with self.service.units.begin() as uow:
            yield uow

    @contextmanager
    def at(self, instant: datetime) -> Generator[None]:
        """Let it be another time for a while."""
        before = self.clock.now()
        self.clock.set(instant)
        yield
        self.clock.set(before)

    def record(self, event: Event, *, time: datetime | None = None, source: str | None = None) -> FakeRecord:
        """Return an event as the next record of its source and key."""
        source = source or source_of(event.owner())
        number = self._numbers[source, event.key] = self._numbers.get((source, event.key), 0) + 1
        position = self._positions[source] = self._positions.get(source, 0) + 1
        headers = make_headers(
            type(event),
            event_id=new_id(),
            source=source,
            subject=event.subject,
            time=time or self.clock.now(),
            correlation_id=str(new_id()),
            causation_id=str(new_id()),
            trace_parent=None,
        )
        headers |= {SEQUENCE: str(position), KEY_SEQUENCE: str(number)}
        return FakeRecord(
            topic=event.topic(),
            key=event.key.encode(),
            value=event.model_dump_json().encode(),
            headers=tuple((name, value.encode()) for name, value in headers.items()),
            offset=position,
        )

    def tombstone(self, kind: type[Event], key: object, *, time: datetime | None = None) -> FakeRecord:
        """Return the erasure of a key on a compacted topic."""
        headers = make_headers(
            kind,
            event_id=new_id(),
            source=source_of(kind.owner()),
            subject=str(key),
            time=time or self.clock.now(),
            correlation_id=str(new_id()),
            causation_id=str(new_id()),
            trace_parent=None,
        )
        return FakeRecord(
            kind.topic(), str(key).encode(), None, tuple((name, value.encode()) for name, value in headers.items())
        )

    async def deliver(self, *events: Event, time: datetime | None = None, source: str | None = None) -> None:
        """Let the service consume events as real records, numbered within source and key, in one batch."""
        await self.deliver_records([self.record(event, time=time, source=source) for event in events])

    async def deliver_records(self, records: Sequence[FakeRecord]) -> None:
        self.delivered += records
        await self.service.consumer.consume(records)

    async def deliver_all_again(self) -> None:
        """Deliver everything that was ever delivered once more, from the start."""
        await self.service.consumer.consume(self.delivered)

    async def emitted(self, *kinds: type[E]) -> list[E]:
        """Return the events in the outbox in order; with kinds only those."""
        wanted_kinds = set(kinds or event_classes().values())
        async with self.service.units.begin() as uow:
            rows = (await uow.session.execute(text("SELECT headers, value FROM outbox ORDER BY id"))).all()
        found: list[Any] = []
        for headers, value in rows:
            kind = event_classes().get(headers.get("ce_type", ""))
            if kind is not None and value is not None and kind in wanted_kinds:
                found.append(kind.model_validate_json(bytes(value)))
        return found

    async def outbox(self) -> list[OutboxRow]:
        """Return the raw rows of the outbox in order."""
        return await self.rows(select(OutboxRow).order_by(OutboxRow.id))

    async def rows(self, query: Select[Any]) -> list[Any]:
        """Return the first column of a query's rows."""
        async with self.service.units.begin() as uow:
            return list((await uow.session.scalars(query)).all())

    def routes(self) -> list[tuple[str, APIRoute]]:
        """Return every route of the service's own with its full path."""
        return [
            (str(context.path), context.original_route)
            for context in iter_route_contexts(self.app.routes)
            if isinstance(context.original_route, APIRoute)
        ]

    def token(self, role: Role, *, lifetime: timedelta = timedelta(hours=1), **claims: Any) -> str:
        """Return a bearer token of a role, made out now by the service's clock."""
        subject = str(claims.pop("subject", f"test-{role}"))
        texts = ACTED_FOR.get(role, {}) | {name: str(value) for name, value in claims.items()}
        return issue(self.key, role=role, subject=subject, now=self.clock.now(), lifetime=lifetime, **texts)

    def client(self, role: Role | None = None, **claims: Any) -> httpx.AsyncClient:
        """Return a client of the service's HTTP with a token of the role; each POST gets an Idempotency-Key."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://test", event_hooks={"request": [_add_key]}
        )
        if role is not None:
            client.headers["Authorization"] = f"Bearer {self.token(role, **claims)}"
        return client


async def _add_key(request: httpx.Request) -> None:
    if request.method == "POST" and "Idempotency-Key" not in request.headers:
        request.headers["Idempotency-Key"] = str(uuid4())
