"""One round: a new system, load, faults, rest, and the verdict."""

import asyncio
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.checker import judge
from tests.faults.evidence import OWNERS
from tests.faults.gather import gather
from tests.faults.history import Entry, History
from tests.faults.messages import redrive_all
from tests.faults.nemesis import Nemesis
from tests.faults.quiet import wait_until_quiet
from tests.faults.schedule import MIGRATION, SERVICES, Step
from tests.faults.stage import Stage
from tests.faults.watching import watch_offsets
from tests.faults.workload import Workload

QUIET_SECONDS = 120.0


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
    broker: str


async def play_round(seed: int, steps: tuple[Step, ...], kind: str, seconds: float, recovery_seconds: float) -> Verdict:
    """Play a round of at most so many seconds of faults, and judge it.

    Args:
        seed: of the load.
        steps: the faults.
        kind: of the broker.
        seconds: after which no further step begins.
        recovery_seconds: how long each recovery may take.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"ocop-faults-{seed}-"))
    history, begun = History(folder / "history.jsonl"), time.monotonic()
    async with Stage(folder / "state", history, kind) as stage:
        workload, nemesis = Workload(stage, seed), Nemesis(stage)
        for fault in (fault for step in steps for fault in step if fault.detail == MIGRATION):
            await nemesis.kill_migration(fault)
        await asyncio.gather(*(stage.programs.migrate(service) for service in SERVICES))
        await stage.begin_services()
        rest = (tuple(fault for fault in step if fault.detail != MIGRATION) for step in steps)
        steps = tuple(step for step in rest if step)
        playing, watching = asyncio.create_task(workload.run()), asyncio.create_task(watch_offsets(stage))
        try:
            await _first(workload.begun.wait(), playing)
            await _first(nemesis.run(steps, time.monotonic() + seconds), playing)
        finally:
            workload.stopping.set()
            watching.cancel()
            [blind] = await asyncio.gather(watching, return_exceptions=True)
        if isinstance(blind, Exception):  # offsets would be judged on a part of the round
            raise blind
        await playing
        for service, owners in OWNERS.items():
            if owners:
                await redrive_all(stage, service)
        if open_points := await wait_until_quiet(stage, QUIET_SECONDS):
            history.note("not_quiet", open=open_points)
        urls = {name: stage.database.server.url(name).replace("postgresql+asyncpg", "postgresql") for name in SERVICES}
        evidence = await gather(history.path, urls, stage.bootstrap, folder / "state", broker_keeps=stage.broker.keeps)
    history.close()
    evidence.recovery_seconds = recovery_seconds
    problems = judge(evidence)
    nemesis.done["kill"] += sum(entry["what"] == "killed" for entry in evidence.history)  # each failpoint begins by one
    verdict = Verdict(
        seed,
        problems,
        nemesis.done,
        Counter(entry["what"] for entry in evidence.history if entry["what"] in {"ok", "failed", "unknown"}),
        [entry for entry in evidence.history if entry["what"] in {"recovered", "not_recovered"}],
        sum(len(state.log) for state in evidence.services.values()),
        len(evidence.mails),
        time.monotonic() - begun,
        folder,
        [name for entry in evidence.history if entry["what"] == "faults_left_out" for name in entry["faults"]],
        [f"{entry['fault']}: {entry['why']}" for entry in evidence.history if entry["what"] == "not_possible"],
        kind,
    )
    if problems:
        (folder / "problems.json").write_text(json.dumps(problems, ensure_ascii=False, indent=1))
    else:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return verdict


async def _first(what: Coroutine[Any, Any, Any], playing: asyncio.Task[None]) -> None:
    """Wait for something that goes on under load; a workload that broke ends it."""
    doing = asyncio.create_task(what)
    done, _ = await asyncio.wait([doing, playing], return_when=asyncio.FIRST_COMPLETED)
    if doing not in done:
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
    for task in done:
        task.result()
