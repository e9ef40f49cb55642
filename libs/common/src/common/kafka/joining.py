"""A consumer that joins its group anew when the broker no longer knows the group.

aiokafka joins again when it is told that its member or generation is unknown. To any other answer to a heartbeat it ends
the heartbeats and tells its user, each time anew, and never joins again. An embedded broker that was killed answers so
(GROUP_ID_NOT_FOUND: the group is gone with its process), and so does one that takes the right to the group away for a
while.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError

log = structlog.get_logger(__name__)

# What the coordination of the group raises; errors of a fetch have classes of their own, and joining would not help.
LOST = (KafkaError, GroupAuthorizationFailedError)


class _FromTheBeginning(ConsumerRebalanceListener):
    """Before the first partitions of a new life are read, their positions are set to the beginning."""

    def __init__(self, consumer: AIOKafkaConsumer, then: ConsumerRebalanceListener) -> None:
        self._consumer = consumer
        self._then = then
        self._first = True

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride]  # aiokafka awaits it
        self, revoked: Sequence[TopicPartition]
    ) -> None:
        await _let(self._then.on_partitions_revoked(revoked))

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride]  # aiokafka awaits it
        self, assigned: Sequence[TopicPartition]
    ) -> None:
        if self._first and assigned:
            await self._consumer.seek_to_beginning(*assigned)
            self._first = False
        await _let(self._then.on_partitions_assigned(assigned))


async def _let(answer: Any) -> None:
    if answer is not None:
        await answer


class JoiningConsumer(AIOKafkaConsumer):
    """Subscribes anew after an error of the group's coordination, which drops the assignment and joins from nothing.

    It then reads from the beginning: until the loss was seen it may have read on where it stood in the old broker's
    topics, and have had such a place committed on the new one. What it has taken in before is dropped as a copy.
    """

    _topics: Sequence[str] = ()
    _listener: ConsumerRebalanceListener | None = None

    def subscribe(self, topics: Any = (), pattern: Any = None, listener: Any = None) -> None:
        """Subscribe as asked, and remember it."""
        self._topics, self._listener = topics, listener
        super().subscribe(topics, pattern, listener)

    async def getmany(self, *partitions: Any, **options: Any) -> dict[TopicPartition, list[Any]]:
        """Return the next records of each partition.

        Raises:
            KafkaError: as before; where the group is lost, a new one is already being joined.
        """
        try:
            return await super().getmany(*partitions, **options)
        except KafkaError as error:
            if type(error) in LOST and self._listener is not None:
                log.warning("group_lost", joins="anew", error=str(error))
                super().subscribe(self._topics, listener=_FromTheBeginning(self, self._listener))
            raise
