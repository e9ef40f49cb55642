"""Faults that are done to what the services need: lines, database, broker, mail server, clock."""

import asyncio
import random
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from tests.faults.mail_script import LOST, REFUSALS, SLOW
from tests.faults.quiet import LOST_DATABASE
from tests.faults.refilling import refill
from tests.faults.schedule import SERVICES, Fault
from tests.faults.stage import Stage

LATENCY_SECONDS = 0.3
BANDWIDTH = 20_000
END_SESSIONS = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE usename = $1"
MAILS_SECONDS = 40.0
MAIL_WORDS = (*REFUSALS, "greylisted", LOST, LOST, SLOW, SLOW)


async def cut(stage: Stage, fault: Fault) -> bool:
    line = stage.lines[fault.target]
    if fault.detail == "latency":
        line.latency = LATENCY_SECONDS
    elif fault.detail == "bandwidth":
        line.bandwidth = BANDWIDTH
    else:
        getattr(line, fault.detail)()
    await asyncio.sleep(fault.seconds)
    line.heal()
    return True


async def end_connections(stage: Stage, fault: Fault) -> bool:
    with suppress(*LOST_DATABASE):
        return bool((await stage.sql("postgres", END_SESSIONS, fault.target))[0]["n"])
    return False


async def no_connections(stage: Stage, fault: Fault) -> bool:
    """The database takes no more connections of a service's user, and ends those that it had."""
    limit = "ALTER ROLE {} CONNECTION LIMIT {};"
    await stage.database.execute("postgres", limit.format(fault.target, 0))
    try:
        ended = await end_connections(stage, fault)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.execute("postgres", limit.format(fault.target, -1))
    return ended


async def read_only(stage: Stage, fault: Fault) -> bool:
    """A service's database takes no writes for a while, as a standby does before it is promoted."""
    change = "ALTER DATABASE {} SET default_transaction_read_only = {};"
    await stage.database.execute("postgres", change.format(fault.target, "on"))
    try:
        ended = await end_connections(stage, fault)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.execute("postgres", change.format(fault.target, "off"))
        await end_connections(stage, fault)
    return ended


async def long_snapshot(stage: Stage, fault: Fault) -> bool:
    """Somebody reads in one long transaction in every database."""
    async with AsyncExitStack() as stack:
        for service in SERVICES:
            connection = await stage.database.connect(service)
            stack.push_async_callback(connection.close)
            await stack.enter_async_context(connection.transaction(isolation="repeatable_read"))
            await connection.fetch("SELECT count(*) FROM event_log")
        await asyncio.sleep(fault.seconds)
    return True


async def kill_database(stage: Stage, fault: Fault) -> bool:
    await stage.database.kill()
    await asyncio.sleep(fault.seconds)
    await stage.database.start_again()
    return True


async def disk_full(stage: Stage, fault: Fault) -> bool:
    """The database's disk has no space left for a while; a server that ends itself over that is started again."""
    if stage.database.no_disk:
        stage.history.note("not_possible", fault=fault.name, why=stage.database.no_disk)
        return False
    await stage.database.fill()
    try:
        refused = await _wait_until_unready(stage)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.free()
    return refused


async def _wait_until_unready(stage: Stage) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(20):
            while all([await stage.is_ready(service) for service in SERVICES]):
                await asyncio.sleep(0.2)
            return True
    return False


async def kill_broker(stage: Stage, fault: Fault) -> bool:
    await asyncio.to_thread(stage.broker.kill)
    await asyncio.sleep(fault.seconds)
    if not stage.broker.keeps:
        await refill(stage)
    await stage.start_broker()
    return True


async def mail_answers(stage: Stage, fault: Fault) -> bool:
    """The mail server puts off, refuses, takes mails without a word and answers late; each at least once."""
    said = stage.sink.handler.said.copy()
    stage.sink.say(random.Random(fault.seconds).sample(MAIL_WORDS, len(MAIL_WORDS)))
    with suppress(TimeoutError):
        async with asyncio.timeout(MAILS_SECONDS):
            while stage.sink.handler.script:
                await asyncio.sleep(0.2)
    stage.sink.handler.script.clear()
    told = stage.sink.handler.said - said
    stage.history.note("mail_answers", said=dict(told))
    return told[LOST] > 0


async def clock_forward(stage: Stage, _fault: Fault) -> bool:
    return await _jump(stage, timedelta(days=1))


async def clock_back(stage: Stage, _fault: Fault) -> bool:
    return await _jump(stage, timedelta(days=-1))


async def _jump(stage: Stage, by: timedelta) -> bool:
    stage.clock.jump(by)
    await asyncio.sleep(3)
    stage.clock.jump(-by)
    return True
