"""Faults in what a process finds around it: the code of the version before, another time zone, a clock that runs ahead."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from tests.faults.on_processes import REACH_SECONDS, wait_until_ready
from tests.faults.quiet import LOST_DATABASE
from tests.faults.schedule import Fault
from tests.faults.stage import Stage
from tests.system.upgrading import NO_HISTORY, find_version_before, put_code

ZONE = "Pacific/Kiritimati"  # fourteen hours before Greenwich: nearly always another day than in Hanoi or London
AHEAD = timedelta(days=3)
TOLD_AHEAD = "SELECT count(*) AS n FROM event_log WHERE headers->>'ce_time' > $1"


async def version_before(stage: Stage, fault: Fault) -> bool:
    """A process is killed, one of the version before works in its place, and is killed for one of this version."""
    commit = await asyncio.to_thread(find_version_before)
    if not commit:
        stage.history.note("not_possible", fault=fault.name, why=NO_HISTORY)
        return False
    folder = stage.folder / f"before-{fault.target}-{stage.keepers[fault.target].lives}"
    return await _live_otherwise(stage, fault, await asyncio.to_thread(put_code, commit, folder), _nothing)


async def other_zone(stage: Stage, fault: Fault) -> bool:
    """A process and its database sessions live in another time zone for a while."""
    await stage.database.execute("postgres", f"ALTER ROLE {fault.target} SET timezone = '{ZONE}';")
    try:
        return await _live_otherwise(stage, fault, {"TZ": ZONE, "PGTZ": ZONE}, _nothing)
    finally:
        await stage.database.execute("postgres", f"ALTER ROLE {fault.target} RESET timezone;")


async def skewed_clock(stage: Stage, fault: Fault) -> bool:
    """A process whose clock is days ahead tells events, and one whose clock is right goes on after it."""
    clock = stage.clock.run_ahead(fault.target, AHEAD)

    async def tells() -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(REACH_SECONDS):
                while not await _count_ahead(stage, fault.target):
                    await asyncio.sleep(0.3)
                return True
        return False

    try:
        return await _live_otherwise(stage, fault, {"SCENARIO_CLOCK": str(clock)}, tells)
    finally:
        stage.clock.run_right(fault.target)


async def _count_ahead(stage: Stage, service: str) -> int:
    with suppress(*LOST_DATABASE):
        soon = (stage.clock.now() + AHEAD / 2).isoformat()
        return int((await stage.sql(service, TOLD_AHEAD, soon))[0]["n"])
    return 0


async def _nothing() -> bool:
    return True


async def _live_otherwise(
    stage: Stage, fault: Fault, environment: Mapping[str, str], meanwhile: Callable[[], Awaitable[bool]]
) -> bool:
    """Kill a process for one that finds another environment, and that one for one as before; return whether all that was done."""
    keeper = stage.keepers[fault.target]
    keeper.otherwise = environment
    life = keeper.lives + 1
    killed = await keeper.kill()
    await wait_until_ready(stage, fault.target, life)
    worked = await stage.is_ready(fault.target) and keeper.lives == life and await meanwhile()
    await asyncio.sleep(fault.seconds)
    return await keeper.kill() and killed and worked
