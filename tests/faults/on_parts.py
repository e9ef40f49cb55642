"""Faults that are done to what the services need: lines, names, broker, mail server, clock."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta

from tests.faults.kafka_proxy import INIT_PRODUCER_ID
from tests.faults.mail_script import LOST, REFUSALS, SLOW
from tests.faults.quiet import wait_until_unready
from tests.faults.refilling import refill
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

LATENCY_SECONDS = 0.3
FAR_SECONDS = 1.0  # each way
BANDWIDTH = 20_000
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


async def far(stage: Stage, fault: Fault) -> bool:
    """A part is so far away that every answer of it takes two seconds."""
    line = stage.lines[fault.target]
    line.latency = FAR_SECONDS
    await asyncio.sleep(fault.seconds)
    line.heal()
    return True


async def no_producer_id(stage: Stage, fault: Fault) -> bool:
    """A service is killed, and the broker gives the next one no producer id for a while."""
    before = stage.broker_line.met
    stage.broker_line.hold_requests(INIT_PRODUCER_ID)
    try:
        killed = await stage.keepers[fault.target].kill()
        await asyncio.sleep(fault.seconds)
    finally:
        stage.broker_line.heal()
    return killed and stage.broker_line.met > before


async def kill_broker(stage: Stage, fault: Fault) -> bool:
    await asyncio.to_thread(stage.broker.kill)
    await asyncio.sleep(fault.seconds)
    if not stage.broker.keeps:
        await refill(stage)
    await stage.start_broker()
    return True


async def no_names(stage: Stage, fault: Fault) -> bool:
    """Nobody finds database, broker or mail server by name, and every line is cut, so that all have to look."""
    if stage.names.missing:
        stage.history.note("not_possible", fault=fault.name, why=stage.names.missing)
        return False
    stage.names.take_away()
    try:
        for line in stage.lines.values():
            line.reset()
        missed = await wait_until_unready(stage)
        await asyncio.sleep(fault.seconds)
    finally:
        stage.names.give()
    return missed


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
