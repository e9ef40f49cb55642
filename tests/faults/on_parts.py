"""Faults that are done to what the services need: lines, names, broker, mail server, clock."""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, NotEnoughReplicasError
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType
from tests.faults.mail_script import LOST, REFUSALS, SLOW
from tests.faults.quiet import wait_until_unready
from tests.faults.refilling import refill
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

from launcher.broker import TOPICS

LATENCY_SECONDS = 0.3
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


async def kill_broker(stage: Stage, fault: Fault) -> bool:
    await asyncio.to_thread(stage.broker.kill)
    await asyncio.sleep(fault.seconds)
    if not stage.broker.keeps:
        await refill(stage)
    await stage.start_broker()
    return True


async def not_enough_replicas(stage: Stage, fault: Fault) -> bool:
    """Every topic wants one copy more than there are brokers, so that the broker takes no record."""
    if not stage.broker.keeps:
        stage.history.note("not_possible", fault=fault.name, why="the embedded broker has no replicas")
        return False
    await asyncio.to_thread(_want_in_sync, stage, 2)
    try:
        await asyncio.sleep(fault.seconds)
        return await _is_refused(stage)
    finally:
        await asyncio.to_thread(_want_in_sync, stage, 1)


def _want_in_sync(stage: Stage, copies: int) -> None:
    entry = ConfigEntry("min.insync.replicas", str(copies), incremental_operation=AlterConfigOpType.SET)
    wanted = [ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry]) for topic in TOPICS]
    admin = AdminClient({"bootstrap.servers": stage.bootstrap})
    for done in admin.incremental_alter_configs(wanted).values():
        done.result(30)


async def _is_refused(stage: Stage) -> bool:
    async with AIOKafkaProducer(bootstrap_servers=stage.bootstrap, acks="all", request_timeout_ms=3000) as producer:
        try:
            await producer.send_and_wait("ocop.reporting.dlq", key=b"probe", value=b"{}")
        except (NotEnoughReplicasError, KafkaTimeoutError):
            return True
    return False


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
