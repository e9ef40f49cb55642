"""The contact book after the database went back in time."""

from collections.abc import Sequence

import structlog

from common.delivery.messages import BadMessage, Record, read_record
from common.service import Service

log = structlog.get_logger(__name__)


async def take_again(service: Service, records: Sequence[Record]) -> None:
    """Take contacts and erasures in as when they came: what is newer than the book wins, and who was told is told nothing.

    What cannot be read has its dead letter from when it first came, and whoever settles again would write one more each time.
    """
    items = [read_record(record) for record in records]
    for bad in items:
        if isinstance(bad, BadMessage):
            log.warning("contact_unreadable", offset=bad.offset, partition=bad.partition, error=bad.error)
    await service.consumer.take_in([item for item in items if not isinstance(item, BadMessage)])
