"""The way from a form over the booth to the mail: milliseconds until the mail server has the offer.

Beside it, in the same run, what it is made of at the least: bare commits of the same database, bare round trips of the
same broker. A round trip is that of a record to a consumer that has waited for it for a while, as the services do here.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from tests.bench.fairs import Applicant, Fair, open_doors, open_fair
from tests.brokers.kinds import Kafka
from tests.brokers.process import KafkaProcess

from common.settings import ServiceSettings
from launcher.broker import TOPICS
from launcher.system import EmbeddedSystem

COMMITS = 4  # the form, the offer, the notice, the try to send it; the events of the first two are numbered with them
ROUND_TRIPS = 2  # registration to allocation, allocation to notifications
TOPIC = "ocop.reporting.dlq"
WAIT_SECONDS = 30.0
REST_SECONDS = 0.04  # then a fetch waits at the broker; no multiple of what fetches wait there
KAFKA_FETCH_WAIT_MS = str(ServiceSettings.model_fields["consumer_fetch_wait_ms"].default)
OFFERS = "SELECT notice_id FROM notices WHERE application_id = $1::uuid AND purpose = 'booth_offered'"


@dataclass
class WayFigures:
    """Milliseconds: of every form, of bare commits and of bare round trips."""

    way: list[float] = field(default_factory=list[float])
    commit: list[float] = field(default_factory=list[float])
    round_trip: list[float] = field(default_factory=list[float])

    @property
    def p99(self) -> float:
        return quantiles(self.way, n=100)[98]

    @property
    def least(self) -> float:
        """Return the sum of the raw commits and round trips on the way."""
        return COMMITS * median(self.commit) + ROUND_TRIPS * median(self.round_trip)


class Mails:
    """When the mail server had which application's offer."""

    def __init__(self, system: EmbeddedSystem, connection: asyncpg.Connection) -> None:
        self._folder = system.mail_dir
        self._connection = connection

    async def arrival(self, applicant: Applicant) -> float:
        """Wait for the offer's mail; return when it was kept, by the clock of ``time.time``."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                notice_id = await self._connection.fetchval(OFFERS, applicant.application_id)
                found = list(self._folder.glob(f"*-{notice_id}.eml")) if notice_id else []
                if found:
                    return found[0].stat().st_mtime
                await asyncio.sleep(0.02)


async def time_forms(fair: Fair, mails: Mails, count: int, figures: WayFigures) -> None:
    """Accept one application after the other, each when the mail of the one before is there."""
    for number in range(count):
        applicant = await fair.apply(number)
        await asyncio.sleep(0.3)  # what the dossier itself set in motion is over
        began = time.time()
        await fair.accept(applicant)
        figures.way.append((await mails.arrival(applicant) - began) * 1000)


async def time_commits(connection: asyncpg.Connection, count: int, figures: WayFigures) -> None:
    """Time transactions of one row."""
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS bench_rows (id bigint GENERATED ALWAYS AS IDENTITY, told text)"
    )
    for _ in range(count):
        began = time.perf_counter()
        await connection.execute("INSERT INTO bench_rows (told) VALUES ('a row')")
        figures.commit.append((time.perf_counter() - began) * 1000)
    await connection.execute("DROP TABLE bench_rows")


async def time_round_trips(bootstrap: str, fetch_wait_ms: int, count: int, figures: WayFigures) -> None:
    """Time records from their sending until a waiting consumer has them, whose fetches wait as long as the services'."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, fetch_max_wait_ms=fetch_wait_ms)
    await producer.start()
    await consumer.start()
    await consumer.seek_to_end()  # of earlier rounds it would have records without waiting
    for _ in range(count):
        waiting = asyncio.create_task(consumer.getone())  # it fetches only for somebody who asks
        await asyncio.sleep(REST_SECONDS * (1 + random.random()))
        began = time.perf_counter()
        await producer.send(TOPIC, b"value", b"key")
        await waiting
        figures.round_trip.append((time.perf_counter() - began) * 1000)
    await consumer.stop()
    await producer.stop()


async def measure(folder: Path, rounds: int, kafka: str = "embedded", count: int = 40) -> WayFigures:
    """Return the figures of some rounds on a broker of a kind, the bare ones between the forms."""
    (folder / "way").mkdir()
    if kafka == "embedded":
        return await _measure(folder / "way", rounds, "", count)
    node = KafkaProcess(folder / "way" / "kafka")
    await asyncio.to_thread(node.start)
    await asyncio.to_thread(Kafka(node).create, *TOPICS)
    try:
        return await _measure(folder / "way", rounds, node.bootstrap, count)
    finally:
        await asyncio.to_thread(node.stop)


async def _measure(state: Path, rounds: int, bootstrap: str, count: int) -> WayFigures:
    figures = WayFigures()
    pace = {"RELAY_POLL_SECONDS": "0.1", "TIMER_POLL_SECONDS": "1"}  # as in production, whatever the clock
    async with EmbeddedSystem(state, scenario_clock=state / "clock", environment=pace, kafka=bootstrap) as system:
        settings = system.environment_of("notifications")
        fetch_wait = int(settings.get("CONSUMER_FETCH_WAIT_MS", KAFKA_FETCH_WAIT_MS))
        url = system.postgres.url("notifications").replace("postgresql+asyncpg", "postgresql")
        connection: asyncpg.Connection = await asyncpg.connect(url)
        doors = open_doors(system)
        mails = Mails(system, connection)
        for number in range(rounds):
            fair = await open_fair(doors, number, count)
            await time_forms(fair, mails, count, figures)
            await time_commits(connection, 100, figures)
            await time_round_trips(system.broker.bootstrap, fetch_wait, 100, figures)
        await doors.close()
        await connection.close()
    return figures
