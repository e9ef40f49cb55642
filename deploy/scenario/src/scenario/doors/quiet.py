"""Waits until all services have done what the present moment asks: nothing queued, unread, unpublished or running."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.tokens import Role
from scenario.doors.system import SERVICES, Json, StoryFailedError, System

FIRST_POLL_SECONDS, LAST_POLL_SECONDS, POLL_GROWTH = 0.02, 0.15, 1.25
PATIENCE_SECONDS = 60.0

# Whose events each service reads at the least; a status names a source only once something of it was read. Registration
# reads allocation's, and is waited for from the first on: the version before, beside which an upgrade runs, reads none.
READS = {
    "allocation": ("registration",),
    "notifications": ("registration", "allocation"),
    "reporting": ("registration", "allocation", "notifications"),
}


async def wait_for_quiet(system: System, patience: float = PATIENCE_SECONDS) -> dict[str, Json]:
    """Return every service's status once all are quiet at the clock's time, seen twice in a row.

    Only the first that is not at rest is asked again, in the order in which events go through them: those behind it
    cannot be at rest before it is. Once it is, the next is asked at once: what is known of that is older. The second look at
    all of them catches what moved in between.

    Raises:
        StoryFailedError: nothing moved for ``patience`` seconds; tells what is still open.
    """
    moved_at, last_points = time.monotonic(), list[str]()
    marks: list[Any] | None = None
    pause, fresh = FIRST_POLL_SECONDS, set(SERVICES)
    statuses = await read_statuses(system)
    while True:
        open_points = find_open_points(statuses, system.now)
        if not open_points:
            before, marks = marks, [statuses[service]["log_position"] for service in SERVICES]
            if marks == before:
                return statuses
            statuses, fresh = await read_statuses(system), set(SERVICES)
            continue
        marks = None
        if open_points != last_points:
            moved_at, last_points = time.monotonic(), open_points
        if time.monotonic() > moved_at + patience:
            raise StoryFailedError(f"nothing has moved for {patience:g} s: {'; '.join(open_points)}")
        restless = next(service for service in SERVICES if any(point.startswith(service) for point in open_points))
        if restless in fresh:
            await asyncio.sleep(pause)
            pause, fresh = min(pause * POLL_GROWTH, LAST_POLL_SECONDS), {restless}
        else:
            pause, fresh = FIRST_POLL_SECONDS, fresh | {restless}
        statuses |= await read_statuses(system, [restless])


async def read_statuses(system: System, services: Sequence[str] = SERVICES) -> dict[str, Json]:
    """Return each service's status."""
    answers = await asyncio.gather(*(system.get(f"/{service}/status", Role.OPERATOR) for service in services))
    return dict(zip(services, answers, strict=True))


def find_open_points(statuses: dict[str, Json], now: datetime) -> list[str]:
    """Say what is not yet at rest, in words."""
    points: list[str] = []
    for service, status in statuses.items():
        points += _own_points(service, status, now)
        points += _unread(service, status, statuses)
    return points


def _own_points(service: str, status: Json, now: datetime) -> list[str]:
    points = [f"{service}: {name} {status[name]}" for name in ("busy", "outbox") if status[name]]
    if status["published"] != status["log_position"]:
        points.append(f"{service}: published {status['published']} of {status['log_position']}")
    if status["parked"]:
        raise StoryFailedError(f"{service}: {status['parked']} subjects are parked; see its dead letters")
    for timer in status["timers"]:
        if timer.get("tidies"):
            continue
        ran_at = timer["last_run_at"]
        if ran_at is None or datetime.fromisoformat(ran_at) < now:
            points.append(f"{service}: timer {timer['name']} last ran {ran_at}")
    return points


def _unread(service: str, status: Json, statuses: dict[str, Json]) -> list[str]:
    points: list[str] = []
    for owner, read in _read_of_owners(service, status).items():
        for key, last in statuses.get(owner, {"keys": {}})["keys"].items():
            if read.get(key, 0) < last:
                points.append(f"{service}: read {read.get(key, 0)} of {last} of /ocop/{owner}")
    return points


def _read_of_owners(service: str, status: Json) -> dict[str, dict[str, int]]:
    """Return the last number read of every owner's keys; numbers go on over the epochs of an owner."""
    found: dict[str, dict[str, int]] = {owner: {} for owner in READS.get(service, ())}
    for source, read in status["consumed"].items():
        known = found.setdefault(source.split("/")[2], {})
        for key, last in read.items():
            known[key] = max(last, known.get(key, 0))
    return found


def earliest_due(statuses: dict[str, Json]) -> datetime | None:
    """Return the first moment at which a service's timer has something to do."""
    moments = [status.get("next_due_at") for status in statuses.values()]
    return min((datetime.fromisoformat(moment) for moment in moments if moment), default=None)
