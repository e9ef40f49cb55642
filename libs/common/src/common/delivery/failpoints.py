"""Failpoints: named places in the delivery code where a test may kill, break, hold or block the process.

``FAILPOINTS=relay.after_send:kill@7`` kills the process at the seventh arrival there; several are parted by commas.
``pause:3`` holds whoever arrives for three seconds, ``block:3`` the whole process: nothing of its loop goes on.
Nothing is armed unless the setting says so, and then an arrival costs one comparison.
"""

import asyncio
import os
import re
import signal
import time
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

PLACES = {
    "consumer.after_lock": "the inbox rows are added, locked and moved on, nothing else of the batch is done",
    "consumer.mid_batch": "one message of a batch has had its effect, others may follow",
    "consumer.before_commit": "effects and memory are written, not committed",
    "consumer.after_commit": "all is stored, the offset is not committed",
    "commit.numbered": "events are numbered in the transaction that tells them, which is not committed",
    "commit.after_numbering": "events are numbered and committed with what they tell of, the relay does not have them",
    "relay.after_numbering": "events are numbered, not sent",
    "relay.mid_batch": "a part of a batch may be with the broker, none is acknowledged",
    "relay.after_send": "the broker has acknowledged, the mark is not moved",
    "solver.before_store": "a run is solved, its result not stored",
    "mail.after_data": "the mail server has taken a mail, its status is not stored",
    "migration.before_commit": "the revisions are applied, not committed",
    "shutdown.draining": "the stop has begun, the subscriber still runs",
}
_FORM = re.compile(
    r"(?P<place>[a-z_.]+):(?P<action>kill|raise|(pause|block):(?P<seconds>\d+(\.\d+)?))(@(?P<nth>[1-9]\d*))?"
)


class FailpointError(RuntimeError):
    """Raised where a failpoint says so."""


@dataclass
class _Armed:
    action: str
    seconds: float
    arrivals_left: int


_armed: dict[str, _Armed] | None = None


def read_failpoints(told: str) -> dict[str, _Armed]:
    """Return what a setting arms.

    Raises:
        ValueError: a place is not known, or the form is another; the text lists the places.
    """
    found: dict[str, _Armed] = {}
    for word in filter(None, (word.strip() for word in told.split(","))):
        form = _FORM.fullmatch(word)
        if form is None:
            raise ValueError(
                f"{word!r} is not place:kill, place:raise, place:pause:SECONDS or place:block:SECONDS, with @n for the nth time"
            )
        if form["place"] not in PLACES:
            raise ValueError(f"no failpoint {form['place']!r}; there are {', '.join(sorted(PLACES))}")
        action = form["action"].partition(":")[0]
        found[form["place"]] = _Armed(action, float(form["seconds"] or 0), int(form["nth"] or 1))
    return found


def arm(told: str) -> None:
    """Arm what a setting says, and nothing else; each acts once."""
    global _armed  # noqa: PLW0603  # one process, one setting
    _armed = read_failpoints(told) or None


async def reach(place: str) -> None:
    """Say that this place is reached: does nothing, unless it is armed and this is the arrival meant.

    Raises:
        FailpointError: the action is ``raise``.
    """
    if _armed is not None:
        await _arrive(_armed, place)


async def _arrive(armed: dict[str, _Armed], place: str) -> None:
    point = armed.get(place)
    if point is None:
        return
    point.arrivals_left -= 1
    if point.arrivals_left:
        return
    log.warning("failpoint_reached", place=place, action=point.action)
    if point.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif point.action == "raise":
        raise FailpointError(place)
    elif point.action == "block":
        time.sleep(point.seconds)  # noqa: ASYNC251  # it is meant to hold everybody
    else:
        await asyncio.sleep(point.seconds)
