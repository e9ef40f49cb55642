"""The faults of a round, drawn from its seed alone: the same seed gives the same faults in the same order."""

import random
from dataclasses import dataclass

SERVICES = ("registration", "allocation", "notifications", "reporting")
LINES = ("database", "broker", "mail")
CUTS = ("latency", "bandwidth", "hold_to_server", "hold_to_client", "reset", "half_open", "blackhole")
READERS = ("allocation", "notifications", "reporting")
# Where each failpoint is reached: whose code, and which arrival (drawn up to this one).
FAILPOINTS = {
    "consumer.after_lock": (READERS, 2),
    "consumer.mid_batch": (READERS, 3),
    "consumer.before_commit": (READERS, 2),
    "consumer.after_commit": (READERS, 2),
    "relay.after_numbering": (SERVICES, 2),
    "relay.mid_batch": (SERVICES, 2),
    "relay.after_send": (SERVICES, 2),
    "solver.before_store": (("allocation",), 1),
    "mail.after_data": (("notifications",), 2),
    "migration.before_commit": (SERVICES, 1),
    "shutdown.draining": (SERVICES, 1),
}
ONCE = ("two_relays", "zombie_relay", "poison", "unreadable", "replay", "retention", "clock_forward", "clock_back")


@dataclass(frozen=True)
class Fault:
    """One fault: what, to whom, how long it lasts, and what else it needs to know."""

    name: str
    target: str = ""
    seconds: float = 0.0
    detail: str = ""
    nth: int = 1


@dataclass(frozen=True)
class Wanted:
    """How many faults of each kind a round has."""

    failpoints: int = 1
    kills: int = 4
    stops: int = 1
    cuts: int = 5
    connections: int = 1
    databases: int = 1
    brokers: int = 1
    once: tuple[str, ...] = ONCE


def plan_faults(seed: int, wanted: Wanted, only: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """Return the faults of a round in their order; of some kinds alone where they are named."""
    dice = random.Random(seed)
    faults = [_failpoint(dice, place) for place in FAILPOINTS for _ in range(wanted.failpoints)]
    faults += [Fault(name, dice.choice(READERS)) for name in wanted.once]
    dice.shuffle(faults)
    more = _more(dice, wanted)
    dice.shuffle(more)
    return tuple(fault for fault in (*faults, *more) if not only or fault.name in only)


def _more(dice: random.Random, wanted: Wanted) -> list[Fault]:
    """Return the faults that are drawn freely; they come last, and are what a slow machine leaves out."""
    faults = [Fault("kill", dice.choice(SERVICES)) for _ in range(wanted.kills)]
    faults += [Fault("stop", dice.choice(SERVICES), dice.uniform(2, 8)) for _ in range(wanted.stops)]
    first_cut = dice.randrange(len(CUTS))  # each kind in turn, so that a few rounds have them all
    faults += [
        Fault("cut", dice.choice(LINES), dice.uniform(2, 6), CUTS[(first_cut + number) % len(CUTS)])
        for number in range(wanted.cuts)
    ]
    faults += [Fault("end_connections", dice.choice(SERVICES)) for _ in range(wanted.connections)]
    faults += [Fault("kill_database", seconds=dice.uniform(0, 3)) for _ in range(wanted.databases)]
    faults += [Fault("kill_broker", seconds=dice.uniform(1, 4)) for _ in range(wanted.brokers)]
    return faults


def _failpoint(dice: random.Random, place: str) -> Fault:
    where, arrivals = FAILPOINTS[place]
    return Fault("failpoint", dice.choice(where), detail=place, nth=dice.randint(1, arrivals))
