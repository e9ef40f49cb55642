"""A step after which the system takes too long is done again, once, and a fault that did not happen is tried once more."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.faults import nemesis
from tests.faults.history import History
from tests.faults.nemesis import Nemesis
from tests.faults.schedule import Fault
from tests.faults.stage import Stage

LIMIT = 0.05
KILL, STOP = Fault("kill", "allocation"), Fault("stop", "reporting")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[list[Any]]]:
    """Return what plays one step of a kill and a stop, with what each does and how long each recovery takes."""

    async def play(kills: list[bool], recoveries: list[float]) -> list[Any]:
        async def kill(_stage: Stage, _fault: Fault) -> bool:
            return kills.pop(0)

        async def stop(_stage: Stage, _fault: Fault) -> bool:
            return True

        async def level(*_: object) -> tuple[float, list[str]]:
            time.sleep(recoveries.pop(0))  # noqa: ASYNC251  # nobody else is there
            return 0.0, []

        monkeypatch.setitem(nemesis.DEEDS, "kill", kill)
        monkeypatch.setitem(nemesis.DEEDS, "stop", stop)
        monkeypatch.setattr(nemesis, "wait_until_level", level)
        history = History(tmp_path / "history.jsonl")
        stage: Any = SimpleNamespace(history=history, keepers={})
        await Nemesis(stage, LIMIT).run(((KILL, STOP),), time.monotonic() + 60)
        history.close()
        assert (kills, recoveries) == ([], [])
        return [
            (one["number"], one["again"], one["fault"], one["happened"])
            for one in history.entries
            if one["what"] == "recovered"
        ]

    return play


async def test_a_step_that_went_well_is_done_once(played: Callable[..., Awaitable[list[Any]]]):
    assert await played([True], [0.0]) == [("0", False, "kill", True), ("0", False, "stop", True)]


async def test_the_whole_step_is_done_again_where_the_recovery_was_too_slow(
    played: Callable[..., Awaitable[list[Any]]],
):
    told = await played([True, True], [LIMIT * 2, LIMIT * 2])
    assert told[2:] == [("0", True, "kill", True), ("0", True, "stop", True)]


async def test_what_did_not_happen_is_tried_once_more_by_itself(played: Callable[..., Awaitable[list[Any]]]):
    told = await played([False, False], [0.0, 0.0])
    assert told[2:] == [("0 once more", False, "kill", False)]
