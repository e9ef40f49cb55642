"""The default scenario's run solved once more: seconds of each pass, and whether it is proven optimal.

The problem is put together from the events of a play, by the service's own code, and must be the one that was solved.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from allocation.applications.domain import Application
from allocation.applications.handlers import to_application
from allocation.editions.handlers import to_edition
from allocation.floor_plans.domain import PlannedBooth, join_neighbours
from allocation.floor_plans.handlers import to_booth
from allocation.grounds.domain import RunInput, digest
from allocation.grounds.snapshots import to_input
from allocation.runs import solver_passes
from allocation.runs.solver import solve
from allocation.settings import Settings
from common.contracts.allocation import AllocationRunCompleted, AllocationRunReleased, FloorPlanPublished
from common.contracts.base import Event
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationEvent,
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionAnnounced,
    RegistrationClosed,
)

E = TypeVar("E", bound=Event)
TOLD = (EditionAnnounced, ApplicationAccepted, ApplicationWithdrawn, ApplicationRevoked, RegistrationClosed)


@dataclass(frozen=True)
class PassTime:
    name: str
    seconds: float
    is_proven: bool


class Passes(logging.Handler):
    """Hears of each pass as it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[PassTime] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and len(record.args) == 3:
            name, seconds, is_proven = record.args
            if isinstance(seconds, float):
                self.times.append(PassTime(str(name), seconds, bool(is_proven)))


def measure(events: Path) -> list[PassTime]:
    """Return the passes of the run in their order.

    Raises:
        ValueError: what is put together from the events is not what the run was given.
    """
    completed = _read(events, "allocation", AllocationRunCompleted)[0]
    released = _read(events, "allocation", AllocationRunReleased)[0]
    problem = read_problem(events)
    if digest(problem) != completed.input_digest:
        raise ValueError("the events make another problem than the one that was solved")
    passes = Passes()
    silenced, logging.root.manager.disable = logging.root.manager.disable, logging.NOTSET
    solver_passes.log.addHandler(passes)
    solver_passes.log.setLevel(logging.DEBUG)
    solve(problem, released.seed or "", Settings.model_fields["solver_pass_work"].default)
    solver_passes.log.removeHandler(passes)
    logging.disable(silenced)
    if not passes.times:
        raise ValueError("the solver told of no pass")
    return passes.times


def read_problem(events: Path) -> RunInput:
    """Return what the run of a play decided from."""
    edition = to_edition(_read(events, "registration", EditionAnnounced)[0], "a-seed")
    plan = _read(events, "allocation", FloorPlanPublished)[0]
    planned = [
        PlannedBooth(each.booth_code, each.zone_code, each.area_m2, each.corner, each.power_sockets, each.x, each.y)
        for each in plan.booths
    ]
    booths = sorted(map(to_booth, join_neighbours(planned)), key=lambda each: each.booth_code)
    return to_input(edition, booths, list(_accepted_at_close(events).values()))


def _accepted_at_close(events: Path) -> dict[object, Application]:
    accepted: dict[object, Application] = {}
    for event in _read(events, "registration", *TOLD):
        if isinstance(event, RegistrationClosed):
            break
        if isinstance(event, ApplicationAccepted):
            accepted[event.application_id] = to_application(event)
        elif isinstance(event, ApplicationEvent):
            accepted.pop(event.application_id, None)
    return accepted


def _read(events: Path, owner: str, *kinds: type[E]) -> list[E]:
    """Return an owner's events of some kinds, in the order of its log."""
    by_type = {kind.event_type(): kind for kind in kinds}
    lines = (json.loads(line) for line in (events / f"{owner}.jsonl").read_text(encoding="utf-8").splitlines())
    return [by_type[line["type"]].model_validate(line["data"]) for line in lines if line["type"] in by_type]
