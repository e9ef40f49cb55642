"""Read models made anew from the owners' histories beside live traffic: the same figures, and none of the traffic lost."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from tests.system.conftest import Played

from common.delivery.relay import plain_dsn
from common.tokens import Role
from scenario.acts import payloads
from scenario.doors.quiet import wait_for_quiet
from scenario.doors.system import System
from scenario.script.steps import Announce

pytestmark = pytest.mark.system
PAUSE_SECONDS = 0.1  # traffic without pause is hundreds of editions, whose notices take longer than what is tested

HARM = """
DELETE FROM places; DELETE FROM attendances WHERE present; UPDATE applications SET booths_granted = NULL
"""


def environment(played: Played) -> dict[str, str]:
    """Return what an operator sets to rebuild reporting: the tables' owner, the feeds and the right to read them."""
    system = played.system
    urls = system.postgres.create_service_database("reporting")
    return os.environ | {
        "DATABASE_URL": urls.app_url,
        "MIGRATION_DATABASE_URL": urls.owner_url,
        "FEED_URLS": json.dumps(system.service_urls),
        "SERVICE_TOKEN": system.keys.service_token("reporting"),
    }


async def look(doors: System, edition_id: str) -> list[Any]:
    return [
        await doors.get(f"/reporting/editions/{edition_id}/figures", Role.ORGANISER),
        await doors.get("/reporting/positions", Role.ORGANISER),
    ]


async def rebuild(settings: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "reporting", "rebuild"), env=settings, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return told.decode()


async def announce_until(done: asyncio.Event, doors: System, played: Played) -> list[str]:
    """Announce one edition after the other, some each second, all the time; return their ids."""
    paper = next(step.paper for step in played.scenario.steps if isinstance(step, Announce))
    made: list[str] = []
    while not done.is_set():
        body = payloads.edition(replace(played.scenario.edition, code=f"next-{len(made)}"))
        edition_id = (await doors.post("/registration/editions", Role.ORGANISER, body))["edition_id"]
        approval = {"legal_document": payloads.paper(paper)}
        await doors.post(f"/registration/editions/{edition_id}/approval", Role.ORGANISER, approval)
        made.append(edition_id)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), PAUSE_SECONDS)
    return made


async def test_read_models_rebuilt_beside_live_traffic_give_the_same_figures(small_fair: Played):
    doors = System(small_fair.system.url, small_fair.system.private_key, small_fair.clock)
    doors.now = small_fair.clock.now()
    edition_id = small_fair.events("registration")[0]["data"]["edition_id"]
    settings = environment(small_fair)
    try:
        figures, _ = await look(doors, edition_id)
        connection = await asyncpg.connect(plain_dsn(settings["DATABASE_URL"]))
        await connection.execute(HARM)
        assert (await look(doors, edition_id))[0] != figures

        done = asyncio.Event()
        traffic = asyncio.create_task(announce_until(done, doors, small_fair))
        told = await rebuild(settings)
        done.set()
        announced = await traffic
        await wait_for_quiet(doors)

        assert int(told.splitlines()[-1].split()[0]) > 100
        assert (await look(doors, edition_id))[0] == figures
        known = {str(row["edition_id"]) for row in await connection.fetch("SELECT edition_id FROM edition_steps")}
        assert {edition_id, *announced} <= known
        assert len(announced) > 1
        assert not await connection.fetchval("SELECT to_regnamespace('rebuilt') IS NOT NULL")
        await connection.close()
    finally:
        await doors.close()
