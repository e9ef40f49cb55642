"""The dense plan of rounds that are there to be counted: kills one after the other, each as soon as the one before is healed.

Every service is killed in every second step or so, often all four at once, each after a pause of its own; the failpoints
are dealt out to the services so that all of them end somewhere at the same time; database and broker are killed beside
processes, and now and then together. All of it is drawn from the seed alone.
"""

import random
from dataclasses import dataclass
from itertools import zip_longest

from tests.faults.schedule import FAILPOINTS, MIGRATION, SERVICES, Fault, Step

PAUSE_SECONDS = 3.0  # at most, before a process is killed: the moment is anywhere in the work, not when all is level
BOTH = 0.25  # how often database and broker are killed in one step


@dataclass(frozen=True)
class Counts:
    """How often a round does each: ``failpoints`` every one of them, ``parts`` the database, and as often the broker."""

    failpoints: int = 5
    parts: int = 8


def plan_counted(seed: int, counts: Counts = Counts()) -> tuple[Step, ...]:
    """Return the steps of a round of nothing but kills and failpoints."""
    dice = random.Random(seed)
    steps = _at_failpoints(dice, counts.failpoints) + _parts(dice, counts.parts)
    dice.shuffle(steps)
    first = dice.randrange(len(SERVICES))
    targets = [SERVICES[(first + number) % len(SERVICES)] for number in range(counts.failpoints)]
    return (tuple(Fault("failpoint", target, detail=MIGRATION) for target in targets), *steps)


def _at_failpoints(dice: random.Random, times: int) -> list[Step]:
    """Return steps in which each service ends at one failpoint at most, and as many of them as can."""
    wanted = [place for place in FAILPOINTS if place != MIGRATION] * times
    dice.shuffle(wanted)
    queues: dict[str, list[Fault]] = {service: [] for service in SERVICES}
    for place in sorted(wanted, key=lambda place: len(FAILPOINTS[place][0])):  # those with one home first
        where, arrivals = FAILPOINTS[place]
        service = min(where, key=lambda name: len(queues[name]))
        fault = Fault("failpoint", service, dice.uniform(0, PAUSE_SECONDS), place, dice.randint(1, arrivals))
        queues[service].append(fault)
    for queue in queues.values():
        dice.shuffle(queue)
    return [tuple(filter(None, step)) for step in zip_longest(*queues.values())]


def _parts(dice: random.Random, times: int) -> list[Step]:
    """Return steps in which the database or the broker, or both, are killed beside one to four processes."""
    databases = [Fault("kill_database", seconds=dice.uniform(0, 3)) for _ in range(times)]
    brokers = [Fault("kill_broker", seconds=dice.uniform(1, 4)) for _ in range(times)]
    steps: list[Step] = []
    while databases or brokers:
        both = bool(databases and brokers) and dice.random() < BOTH
        hit = [databases.pop()] if databases and (both or len(databases) >= len(brokers)) else [brokers.pop()]
        if both:
            hit.append(brokers.pop())
        killed = dice.sample(SERVICES, dice.randint(1, len(SERVICES)))
        steps.append((*hit, *(Fault("kill", one, dice.uniform(0, PAUSE_SECONDS)) for one in killed)))
    return steps
