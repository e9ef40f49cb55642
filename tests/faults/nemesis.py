"""Does the planned faults to the stage, step by step, and measures how long the system takes to be level again."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults import messages, on_clients, on_database, on_parts, on_processes, on_surroundings
from tests.faults.quiet import wait_until_level
from tests.faults.schedule import Fault, Step
from tests.faults.stage import Stage

PATIENCE_SECONDS = 120.0  # then nobody waits any longer for a system to be level

DEEDS: dict[str, Callable[[Stage, Fault], Awaitable[bool]]] = {
    "failpoint": on_processes.failpoint,
    "kill": on_processes.kill,
    "stop": on_processes.stop,
    "block_loop": on_processes.block_loop,
    "stop_beyond": on_processes.stop_beyond,
    "version_before": on_surroundings.version_before,
    "other_zone": on_surroundings.other_zone,
    "skewed_clock": on_surroundings.skewed_clock,
    "two_relays": on_processes.two_relays,
    "zombie_relay": on_processes.zombie_relay,
    "replicas": on_processes.replicas,
    "retention": on_processes.retention,
    "cut": on_parts.cut,
    "far": on_parts.far,
    "no_producer_id": on_parts.no_producer_id,
    "end_connections": on_database.end_connections,
    "no_connections": on_database.no_connections,
    "read_only": on_database.read_only,
    "long_snapshot": on_database.long_snapshot,
    "kill_database": on_database.kill_database,
    "disk_full": on_database.disk_full,
    "deadlock": on_database.deadlock,
    "promote": on_database.promote,
    "kill_broker": on_parts.kill_broker,
    "no_names": on_parts.no_names,
    "slow_clients": on_clients.slow_clients,
    "hot_key": on_clients.hot_key,
    "mail_answers": on_parts.mail_answers,
    "clock_forward": on_parts.clock_forward,
    "clock_back": on_parts.clock_back,
    "poison": messages.poison,
    "unreadable": messages.send_unreadable,
    "replay": messages.replay_all,
}


@dataclass(frozen=True)
class Outcome:
    """What came of a step: the faults that did not happen, and whether the system took too long to be level again."""

    missed: Step
    is_late: bool


@dataclass
class Nemesis:
    """Carries out faults; ``done`` counts those that happened, by name and detail.

    A step after which the system takes too long to be level again is repeated alone, once: a machine that others use is busy
    now and then, and what is wrong with the system itself is wrong again. A fault that does not happen is tried once more.
    """

    stage: Stage
    recovery_seconds: float
    done: Counter[str] = field(default_factory=Counter[str])

    async def run(self, steps: tuple[Step, ...], until: float) -> None:
        """Do one step after the other until all are done or the time is up."""
        for number, step in enumerate(steps):
            if time.monotonic() > until:
                left = [fault.title for rest in steps[number:] for fault in rest]
                self.stage.history.note("faults_left_out", faults=left)
                return
            if missed := await self._play(str(number), step):
                self.stage.history.note("tried_once_more", faults=[fault.title for fault in missed])
                await self._play(f"{number} once more", missed)

    async def _play(self, number: str, step: Step) -> Step:
        """Do a step, and again where the recovery was too slow; return the faults that did not happen."""
        outcome = await self._do(number, step)
        if outcome.is_late:
            again = await self._do(number, step, again=True)
            return tuple(fault for fault in outcome.missed if fault in again.missed)
        return outcome.missed

    async def _do(self, number: str, step: Step, *, again: bool = False) -> Outcome:
        """Do the faults of a step, end them, and wait until all that was there is taken in everywhere."""
        note = self.stage.history.note
        for fault in step:
            note("fault", number=number, fault=fault.name, target=fault.target, detail=fault.detail, nth=fault.nth)
        async with asyncio.TaskGroup() as side_by_side:  # one that cannot be done ends the others too
            deeds = [side_by_side.create_task(self._deed(fault)) for fault in step]
        happened = [deed.result() for deed in deeds]
        back = time.monotonic()
        ready = await self._wait_until_ready()
        ready_seconds = time.monotonic() - back
        _, behind = await wait_until_level(self.stage, PATIENCE_SECONDS - ready_seconds)
        seconds = round(time.monotonic() - back, 2)
        for fault, did in zip(step, happened, strict=True):
            self.done[fault.title] += did
            note(
                "recovered" if ready and not behind else "not_recovered",
                number=number,
                again=again,
                fault=fault.name,
                detail=fault.detail,
                target=fault.target,
                happened=did,
                ready_seconds=round(ready_seconds, 2),
                seconds=seconds,
                behind=behind,
                load=round(os.getloadavg()[0], 1),
            )
        impossible = {entry["fault"] for entry in self.stage.history.entries if entry["what"] == "not_possible"}
        missed = [fault for fault, did in zip(step, happened, strict=True) if not did and fault.name not in impossible]
        return Outcome(tuple(missed), seconds > self.recovery_seconds)

    async def _deed(self, fault: Fault) -> bool:
        return await DEEDS[fault.name](self.stage, fault)

    async def kill_migration(self, fault: Fault) -> None:
        """Kill the migration of an empty database before it commits; the next one must find nothing half done."""
        self.stage.history.note("fault", number="start", fault=fault.name, target=fault.target, detail=fault.detail)
        code = await self.stage.programs.migrate(fault.target, f"{fault.detail}:kill")
        self.stage.history.note("migration_killed", service=fault.target, code=code)
        self.done[fault.title] += code == -signal.SIGKILL

    async def _wait_until_ready(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS / 2):
                while not all([await self.stage.is_ready(service) for service in self.stage.keepers]):
                    await asyncio.sleep(0.1)
                return True
        return False
