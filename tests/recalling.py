"""A service whose database goes back in time while its log keeps what it told, as after ``complete-log``."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from tests.harness import Harness

from common.cli.settle import find_settlements
from common.contracts.base import events_topic
from common.delivery.numbering import number_events
from common.delivery.relay import plain_dsn
from common.delivery.settling import SettledEvent, settle_forgotten
from launcher.postgres import programs

COMPLETE = """
INSERT INTO event_log (position, key, key_sequence, event_id, headers, value, logged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
ADVANCE = """
UPDATE event_log_head SET position = (SELECT max(position) FROM event_log), published = (SELECT max(position) FROM event_log)
"""
KEYS = """
INSERT INTO event_log_keys SELECT key, max(key_sequence), max(headers->>'ce_time') FROM event_log GROUP BY key
ON CONFLICT (key) DO UPDATE SET last = excluded.last, last_time = excluded.last_time
"""
OPTIONS = ("--no-owner", "--no-acl", "--clean", "--if-exists", "--exit-on-error")


@dataclass
class Recalling:
    """Backs a service's database up, takes it back, and settles what it forgot."""

    harness: Harness
    owner_url: str
    folder: Path

    async def back_up(self) -> None:
        await self._number_all()
        await _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", "--file", self._dump, self._url)

    async def go_back(self) -> int:
        """Restore the backup and complete its log; return how many events are forgotten."""
        await self._number_all()
        connection = await asyncpg.connect(self._url)
        told = await connection.fetch("SELECT * FROM event_log ORDER BY position")
        await connection.close()
        await self.harness.service.engine.dispose()
        await _run("pg_restore", *OPTIONS, "--dbname", self._url, self._dump)
        connection = await asyncpg.connect(self._url)
        head = await connection.fetchval("SELECT position FROM event_log_head")
        missing = [row for row in told if row["position"] > head]
        await connection.executemany(COMPLETE, [tuple(row) for row in missing])
        for statement in (ADVANCE, KEYS):
            await connection.execute(statement)
        await connection.executemany(
            "INSERT INTO forgotten_events (position) VALUES ($1)", [(row["position"],) for row in missing]
        )
        await connection.close()
        return len(missing)

    async def settle(self) -> list[SettledEvent]:
        settlements = find_settlements(self.harness.name)
        return [one async for one in settle_forgotten(self.harness.service, settlements)]

    async def _number_all(self) -> None:
        connection = await asyncpg.connect(self._url)
        while (await number_events(connection, events_topic(self.harness.name), 100)).events:
            pass
        await connection.close()

    @property
    def _dump(self) -> str:
        return str(self.folder / f"{self.harness.name}.dump")

    @property
    def _url(self) -> str:
        return plain_dsn(self.owner_url)


MakeRecalling = Callable[[Harness], Recalling]


def outcomes(done: list[SettledEvent]) -> list[tuple[str, str]]:
    """Return what was done, as name of the event and outcome."""
    return [(one.cause.type.split(".")[2], str(one.settled.how)) for one in done]


async def _run(program: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(programs() / program), *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
