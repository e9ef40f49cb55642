"""A round whose harness fails says so with its seed and its history, counts as failed, and leaves nothing at work."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from tests.faults.__main__ import read_options, run
from tests.faults.nemesis import DEEDS
from tests.faults.parts import EmbeddedBroker
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

from launcher.broker import BrokerFailedError

SEED = "4711"
NONSENSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\nConnection: close\r\n\r\n[1]"
# Its keys are texts and no bytes any more, which the watcher is not made for.
OTHER_MEMORY = "ALTER TABLE inbox RENAME TO lost; CREATE TABLE inbox AS SELECT 'a' AS source, 'b' AS key, 1 AS last"


class LostBroker(EmbeddedBroker):
    """A broker that cannot be started again."""

    def start(self) -> None:
        raise BrokerFailedError("it does not come back")


async def lose_broker(stage: Stage, _fault: Fault) -> bool:
    await asyncio.to_thread(stage.broker.kill)
    stage.broker = LostBroker(stage.lines["broker"].port)
    await stage.start_broker()
    return True


async def blind_watcher(stage: Stage, _fault: Fault) -> bool:
    await stage.database.execute("allocation", OTHER_MEMORY)
    return await asyncio.Event().wait()


async def confuse_clients(stage: Stage, _fault: Fault) -> bool:
    """Let clients of registration hear what no service says."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(NONSENSE)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        stage.ports["registration"] = server.sockets[0].getsockname()[1]
        return await asyncio.Event().wait()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("deed", "why"),
    [(lose_broker, "it does not come back"), (blind_watcher, "TypeError"), (confuse_clients, "TypeError")],
)
async def test_a_round_that_breaks_down_is_told_counts_as_failed_and_leaves_nothing_at_work(
    deed: Callable[[Stage, Fault], Awaitable[bool]],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(DEEDS, "break_down", deed)
    words = ["--long", "--hours", "0.0001", "--seed", SEED, "--only", "break_down:", "--tally", str(tmp_path / "tally")]
    processes, tasks = psutil.Process().children(recursive=True), asyncio.all_tasks()
    assert await run(read_options(words)) == 1
    assert [one.name() for one in psutil.Process().children(recursive=True) if one not in processes] == []
    assert asyncio.all_tasks() == tasks
    told = capfd.readouterr()
    kept = f"seed {SEED}: the round broke down; everything is kept in {tmp_path}/ocop-faults-{SEED}-"
    assert kept in told.out
    assert f"again with SEED={SEED}" in told.out
    assert "'fault': 'break_down'" in told.out
    assert f"failed: {SEED}" in told.out.splitlines()[-1]
    assert why in told.err, told.err
    assert not (tmp_path / "tally").exists()
