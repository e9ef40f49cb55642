"""One round: a new system, load, faults, rest, and the verdict."""

import asyncio
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.faults.checker import find_unjudged, judge
from tests.faults.evidence import OWNERS, Evidence
from tests.faults.gather import gather
from tests.faults.history import Entry, History
from tests.faults.messages import redrive_all
from tests.faults.nemesis import Nemesis
from tests.faults.quiet import wait_until_quiet
from tests.faults.remaking import compare_pictures, rebuild_beside_traffic
from tests.faults.schedule import MIGRATION, SERVICES, Step
from tests.faults.stage import Stage
from tests.faults.watching import watch_offsets
from tests.faults.workload import Workload

QUIET_SECONDS = 120.0
END_SECONDS = 1800.0  # more than a round takes from its last fault to rest: one that needs longer hangs


@dataclass(frozen=True)
class Verdict:
    """What came of a round; ``problems`` by invariant, ``folder`` keeps everything where there are any."""

    seed: int
    problems: dict[str, list[str]]
    faults: Counter[str]
    operations: Counter[str]
    recoveries: list[Entry]
    events: int
    mails: int
    seconds: float
    folder: Path
    left_out: list[str]
    not_possible: list[str]
    unjudged: list[str]
    broker: str


class BrokenRoundError(Exception):
    """The harness itself failed, so that the round says nothing of the system; ``folder`` keeps how far it came."""

    def __init__(self, seed: int, folder: Path) -> None:
        super().__init__(f"the round of seed {seed} broke down")
        self.folder = folder


@dataclass(frozen=True)
class Terms:
    """What a round keeps to.

    Attributes:
        seconds: after which no further step begins.
        recovery_seconds: how long each recovery may take.
        demanded: faults that the round must not be without, if they were planned.
    """

    seconds: float
    recovery_seconds: float
    demanded: tuple[str, ...] = ()


async def play_round(seed: int, steps: tuple[Step, ...], kind: str, terms: Terms) -> Verdict:
    """Play a round and judge it.

    Args:
        seed: of the load.
        steps: the faults.
        kind: of the broker.
        terms: how long, and what is demanded.

    Raises:
        BrokenRoundError: it could not be played to its end; nothing of it runs any more.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"ocop-faults-{seed}-"))
    history, begun = History(folder / "history.jsonl"), time.monotonic()
    try:
        async with (
            asyncio.timeout(terms.seconds + END_SECONDS),
            nothing_left(),
            Stage(folder / "state", history, kind) as stage,
        ):
            faults = await _go_through(stage, seed, steps, terms)
            evidence = await _gather(stage)
        evidence.recovery_seconds, evidence.demanded = terms.recovery_seconds, terms.demanded
        verdict = replace(_judge(seed, kind, folder, evidence, faults), seconds=time.monotonic() - begun)
    except Exception as error:
        raise BrokenRoundError(seed, folder) from error
    finally:
        history.close()
    if verdict.problems:
        (folder / "problems.json").write_text(json.dumps(verdict.problems, ensure_ascii=False, indent=1))
    else:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return verdict


@asynccontextmanager
async def nothing_left() -> AsyncGenerator[None]:
    """Cancel whatever was begun inside and goes on: of a round that breaks down clients and faults are still at work."""
    before = asyncio.all_tasks()
    try:
        yield
    finally:
        left = asyncio.all_tasks() - before
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _go_through(stage: Stage, seed: int, steps: tuple[Step, ...], terms: Terms) -> Counter[str]:
    """Play until the faults are done and all is at rest; return the faults that happened."""
    stage.history.note("planned", faults=sorted({fault.title for step in steps for fault in step}))
    workload, nemesis = Workload(stage, seed), Nemesis(stage, terms.recovery_seconds)
    for fault in (fault for step in steps for fault in step if fault.detail == MIGRATION):
        await nemesis.kill_migration(fault)
    await asyncio.gather(*(stage.programs.migrate(service) for service in SERVICES))
    await stage.begin_services()
    rest = (tuple(fault for fault in step if fault.detail != MIGRATION) for step in steps)
    playing, watching = asyncio.create_task(workload.run()), asyncio.create_task(watch_offsets(stage))
    try:
        await _first(workload.begun.wait(), playing, watching)
        until = time.monotonic() + terms.seconds
        await _first(nemesis.run(tuple(step for step in rest if step), until), playing, watching)
        workload.stopping.set()
        await _first(asyncio.wait([playing]), playing, watching)
        await _first(_come_to_rest(stage), watching)
    finally:
        await _end(playing, watching)
    # A rebuild puts a memory in place that is behind for a moment, and heals it: no offset is judged by it.
    await rebuild_beside_traffic(stage, workload, seed)
    await _come_to_rest(stage)
    await compare_pictures(stage, workload)
    return nemesis.done


async def _come_to_rest(stage: Stage) -> None:
    await stage.wait_for_contacts()
    for service, owners in OWNERS.items():
        if owners:
            await redrive_all(stage, service)
    if open_points := await wait_until_quiet(stage, QUIET_SECONDS):
        stage.history.note("not_quiet", open=open_points)


async def _gather(stage: Stage) -> Evidence:
    urls = {name: stage.database.server.url(name).replace("postgresql+asyncpg", "postgresql") for name in SERVICES}
    return await gather(stage.history.path, urls, stage.bootstrap, stage.folder, broker_keeps=stage.broker.keeps)


def _judge(seed: int, kind: str, folder: Path, evidence: Evidence, faults: Counter[str]) -> Verdict:
    faults["kill"] += sum(entry["what"] == "killed" for entry in evidence.history)  # each failpoint begins by one
    return Verdict(
        seed,
        judge(evidence),
        faults,
        Counter(entry["what"] for entry in evidence.history if entry["what"] in {"ok", "failed", "unknown"}),
        [entry for entry in evidence.history if entry["what"] in {"recovered", "not_recovered"}],
        sum(len(state.log) for state in evidence.services.values()),
        len(evidence.mails),
        0.0,
        folder,
        [name for entry in evidence.history if entry["what"] == "faults_left_out" for name in entry["faults"]],
        [f"{entry['fault']}: {entry['why']}" for entry in evidence.history if entry["what"] == "not_possible"],
        find_unjudged(evidence),
        kind,
    )


async def _first(what: Coroutine[Any, Any, Any], *beside: asyncio.Task[None]) -> None:
    """Wait for something that goes on beside load and watcher; whoever of them breaks ends the round."""
    doing = asyncio.create_task(what)
    try:
        done, _ = await asyncio.wait([doing, *beside], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await _end(doing)


async def _end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel what still goes on: nobody kills or starts a part of a stage that is being taken down."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
