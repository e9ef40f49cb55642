"""Takes allocation's database back to an earlier moment, as a backup does, and settles what it told since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import text
from tests.allocation.conftest import EDITION, Fair

from allocation.resumptions import handlers as resumptions
from allocation.settlements import SETTLEMENTS
from common.delivery.relay import plain_dsn
from common.delivery.settling import SettledEvent, settle_forgotten

# The outbox stands for the topic here: it keeps what both lives told.
KEPT = ("alembic_version", "outbox", "event_log", "event_log_head", "event_log_keys", "forgotten_events")
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1::text[])
ORDER BY tablename = 'held_booths', tablename
"""
COMPLETE = """
WITH told AS (
  SELECT row_number() OVER (ORDER BY id) AS position, row_number() OVER (PARTITION BY key ORDER BY id) AS number, o.*
  FROM outbox o WHERE topic = 'ocop.allocation.events'
), logged AS (
  INSERT INTO event_log (position, key, key_sequence, event_id, headers, value)
  SELECT position, key, number, event_id, headers, value FROM told ON CONFLICT DO NOTHING
)
INSERT INTO forgotten_events (position) SELECT position FROM told WHERE id > $1
ON CONFLICT (position) DO UPDATE SET settled_at = NULL, how = NULL, note = NULL
"""
PLACES = """
SELECT application_id, vendor_id, outcome, booth_codes, offer_id, reply_by_at, run_id, former_booth_codes
FROM places WHERE outcome <> 'awaiting' ORDER BY application_id
"""
LINE = "SELECT application_id FROM places WHERE waiting_rank IS NOT NULL ORDER BY waiting_rank"
CLAIMS = "SELECT application_id FROM places WHERE booth_codes <> '{}' ORDER BY standing, application_id"
HELD = "SELECT booth_code, application_id FROM held_booths ORDER BY booth_code"
OFFERS = "SELECT * FROM offers ORDER BY offer_id"
CHECK_INS = 'SELECT * FROM check_ins ORDER BY application_id, "on"'


@dataclass
class Backup:
    """A copy of the tables at one moment, and how much had been told and delivered until then."""

    fair: Fair
    owner_url: str
    told: int = 0
    delivered: int = 0
    tables: list[str] = field(default_factory=list[str])

    async def take(self) -> None:
        """Copy the tables as they are."""
        connection = await asyncpg.connect(plain_dsn(self.owner_url))
        await connection.execute("DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied")
        self.tables = [row[0] for row in await connection.fetch(TABLES, list(KEPT))]
        for name in self.tables:
            await connection.execute(f"CREATE TABLE copied.{name} AS TABLE public.{name}")
        self.told = await connection.fetchval("SELECT coalesce(max(id), 0) FROM outbox")
        await connection.close()
        self.delivered = len(self.fair.harness.delivered)

    async def forget_told(self, *, beyond: int) -> None:
        """Lose what was told since the copy but the first so many: the broker never had it."""
        connection = await asyncpg.connect(plain_dsn(self.owner_url))
        lost = "SELECT id FROM outbox WHERE id > $1 ORDER BY id OFFSET $2"
        await connection.execute(f"DELETE FROM outbox WHERE id IN ({lost})", self.told, beyond)  # noqa: S608
        await connection.close()

    async def restore(self) -> None:
        """Put the tables back as they were, and mark what was told since."""
        connection = await asyncpg.connect(plain_dsn(self.owner_url))
        async with connection.transaction():
            for name in reversed(self.tables):
                await connection.execute(f"DELETE FROM public.{name}")  # noqa: S608  # our own tables
            for name in self.tables:
                copy = f"INSERT INTO public.{name} OVERRIDING SYSTEM VALUE SELECT * FROM copied.{name}"  # noqa: S608
                await connection.execute(copy)
            await connection.execute(COMPLETE, self.told)
        await connection.close()

    async def settle(self) -> list[SettledEvent]:
        """Do what ``python -m allocation settle`` does."""
        return [one async for one in settle_forgotten(self.fair.harness.service, SETTLEMENTS)]

    async def catch_up(self) -> None:
        """Take in what was delivered since the copy once more, as it comes from the owner's feed, and let the edition go on."""
        await self.fair.harness.service.consumer.consume(self.fair.harness.delivered[self.delivered :])
        await self.fair.harness.run(resumptions.resume, EDITION)

    async def go_back(self) -> list[SettledEvent]:
        """Restore, settle, and catch up; return what was settled."""
        await self.restore()
        settled = await self.settle()
        await self.catch_up()
        return settled


async def read_street(fair: Fair) -> dict[str, Sequence[Any]]:
    """Return all that counts of who holds what, who waits in which order, and who was seen."""
    queries = {
        "places": PLACES, "line": LINE, "claims": CLAIMS, "held": HELD, "offers": OFFERS, "check_ins": CHECK_INS,
    }  # fmt: skip
    async with fair.harness.unit_of_work() as uow:
        return {name: [tuple(row) for row in await uow.session.execute(text(sql))] for name, sql in queries.items()}
