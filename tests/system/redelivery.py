"""Puts recorded public events on their topics once more, as a broker does that lost its offsets."""

import asyncio
import json
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

Json = dict[str, Any]
PATIENCE_SECONDS = 60


async def deliver_again(bootstrap: str, events: dict[str, list[Json]], readers: dict[str, tuple[str, ...]]) -> int:
    """Send every event in order, wait until each reader has taken them all; return how many were sent."""
    ends: dict[TopicPartition, int] = {}
    sent = 0
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for service, found in events.items():
            for event in found:
                done = await producer.send_and_wait(
                    f"ocop.{service}.events",
                    key=str(event["data"].get("edition_id") or event["subject"]).encode(),
                    value=json.dumps(event["data"], ensure_ascii=False, separators=(",", ":")).encode(),
                    headers=_headers(event),
                )
                place = TopicPartition(done.topic, done.partition)
                ends[place] = max(ends.get(place, 0), done.offset + 1)
                sent += 1
    for reader, owners in readers.items():
        topics = {f"ocop.{owner}.events" for owner in owners}
        await _wait_until_read(bootstrap, reader, {place: end for place, end in ends.items() if place.topic in topics})
    return sent


def _headers(event: Json) -> list[tuple[str, bytes]]:
    plain = {"data", "datacontenttype", "traceparent"}
    headers = [(f"ce_{name}", str(text).encode()) for name, text in event.items() if name not in plain]
    return [*headers, ("content-type", b"application/json")]


async def _wait_until_read(bootstrap: str, group: str, ends: dict[TopicPartition, int]) -> None:
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False) as consumer,
    ):
        while any([(await consumer.committed(place) or 0) < end for place, end in ends.items()]):
            await asyncio.sleep(0.05)
