"""Plays the small fair on the embedded system, once for all tests that judge it from the outside."""

import json
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from launcher.scenario_clock import ScenarioClockWriter
from launcher.system import EmbeddedSystem
from scenario.demo import embedded_system
from scenario.reading import read_scenario
from scenario.running import Doors, run
from scenario.script import Scenario
from scenario.showing import Screen

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"


@dataclass(frozen=True)
class Played:
    """A play that is over, with its system still running."""

    scenario: Scenario
    system: EmbeddedSystem
    clock: ScenarioClockWriter
    out: Path
    told: str

    def events(self, service: str) -> list[dict[str, Any]]:
        """Return a service's public events, read from the file that the play left."""
        text = (self.out / "events" / f"{service}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    @property
    def all_events(self) -> dict[str, list[dict[str, Any]]]:
        return {path.stem: self.events(path.stem) for path in sorted((self.out / "events").iterdir())}


@asynccontextmanager
async def play_once(folder: Path, out: Path, state: Path) -> AsyncGenerator[Played]:
    """Play a scenario on a system of its own that lives as long as the context."""
    scenario = read_scenario(folder)
    told = StringIO()
    async with embedded_system(scenario, state) as system:
        assert system.clock_writer is not None
        doors = Doors(system.url, system.private_key, system.clock_writer, lambda: system.mail_dir)
        await run(scenario, doors, out, Screen(Console(file=told, width=200)))
        yield Played(scenario, system, system.clock_writer, out, told.getvalue())


@pytest.fixture(scope="session")
async def small_fair() -> AsyncGenerator[Played]:
    with tempfile.TemporaryDirectory(prefix="ocop-fair-") as folder:
        async with play_once(SMALL_FAIR, Path(folder) / "out", Path(folder) / "state") as played:
            yield played
