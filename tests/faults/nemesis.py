"""Does the planned faults to the stage, one after the other, and measures how long the system takes to be level again."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.faults import messages
from tests.faults.history import Entry
from tests.faults.quiet import LOST, wait_until_level
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

RECOVERY_SECONDS = 60.0
REACH_SECONDS = 40.0
READY_SECONDS = 60.0
ZOMBIE_SECONDS = 35.0  # the database ends a silent leader's session after 30


@dataclass
class Nemesis:
    """Carries out faults; ``done`` counts those that happened, by name and detail."""

    stage: Stage
    done: Counter[str] = field(default_factory=Counter[str])

    async def run(self, faults: tuple[Fault, ...], until: float) -> None:
        """Do one fault after the other until all are done or the time is up."""
        for number, fault in enumerate(faults):
            if time.monotonic() > until:
                self.stage.history.note("faults_left_out", faults=len(faults) - number)
                return
            entry = await self.do(number, fault)
            if fault.name == "failpoint" and not entry["happened"]:  # little came by there: the first arrival will do
                await self.do(number, replace(fault, nth=1))

    async def do(self, number: int, fault: Fault) -> Entry:
        """Do one fault, end it, and wait until all that was there is taken in everywhere."""
        history = self.stage.history
        history.note("fault", number=number, fault=fault.name, target=fault.target, detail=fault.detail, nth=fault.nth)
        act: Callable[[Fault], Awaitable[bool]] = getattr(self, f"_{fault.name}")
        happened = await act(fault)
        healed = time.monotonic()
        ready = await self._wait_until_ready()
        seconds, behind = await wait_until_level(self.stage, RECOVERY_SECONDS)
        self.done[f"{fault.name}:{fault.detail}" if fault.detail else fault.name] += happened
        return history.note(
            "recovered" if ready and not behind else "not_recovered",
            number=number,
            fault=fault.name,
            detail=fault.detail,
            target=fault.target,
            happened=happened,
            seconds=round(time.monotonic() - healed, 2),
            level_seconds=round(seconds, 2),
            behind=behind,
        )

    async def kill_migration(self, fault: Fault) -> None:
        """Kill the migration of an empty database before it commits; the next one must find nothing half done."""
        code = await self.stage.run_migration(fault.target, f"{fault.detail}:kill")
        self.stage.history.note("migration_killed", service=fault.target, code=code)
        self.done[f"failpoint:{fault.detail}"] += code == -signal.SIGKILL

    async def _wait_until_ready(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while not all([await self.stage.is_ready(service) for service in self.stage.keepers]):
                    await asyncio.sleep(0.1)
                return True
        return False

    async def _kill(self, fault: Fault) -> bool:
        keeper = self.stage.keepers[fault.target]
        life = keeper.lives
        keeper.signal(signal.SIGKILL)
        return await keeper.wait_for_death(life, 10)

    async def _failpoint(self, fault: Fault) -> bool:
        """Start the service anew with the failpoint armed and wait until it ends there."""
        place = fault.detail
        keeper = self.stage.keepers[fault.target]
        keeper.failpoints = f"{place}:kill@{fault.nth}"
        life = keeper.lives
        keeper.signal(signal.SIGTERM if place != "shutdown.draining" else signal.SIGKILL)
        await keeper.wait_for_death(life, 30)
        if place == "shutdown.draining":
            await self._wait_until_ready()
            keeper.signal(signal.SIGTERM)
        seconds = REACH_SECONDS * (3 if place == "solver.before_store" else 1)  # runs are rare
        if await keeper.wait_for_death(life + 1, seconds):
            return keeper.process is not None
        keeper.signal(signal.SIGKILL)  # nothing came by there: disarm it
        await keeper.wait_for_death(life + 1, 10)
        return False

    async def _stop(self, fault: Fault) -> bool:
        keeper = self.stage.keepers[fault.target]
        keeper.signal(signal.SIGSTOP)
        await asyncio.sleep(fault.seconds)
        keeper.signal(signal.SIGCONT)
        return True

    async def _cut(self, fault: Fault) -> bool:
        line = self.stage.lines[fault.target]
        if fault.detail == "latency":
            line.latency = 0.3
        elif fault.detail == "bandwidth":
            line.bandwidth = 20_000
        else:
            getattr(line, fault.detail)()
        await asyncio.sleep(fault.seconds)
        line.heal()
        return True

    async def _end_connections(self, fault: Fault) -> bool:
        query = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE usename = $1"
        with suppress(*LOST):
            return bool((await self.stage.sql("postgres", query, fault.target))[0]["n"])
        return False

    async def _kill_database(self, fault: Fault) -> bool:
        process = self.stage.postgres.process
        if process is None:
            return False
        process.kill()
        await asyncio.to_thread(process.wait)
        await asyncio.sleep(fault.seconds)
        await self.stage.start_database_again()
        return True

    async def _kill_broker(self, fault: Fault) -> bool:
        await asyncio.to_thread(self.stage.broker.kill)
        await asyncio.sleep(fault.seconds)
        await self.stage.start_broker_again()
        return True

    async def _two_relays(self, _fault: Fault) -> bool:
        """A second relay works beside the first for a while, under load."""
        twins = [self.stage.start_twin(service) for service in ("registration", "allocation")]
        running = [await twin for twin in twins]
        await asyncio.sleep(8)
        for twin in running:
            await twin.stop()
        return all(twin.code is not None for twin in running)

    async def _zombie_relay(self, _fault: Fault) -> bool:
        """The leader stops in the middle of a batch until its lock is gone, another leads, and it comes back."""
        service = "registration"
        keeper = self.stage.keepers[service]
        keeper.signal(signal.SIGSTOP)
        twin = await self.stage.start_twin(service)
        await asyncio.sleep(ZOMBIE_SECONDS)
        keeper.signal(signal.SIGCONT)
        await asyncio.sleep(2)
        await twin.stop()
        return True

    async def _poison(self, fault: Fault) -> bool:
        return await messages.poison(self.stage, fault.target)

    async def _unreadable(self, _fault: Fault) -> bool:
        return await messages.send_unreadable(self.stage)

    async def _replay(self, _fault: Fault) -> bool:
        return await messages.replay_all(self.stage)

    async def _retention(self, fault: Fault) -> bool:
        """A reader is away while its topics lose what it has not read."""
        keeper = self.stage.keepers[fault.target]
        keeper.held = True
        life = keeper.lives
        keeper.signal(signal.SIGTERM)
        await keeper.wait_for_death(life, 30)
        await asyncio.sleep(6)  # others go on writing
        await messages.lose_records(self.stage)
        keeper.held = False
        return True

    async def _clock_forward(self, _fault: Fault) -> bool:
        return await self._jump(timedelta(days=1))

    async def _clock_back(self, _fault: Fault) -> bool:
        return await self._jump(timedelta(days=-1))

    async def _jump(self, by: timedelta) -> bool:
        self.stage.clock.jump(by)
        await asyncio.sleep(3)
        self.stage.clock.jump(-by)
        return True
