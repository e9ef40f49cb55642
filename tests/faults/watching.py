"""Looks at committed offsets and memories during a round, so that an offset that ran ahead is seen even if it heals."""

import asyncio
from contextlib import suppress

from confluent_kafka import Consumer, KafkaException, TopicPartition
from tests.faults.evidence import OWNERS
from tests.faults.quiet import LOST_DATABASE
from tests.faults.stage import Stage

from launcher.broker import PARTITIONS

LOOK_SECONDS = 3.0


async def watch_offsets(stage: Stage) -> None:
    """Note committed offsets, and then the memory, of every reader every few seconds until cancelled."""
    while True:
        for service, owners in OWNERS.items():
            if owners:
                with suppress(*LOST_DATABASE, KafkaException):
                    await _look(stage, service, owners)
        await asyncio.sleep(LOOK_SECONDS)


async def _look(stage: Stage, service: str, owners: tuple[str, ...]) -> None:
    life = stage.broker_life
    offsets = await asyncio.to_thread(_read_committed, f"127.0.0.1:{stage.broker.port}", service, owners)
    rows = await stage.sql(service, "SELECT source, key, last FROM inbox")  # later, so that it may only be further
    if life == stage.broker_life:
        memory = {f"{row['source']} {bytes(row['key']).decode()}": row["last"] for row in rows}
        stage.history.note("committed", service=service, broker_life=life, offsets=offsets, memory=memory)


def _read_committed(bootstrap: str, service: str, owners: tuple[str, ...]) -> dict[str, int]:
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": service, "enable.auto.commit": False, "log_level": 0}
    )
    try:
        places = [TopicPartition(f"ocop.{owner}.events", number) for owner in owners for number in range(PARTITIONS)]
        found = consumer.committed(places, timeout=5)
        return {f"{one.topic}/{one.partition}": one.offset for one in found if one.offset >= 0 and one.error is None}
    finally:
        consumer.close()
