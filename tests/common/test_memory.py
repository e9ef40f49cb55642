"""The reader's memory: one trip locks the rows of a batch, reads their numbers and moves them on (docs/delivery.md)."""

import asyncio

from sqlalchemy import text
from tests.common.reading import last_numbers
from tests.harness import Harness

from common.delivery.inbox import MemoryKey, move_memory

PAIR = ("/ocop/registration", b"one")
OTHER = ("/ocop/registration", b"other")
WAITING = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def move(reader: Harness, highest: dict[MemoryKey, int]) -> dict[MemoryKey, int]:
    async with reader.unit_of_work() as uow:
        return await move_memory(uow.session, highest)


async def until_somebody_waits(reader: Harness) -> None:
    async with asyncio.timeout(10):
        while True:
            async with reader.unit_of_work() as uow:
                if (await uow.session.execute(WAITING)).all():
                    return
            await asyncio.sleep(0.01)


async def test_the_numbers_before_are_told_and_those_behind_are_stored(reader: Harness) -> None:
    assert await move(reader, {PAIR: 3}) == {PAIR: 0}
    assert await move(reader, {PAIR: 5, OTHER: 2}) == {PAIR: 3, OTHER: 0}
    assert sorted(await last_numbers(reader)) == [2, 5]


async def test_a_number_never_goes_back(reader: Harness) -> None:
    await move(reader, {PAIR: 5})
    assert await move(reader, {PAIR: 4}) == {PAIR: 5}
    assert await last_numbers(reader) == [5]


async def test_who_waited_for_another_replica_goes_on_from_its_number(reader: Harness) -> None:
    await move(reader, {PAIR: 5})
    async with reader.unit_of_work() as first:
        await move_memory(first.session, {PAIR: 7})
        second = asyncio.create_task(move(reader, {PAIR: 9}))
        await until_somebody_waits(reader)
    assert await second == {PAIR: 7}
    assert await last_numbers(reader) == [9]
