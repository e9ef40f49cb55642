"""A reader whose broker was killed and came back without its groups joins again by itself, and reads all that is there."""

import asyncio
from collections.abc import Sequence

from tests.common.lines import BrokerLine
from tests.common.test_kafka import TOPIC, running, send
from tests.harness import FakeRecord, Harness

from common.delivery.messages import Record
from common.kafka.broker import Subscriber
from launcher.broker import PARTITIONS

SESSION_SECONDS = 3.0
JOIN_SECONDS = 30.0


def numbered(first: int, end: int) -> list[FakeRecord]:
    return [FakeRecord(TOPIC, b"key", str(number).encode(), ()) for number in range(first, end)]


async def wait_for(taken: asyncio.Queue[int], lacking: set[int]) -> None:
    async with asyncio.timeout(JOIN_SECONDS):
        while lacking:
            lacking.discard(await taken.get())


async def test_a_reader_whose_group_was_forgotten_joins_again_and_reads_from_the_beginning(
    reader: Harness, line: BrokerLine
) -> None:
    """Until it sees the loss it reads on where it stood in the old topic; what is below that place comes all the same."""
    taken: asyncio.Queue[int] = asyncio.Queue()

    async def take(records: Sequence[Record]) -> None:
        for record in records:
            taken.put_nowait(int(record.value or b""))

    service = reader.service
    settings = service.settings.model_copy(
        update={"kafka_bootstrap_servers": line.bootstrap, "consumer_session_seconds": SESSION_SECONDS}
    )
    subscriber = Subscriber("forgotten", [TOPIC], take, settings, service.metrics)
    async with running(subscriber):
        await send(line, numbered(0, 20))
        await wait_for(taken, set(range(20)))
        line.kill()
        line.start()
        await send(line, numbered(100, 160))
        await wait_for(taken, set(range(100, 160)))
        assert subscriber.assigned() == PARTITIONS
