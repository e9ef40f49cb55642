"""Looks at committed offsets and memories during a round, so that an offset that ran ahead is seen even if it heals."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition
from tests.faults.evidence import CONTACTS, OWNERS
from tests.faults.quiet import LOST_DATABASE
from tests.faults.stage import Stage

from launcher.broker import PARTITIONS

LOOK_SECONDS = 3.0
BOOK = "notifications"  # the one reader of contacts
PLACE = "topic || '/' || partition || '/' || \"offset\""
DEAD_PLACE = "headers->>'x-dlq-topic' || '/' || (headers->>'x-dlq-partition') || '/' || (headers->>'x-dlq-offset')"


async def watch_offsets(stage: Stage) -> None:
    """Note committed offsets, and then the memory, of every reader every few seconds until cancelled."""
    while True:
        for service, owners in OWNERS.items():
            if owners:
                with suppress(*LOST_DATABASE, KafkaException):
                    await _look(stage, service, [f"ocop.{owner}.events" for owner in owners])
        await asyncio.sleep(LOOK_SECONDS)


async def _look(stage: Stage, service: str, topics: Sequence[str]) -> None:
    """Note offsets first and what stands behind them later, so that this may only be further.

    A dead letter leaves the outbox when its topic has it, so that the ends of that topic are looked at last.
    """
    if not stage.broker.port:
        return
    life, bootstrap = stage.broker_life, f"127.0.0.1:{stage.broker.port}"
    read = [*topics, CONTACTS] if service == BOOK else topics
    offsets = await asyncio.to_thread(_read_committed, bootstrap, service, read)
    rows = await stage.sql(service, "SELECT source, key, last FROM inbox")
    memory = {f"{row['source']} {bytes(row['key']).decode()}": row["last"] for row in rows}
    more = await _read_book(stage) if service == BOOK else {}
    waiting = await stage.sql(service, f"SELECT {DEAD_PLACE} AS place FROM outbox WHERE topic LIKE '%.dlq'")  # noqa: S608  # our own names
    more |= {"dead_waiting": [row["place"] for row in waiting]}
    more |= {"dead_ends": await asyncio.to_thread(_read_ends, bootstrap, f"ocop.{service}.dlq")}
    if life == stage.broker_life:
        stage.history.note("committed", service=service, broker_life=life, offsets=offsets, memory=memory, **more)


async def _read_book(stage: Stage) -> dict[str, Any]:
    """Return how new each contact is that is known, and where those were that are set aside."""
    kept = await stage.sql(BOOK, f"SELECT {PLACE} AS place FROM parked_messages WHERE topic = $1", CONTACTS)  # noqa: S608  # our own names
    rows = await stage.sql(BOOK, "SELECT party_id, recorded_at FROM contacts")
    known = {str(row["party_id"]): row["recorded_at"].isoformat() for row in rows}
    return {"contacts": known, "kept": [row["place"] for row in kept]}


def _read_committed(bootstrap: str, service: str, topics: Sequence[str]) -> dict[str, int]:
    consumer = _consumer(bootstrap, service)
    try:
        places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        found = consumer.committed(places, timeout=5)
        return {f"{one.topic}/{one.partition}": one.offset for one in found if one.offset >= 0 and one.error is None}
    finally:
        consumer.close()


def _read_ends(bootstrap: str, topic: str) -> dict[str, int]:
    """Return where each partition of a topic ends."""
    consumer = _consumer(bootstrap, "faults")
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        return {str(one.partition): consumer.get_watermark_offsets(one, timeout=5)[1] for one in places}
    finally:
        consumer.close()


def _consumer(bootstrap: str, group: str) -> Consumer:
    settings = {"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, "log_level": 0}
    return Consumer(settings)
