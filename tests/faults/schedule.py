"""The faults of a round, drawn from its seed alone: the same seed gives the same faults in the same order."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

SERVICES = ("registration", "allocation", "notifications", "reporting")
LINES = ("database", "broker", "mail")
CUTS = ("latency", "bandwidth", "hold_to_server", "hold_to_client", "reset", "half_open", "blackhole")
READERS = ("allocation", "notifications", "reporting")
TELLERS = ("registration", "allocation", "notifications")  # reporting tells on fair days alone: too rare to wait for
MIGRATION = "migration.before_commit"
# Where each failpoint is reached: whose code, and which arrival (drawn up to this one).
FAILPOINTS = {
    "solver.before_store": (("allocation",), 1),
    "mail.after_data": (("notifications",), 2),
    "consumer.after_lock": (READERS, 2),
    "consumer.mid_batch": (READERS, 3),
    "consumer.before_commit": (READERS, 2),
    "consumer.after_commit": (READERS, 2),
    "commit.numbered": (TELLERS, 2),
    "commit.after_numbering": (TELLERS, 2),
    "relay.after_numbering": (TELLERS, 2),
    "relay.mid_batch": (TELLERS, 2),
    "relay.after_send": (TELLERS, 2),
    "shutdown.draining": (SERVICES, 1),
    MIGRATION: (SERVICES, 1),
}
# What a round must not be without, if it is planned: every failpoint, and these.
DEMANDED = ("kill", "cut", "two_relays", "zombie_relay", "poison", "replay", "retention")
# What a round has once each; what stands in one line is done side by side. What is demanded comes first.
ONCE = (
    ("zombie_relay", "replicas", "replay"),
    ("two_relays", "mail_answers", "long_snapshot"),
    ("poison",),
    ("retention",),
    ("unreadable", "clock_forward"),
    ("clock_back", "no_connections"),
    ("disk_full",),
    ("read_only",),
    ("deadlock", "slow_clients"),
    ("hot_key",),
    ("no_names",),
    ("version_before",),
    ("no_producer_id",),
    ("block_loop",),
    ("stop_beyond",),
    ("far",),
    ("other_zone",),
    ("skewed_clock",),
)
# Whom they hit, where that is not any reader; and how long they last, where that is not some seconds.
TARGETS = {
    "version_before": SERVICES,
    "other_zone": SERVICES,
    "no_producer_id": TELLERS,
    "skewed_clock": ("registration", "allocation"),
    "far": LINES,
}
SECONDS = {"no_producer_id": 40.0, "block_loop": 15.0, "far": 20.0}


@dataclass(frozen=True)
class Fault:
    """One fault: what, to whom, how long it lasts, and what else it needs to know."""

    name: str
    target: str = ""
    seconds: float = 0.0
    detail: str = ""
    nth: int = 1

    @property
    def title(self) -> str:
        return f"{self.name}:{self.detail}" if self.detail else self.name


Step = tuple[Fault, ...]


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
    promotions: int = 1
    once: tuple[tuple[str, ...], ...] = ONCE


LONG = Wanted(failpoints=2, kills=8, stops=2, cuts=7, connections=2, databases=3, brokers=3)


def plan_faults(seed: int, wanted: Wanted, only: Sequence[str] = ()) -> tuple[Step, ...]:
    """Return a round's steps in their order, each of faults that are done side by side.

    Args:
        seed: of all that is drawn.
        wanted: how many of each kind.
        only: kinds, where others are left out; or single faults as ``name:detail:target``, which are made as named.
    """
    dice = random.Random(seed)
    steps = [step for _ in range(wanted.failpoints) for step in _failpoints(dice)]
    dice.shuffle(steps)
    once = [tuple(_once(dice, name) for name in names) for names in wanted.once]
    dice.shuffle(once)
    once.sort(key=lambda step: not any(fault.name in DEMANDED for fault in step))
    first, more = _more(dice, wanted)
    steps = first + steps + once + more
    steps += [(_once(dice, "promote"),)] * wanted.promotions
    if not only:
        return tuple(steps)
    made = tuple((_read(dice, word),) for word in only if ":" in word)
    kept = (tuple(fault for fault in step if fault.name in only) for step in steps)
    return made + tuple(step for step in kept if step)


def _failpoints(dice: random.Random) -> list[Step]:
    """Return every failpoint once, parted so that each service stops at one place at a time."""
    steps: list[list[Fault]] = []
    for place, (where, arrivals) in FAILPOINTS.items():
        names = dice.sample(where, len(where))
        nth = dice.randint(1, arrivals)
        for step in sorted(steps, key=len):
            if free := [name for name in names if name not in {fault.target for fault in step}]:
                step.append(Fault("failpoint", free[0], detail=place, nth=nth))
                break
        else:
            steps.append([Fault("failpoint", names[0], detail=place, nth=nth)])
    return [tuple(step) for step in steps]


def _once(dice: random.Random, name: str) -> Fault:
    seconds = dice.uniform(4, 8)
    return Fault(name, dice.choice(TARGETS.get(name, READERS)), SECONDS.get(name, seconds))


def _more(dice: random.Random, wanted: Wanted) -> tuple[list[Step], list[Step]]:
    """Return the faults that are drawn freely, one of a process and one of a part side by side while there are both.

    The first steps have one of each kind, and come before all else: a slow machine leaves out the last ones.
    """
    kills = [Fault("kill", dice.choice(SERVICES)) for _ in range(wanted.kills)]
    stops = [Fault("stop", dice.choice(SERVICES), dice.uniform(2, 8)) for _ in range(wanted.stops)]
    first_cut = dice.randrange(len(CUTS))  # each kind in turn, so that a few rounds have them all
    cuts = [
        Fault("cut", dice.choice(LINES), dice.uniform(2, 6), CUTS[(first_cut + number) % len(CUTS)])
        for number in range(wanted.cuts)
    ]
    connections = [Fault("end_connections", dice.choice(SERVICES)) for _ in range(wanted.connections)]
    databases = [Fault("kill_database", seconds=dice.uniform(0, 3)) for _ in range(wanted.databases)]
    brokers = [Fault("kill_broker", seconds=dice.uniform(1, 4)) for _ in range(wanted.brokers)]
    processes, parts = (kills, stops), (cuts, connections, databases, brokers)
    first = _pair(dice, _flat(kind[:1] for kind in processes), _flat(kind[:1] for kind in parts))
    return first, _pair(dice, _flat(kind[1:] for kind in processes), _flat(kind[1:] for kind in parts))


def _flat(kinds: Iterable[list[Fault]]) -> list[Fault]:
    return [fault for kind in kinds for fault in kind]


def _pair(dice: random.Random, processes: list[Fault], parts: list[Fault]) -> list[Step]:
    dice.shuffle(processes)
    dice.shuffle(parts)
    return [tuple(filter(None, pair)) for pair in zip_longest(processes, parts)]


def _read(dice: random.Random, word: str) -> Fault:
    name, detail, target = (*word.split(":"), "", "")[:3]
    return Fault(name, target or dice.choice(READERS), dice.uniform(2, 6), detail)
