"""Overtaking: a relay that went on after another one had taken over may have sent an old state behind a newer one.

A compacted topic would keep it for good, and an erased contact with it; so the newest state is told once more.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

import asyncpg
import structlog

log = structlog.get_logger(__name__)

WAITING = "SELECT id FROM outbox WHERE id = ANY($1::bigint[])"

TellNewest = Callable[[Sequence[str]], Awaitable[None]]


class Overtaking:
    """Remembers which messages of compacted topics were given to the broker here and not known as sent by this relay."""

    def __init__(self) -> None:
        self._tellers: dict[str, TellNewest] = {}
        self._unsure: dict[int, tuple[str, bytes]] = {}

    def tell_by(self, topic: str, tell: TellNewest) -> None:
        """Declare how to tell the newest state of keys of a topic once more, in a unit of work of its own."""
        self._tellers[topic] = tell

    def sending(self, rows: Iterable[asyncpg.Record]) -> None:
        """Take notice of messages before they are sent."""
        self._unsure |= {row["id"]: (row["topic"], row["key"]) for row in rows if row["topic"] in self._tellers}

    async def settle(self, connection: asyncpg.Connection, deleted: Iterable[int] = ()) -> None:
        """Forget what was ``deleted`` here after it was sent, and what waits still: it goes out again, and what is newer behind it.

        The others somebody else sent and deleted, and perhaps newer ones of their keys: those are told once more.
        """
        for number in deleted:
            self._unsure.pop(number, None)
        if not self._unsure:
            return
        for row in await connection.fetch(WAITING, list(self._unsure)):
            del self._unsure[row["id"]]
        for topic, tell in self._tellers.items():
            keys = sorted({key.decode() for of, key in self._unsure.values() if of == topic})
            if keys:
                log.warning("overtaken_by_another_relay", topic=topic, keys=len(keys))
                await tell(keys)
        self._unsure.clear()
