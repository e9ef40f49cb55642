"""Whoever looks at committed offsets goes on while the database is killed."""

import asyncio
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from tests.faults import watching

ERRORS = (
    asyncpg.InternalClientError("cannot switch to state 12"),
    asyncpg.ConnectionDoesNotExistError("closed in the middle"),
    ConnectionResetError(),
    TimeoutError(),
)


def read_nothing(*_: Any, **_more: Any) -> dict[str, int]:
    return {}


async def test_a_database_that_is_killed_during_a_look_ends_no_round(monkeypatch: pytest.MonkeyPatch) -> None:
    errors, asked_on = list(ERRORS), asyncio.Event()

    async def sql(*_: Any) -> list[Any]:
        if errors:
            raise errors.pop(0)
        asked_on.set()
        return []

    monkeypatch.setattr(watching, "LOOK_SECONDS", 0)
    monkeypatch.setattr(watching, "_read_committed", read_nothing)
    monkeypatch.setattr(watching, "_read_ends", read_nothing)
    history = SimpleNamespace(note=read_nothing)
    stage: Any = SimpleNamespace(broker_life=1, broker=SimpleNamespace(port=1), sql=sql, history=history)
    looking = asyncio.create_task(watching.watch_offsets(stage))
    waiting = asyncio.create_task(asked_on.wait())
    await asyncio.wait({looking, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    assert asked_on.is_set()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
