"""Whether a system has taken in all that was there, read from its databases alone."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import asyncpg
from tests.faults.schedule import SERVICES
from tests.faults.stage import Stage

READS = {
    "registration": ("allocation",),
    "allocation": ("registration",),
    "notifications": ("registration", "allocation"),
    "reporting": ("registration", "allocation", "notifications"),
}
OPEN_NOTICES = ["due", "sending", "unknown", "waiting_contact", "waiting_edition", "waiting_application"]
OVERDUE = """
SELECT count(*) AS n FROM applications JOIN editions USING (edition_id)
WHERE applications.state = 'returned' AND reply_by_at < $1
    AND editions.state NOT IN ('suspended', 'closed', 'reported', 'cancelled')
"""
# A server that is killed between two messages of one query leaves asyncpg in a state that it takes for a bug of its own.
LOST_DATABASE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

UNREADY_SECONDS = 20.0

Heads = dict[str, dict[bytes, int]]


async def read_heads(stage: Stage) -> Heads:
    """Return each owner's last number of each key; waiting rows of the outbox stand under an empty key."""
    heads: Heads = {}
    for service in SERVICES:
        rows = await stage.sql(service, "SELECT key, last FROM event_log_keys")
        heads[service] = {bytes(row["key"]): int(row["last"]) for row in rows}
        rows = await stage.sql(service, "SELECT coalesce(max(id), 0) AS last FROM outbox")
        heads[service][b""] = int(rows[0]["last"])
    return heads


async def find_behind(stage: Stage, heads: Heads) -> list[str]:
    """Say who has not yet published or taken in what was there at the given heads."""
    behind: list[str] = []
    for service in SERVICES:
        rows = await stage.sql(service, "SELECT count(*) AS n FROM outbox WHERE id <= $1", heads[service][b""])
        if rows[0]["n"]:
            behind.append(f"{service}: {rows[0]['n']} in the outbox")
        rows = await stage.sql(service, "SELECT source, key, last FROM inbox")
        taken = {(row["source"].split("/")[2], bytes(row["key"])): row["last"] for row in rows}
        for owner in READS[service]:
            lacking = sum(max(0, last - taken.get((owner, key), 0)) for key, last in heads[owner].items() if key)
            if lacking:
                behind.append(f"{service}: {lacking} of {owner} not taken in")
    return behind


async def wait_until_level(stage: Stage, seconds: float) -> tuple[float, list[str]]:
    """Wait until all that is there now is taken in everywhere; return the seconds, and who is still behind."""
    begun, heads, behind = time.monotonic(), None, ["the databases do not answer"]
    while time.monotonic() - begun < seconds:
        with suppress(*LOST_DATABASE):
            heads = heads or await read_heads(stage)
            behind = await find_behind(stage, heads)
            if not behind:
                break
        await asyncio.sleep(0.2)
    return time.monotonic() - begun, behind


async def wait_until_quiet(stage: Stage, seconds: float) -> list[str]:
    """Wait until nothing is queued, unpublished, unread, unsolved or unsent; return what still is."""
    open_points: list[str] = []
    until = time.monotonic() + seconds
    calm = 0
    while time.monotonic() < until:
        open_points = await find_open(stage)
        calm = 0 if open_points else calm + 1
        if calm == 3:
            return []
        if any("notices" in point for point in open_points):
            stage.clock.to_morning(1)  # tries that were put off come round
        await asyncio.sleep(0.5)
    return open_points or ["never calm for long"]


async def find_open(stage: Stage) -> list[str]:
    """Say what is not at rest."""
    points = await find_behind(stage, await read_heads(stage))
    for service in SERVICES:
        head: Any = (await stage.sql(service, "SELECT position, published FROM event_log_head"))[0]
        if head["position"] != head["published"]:
            points.append(f"{service}: published {head['published']} of {head['position']}")
    rows = await stage.sql("notifications", "SELECT count(*) AS n FROM notices WHERE state = ANY($1)", OPEN_NOTICES)
    points += [f"notifications: {rows[0]['n']} notices open"] if rows[0]["n"] else []
    rows = await stage.sql("registration", OVERDUE, stage.clock.now())
    points += [f"registration: {rows[0]['n']} supplements overdue"] if rows[0]["n"] else []
    rows = await stage.sql("allocation", "SELECT count(*) AS n FROM runs WHERE state IN ('queued', 'running')")
    return points + ([f"allocation: {rows[0]['n']} runs open"] if rows[0]["n"] else [])


async def wait_until_unready(stage: Stage) -> bool:
    """Wait until a service says that it is not ready; return whether one did in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(UNREADY_SECONDS):
            while all([await stage.is_ready(service) for service in SERVICES]):
                await asyncio.sleep(0.2)
            return True
    return False
