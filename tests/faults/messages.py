"""Faults that are messages: poison, unreadable records, whole topics replayed, records lost to retention."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from tests.brokers.kinds import read_topic
from tests.faults.quiet import LOST_DATABASE, read_heads
from tests.faults.schedule import SERVICES, Fault
from tests.faults.stage import Stage

from launcher.broker import PARTITIONS

EVENTS = tuple(f"ocop.{service}.events" for service in SERVICES)
REGISTRATION = "ocop.registration.events"
UNREADABLE = b"unreadable"
PARK_SECONDS = 40.0
# Each reader stores something of an accepted application, and its table then refuses one in eight.
TABLES = {"allocation": "applications", "notifications": "participations", "reporting": "applications"}
BREAK = """
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.trade_name LIKE '%-5' THEN RAISE EXCEPTION 'poison'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER poison BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()
"""


async def poison(stage: Stage, fault: Fault) -> bool:
    """Let a service fail on some events until a subject is parked; then mend it and run them again, twice."""
    service = fault.target
    await stage.database.execute(service, BREAK.format(table=TABLES[service]))
    parked = await _wait_for_parked(stage, service)
    await asyncio.sleep(2)  # followers of the subject come in behind it
    await stage.database.execute(service, f"DROP TRIGGER poison ON {TABLES[service]}")
    stage.history.note("parked", service=service, subjects=len(parked))
    await redrive_all(stage, service)
    return bool(parked)


async def redrive_all(stage: Stage, service: str) -> None:
    """Let two operators at once run everything parked again, each twice, beside live traffic."""
    for _ in range(3):
        rows = await stage.sql(service, "SELECT subject FROM parked")
        if not rows:
            return
        codes = await asyncio.gather(*(stage.programs.redrive(service, number) for number in range(2)))
        stage.history.note("redriven", service=service, subjects=len(rows), codes=codes)


async def _wait_for_parked(stage: Stage, service: str) -> list[Any]:
    with suppress(TimeoutError):
        async with asyncio.timeout(PARK_SECONDS):
            while True:
                with suppress(*LOST_DATABASE):
                    if rows := await stage.sql(service, "SELECT subject FROM parked"):
                        return rows
                await asyncio.sleep(0.3)
    return []


async def send_unreadable(stage: Stage, _fault: Fault) -> bool:
    """Put records on a topic that are no events, or a stranger's: no reader may stop or lose anything over them."""
    headers = [("ce_id", b"\xff\xfe"), ("ce_type", b"ocop.registration.unheard_of.v1")]
    records: list[tuple[bytes | None, list[tuple[str, bytes]]]] = [
        (b"{}", []),
        (None, []),
        (b"not json", headers),
        (b"{}", [*headers, ("ce_source", b"")]),
        *await _strange(stage),
    ]
    async with AIOKafkaProducer(bootstrap_servers=stage.bootstrap) as producer:
        for value, named in records:
            await producer.send_and_wait(REGISTRATION, key=UNREADABLE, value=value, headers=named)
    stage.history.note("unreadable", records=len(records))
    return True


async def _strange(stage: Stage) -> list[tuple[bytes | None, list[tuple[str, bytes]]]]:
    """Return records that look like the last event of the topic and are not their owner's; none where there is no event yet."""
    events = [one for one in await read_topic(stage.bootstrap, REGISTRATION) if one.key != UNREADABLE]
    if not events:
        return []
    told = {name: value for name, value in events[-1].headers if value is not None}
    changes: list[dict[str, bytes]] = [
        {"ce_subject": b""},
        {"ce_subject": b"s" * 12_000},
        {"ce_source": b"/ocop/allocation"},
        {"ce_source": b"/ocop/registration/99999999"},
        {"ce_source": b"/ocop/registration", "ce_keysequence": b"1000"},  # of a key that its owner does not have
        {"x-junk": b"j" * 900_000},
    ]
    return [(events[-1].value, list({**told, "ce_id": str(uuid4()).encode(), **change}.items())) for change in changes]


async def replay_all(stage: Stage, _fault: Fault) -> bool:
    """Send every record of the public topics once more, as it stands."""
    sent = 0
    for topic in EVENTS:
        records = await read_topic(stage.bootstrap, topic)
        async with AIOKafkaProducer(bootstrap_servers=stage.bootstrap, linger_ms=20) as producer:
            futures = [
                await producer.send(topic, key=one.key, value=one.value, headers=list(one.headers)) for one in records
            ]
            for future in futures:
                await future
        sent += len(records)
    stage.history.note("replayed", records=sent)
    return sent > 0


async def lose_records(stage: Stage) -> None:
    """Delete what the public topics hold now: on Apache Kafka as retention does, else with the broker itself."""
    if stage.broker.keeps:
        await asyncio.to_thread(_delete_records, stage.bootstrap)
        positions = await _read_positions(stage)
    else:
        heads = await read_heads(stage)
        await asyncio.to_thread(stage.broker.kill)
        positions = await _read_positions(stage)
        await stage.start_broker()  # and the marks stay: what was published is gone
        stage.history.note("broker_emptied", keys={service: len(found) for service, found in heads.items()})
    stage.history.note("records_lost", positions=positions)


async def _read_positions(stage: Stage) -> dict[str, int]:
    """Return up to where each log may have been lost: the mark is moved only when a whole batch was acknowledged."""
    query = "SELECT position FROM event_log_head"
    return {service: (await stage.sql(service, query))[0]["position"] for service in SERVICES}


def _delete_records(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    wanted = [TopicPartition(topic, number, -1) for topic in EVENTS for number in range(PARTITIONS)]
    for done in admin.delete_records(wanted).values():
        with suppress(KafkaError):
            done.result(30)
