"""The dense plan of rounds that are there to be counted: kills one after the other, each as soon as the one before is healed.

A step has every failpoint once: they are dealt out to the services, which all end somewhere at the same time, and are killed
and started anew with the next place armed as soon as they have ended at the one before. In other steps database or broker,
or both, are killed beside one to four processes, each after a pause of its own. All of it is drawn from the seed alone.
"""

import random
from dataclasses import dataclass

from tests.faults.schedule import FAILPOINTS, MIGRATION, SERVICES, Fault, Step

PAUSE_SECONDS = 3.0  # at most, before a process is killed: the moment is anywhere in the work, not when all is level
LONG_WAITS = {"solver.before_store": 2.0, "mail.after_data": 1.5}  # how much longer than others until somebody comes by
BOTH = 0.4  # how often database and broker are killed in one step


@dataclass(frozen=True)
class Counts:
    """How often a round does each: ``failpoints`` every one of them, ``parts`` the database, and as often the broker."""

    failpoints: int = 5
    parts: int = 8


def plan_counted(seed: int, counts: Counts = Counts()) -> tuple[Step, ...]:
    """Return the steps of a round of nothing but kills and failpoints."""
    dice = random.Random(seed)
    steps = [_at_failpoints(dice) for _ in range(counts.failpoints)] + _parts(dice, counts.parts)
    dice.shuffle(steps)
    first = dice.randrange(len(SERVICES))
    targets = [SERVICES[(first + number) % len(SERVICES)] for number in range(counts.failpoints)]
    return (tuple(Fault("failpoint", target, detail=MIGRATION) for target in targets), *steps)


def _at_failpoints(dice: random.Random) -> Step:
    """Return every failpoint once; those of one service are reached one after the other, in the order given."""
    places = [place for place in FAILPOINTS if place != MIGRATION]
    dice.shuffle(places)
    busy = {service: dice.uniform(0, 2) for service in SERVICES}
    faults: list[Fault] = []
    for place in sorted(places, key=lambda place: len(FAILPOINTS[place][0])):  # those with one home first
        where, arrivals = FAILPOINTS[place]
        service = min((name for name in busy if name in where), key=lambda name: busy[name])
        busy[service] += LONG_WAITS.get(place, 1.0)
        faults.append(Fault("failpoint", service, dice.uniform(0, PAUSE_SECONDS), place, dice.randint(1, arrivals)))
    dice.shuffle(faults)
    return tuple(faults)


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
