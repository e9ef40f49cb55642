"""The contact book after the database went back in time."""

from collections.abc import Sequence

from common.delivery.messages import Record
from common.service import Service


async def take_again(service: Service, records: Sequence[Record]) -> None:
    """Take contacts and erasures in as when they came: what is newer than the book wins, and who was told is told nothing."""
    await service.consumer.consume(records)
