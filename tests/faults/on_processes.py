"""Faults that are done to processes: killed, stopped, doubled, multiplied, sent away."""

import asyncio
import signal
from contextlib import suppress

from tests.faults import messages
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

REACH_SECONDS = 40.0
RARE = {"solver.before_store": 120.0, "mail.after_data": 80.0}  # runs are rare, and mails where others are down
READY_SECONDS = 60.0
ZOMBIE_SECONDS = 35.0  # the database ends a silent leader's session after 30
BLOCKED_AT = "consumer.before_commit"
TWINS = ("registration", "allocation")


async def kill(stage: Stage, fault: Fault) -> bool:
    await asyncio.sleep(fault.seconds)
    return await stage.keepers[fault.target].kill()


async def stop(stage: Stage, fault: Fault) -> bool:
    keeper = stage.keepers[fault.target]
    keeper.signal(signal.SIGSTOP)
    await asyncio.sleep(fault.seconds)
    keeper.signal(signal.SIGCONT)
    return True


async def failpoint(stage: Stage, fault: Fault) -> bool:
    """Kill a service after a pause, start it anew with the failpoint armed and wait until it ends there.

    Where little comes by, and the arrival meant is not reached, the first one will do. Of several that are meant for one
    service each waits for the one before.
    """
    async with stage.keepers[fault.target].turn:
        await asyncio.sleep(fault.seconds)
        for nth in sorted({fault.nth, 1}, reverse=True):
            if await _end_at(stage, fault, nth):
                return True
    return False


async def _end_at(stage: Stage, fault: Fault, nth: int) -> bool:
    keeper = stage.keepers[fault.target]
    keeper.failpoints = f"{fault.detail}:kill@{nth}"
    life = keeper.lives
    if await keeper.kill():
        stage.history.note("killed", service=fault.target)
    await wait_until_ready(stage, fault.target, life + 1)
    if fault.detail == "shutdown.draining":
        keeper.signal(signal.SIGTERM)
    if await keeper.wait_for_death(life + 1, RARE.get(fault.detail, REACH_SECONDS)):
        return keeper.ended_at(fault.detail)
    await keeper.kill()  # nothing came by there: disarm it
    return False


async def wait_until_ready(stage: Stage, service: str, life: int) -> None:
    """Wait until a service is ready, or has already ended the life of that number."""
    keeper = stage.keepers[service]
    with suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS):
            while not (keeper.lives > life or await stage.is_ready(service)):
                await asyncio.sleep(0.1)


async def block_loop(stage: Stage, fault: Fault) -> bool:
    """A process does nothing at all for longer than its session, in the middle of a transaction: not even its heartbeats."""
    keeper = stage.keepers[fault.target]
    keeper.failpoints = f"{BLOCKED_AT}:block:{fault.seconds:.0f}"
    life = keeper.lives + 1
    await keeper.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS + REACH_SECONDS):
            while not keeper.has_reached(life, BLOCKED_AT):
                await asyncio.sleep(0.2)
            await asyncio.sleep(fault.seconds)
            return True
    return False


async def stop_beyond(stage: Stage, fault: Fault) -> bool:
    """A reader is stopped for longer than its session, another takes its partitions, and it comes back and knows nothing of it."""
    keeper, other = stage.keepers[fault.target], await stage.programs.start_replica(fault.target, 2)
    with suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS):
            while not await stage.answers(other.url):
                await asyncio.sleep(0.1)
    keeper.signal(signal.SIGSTOP)
    await asyncio.sleep(float(stage.settings[fault.target]["CONSUMER_SESSION_SECONDS"]) + fault.seconds)
    took_over = await stage.answers(other.url)
    keeper.signal(signal.SIGCONT)
    await asyncio.sleep(2)
    await stage.programs.end(other.process)
    return took_over


async def two_relays(stage: Stage, fault: Fault) -> bool:
    """A second relay works beside the first for a while, under load."""
    twins = [await stage.programs.start_twin(service) for service in TWINS]
    await asyncio.sleep(fault.seconds)
    lived = all(twin.code is None for twin in twins)
    for twin in twins:
        await twin.stop()
    return lived


async def zombie_relay(stage: Stage, _fault: Fault) -> bool:
    """The leader stops wherever it is until its lock is gone, another leads, and it comes back."""
    service = TWINS[0]
    keeper = stage.keepers[service]
    keeper.signal(signal.SIGSTOP)
    twin = await stage.programs.start_twin(service)
    await asyncio.sleep(ZOMBIE_SECONDS)
    keeper.signal(signal.SIGCONT)
    await asyncio.sleep(2)
    await twin.stop()
    return True


async def replicas(stage: Stage, fault: Fault) -> bool:
    """Two more processes of a service come, work for a while, and leave as they are asked to."""
    more = [await stage.programs.start_replica(fault.target, number) for number in (2, 3)]
    for replica in more:
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while not await stage.answers(replica.url):
                    await asyncio.sleep(0.1)
    await asyncio.sleep(fault.seconds)
    lived = all(replica.process.code is None for replica in more)
    codes = [await stage.programs.end(replica.process) for replica in more]
    stage.history.note("replicas_left", service=fault.target, codes=codes)
    return lived and -signal.SIGKILL not in codes  # the server ends itself by the signal it was sent, when all is done


async def retention(stage: Stage, fault: Fault) -> bool:
    """A reader is away while its topics lose what it has not read."""
    keeper = stage.keepers[fault.target]
    keeper.held = True
    life = keeper.lives
    keeper.signal(signal.SIGTERM)
    await keeper.wait_for_death(life, 30)
    await asyncio.sleep(6)  # others go on writing
    await messages.lose_records(stage)
    keeper.held = False
    return True
