"""Plays scenarios on whole systems, each once for all tests that judge it from the outside."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.brokers.kinds import read_topic
from tests.brokers.plugin import running_broker
from tests.system.patience import PatientDoors
from tests.system.rolling import Rolling
from tests.system.upgrading import OF_NOW, code_before_newest_migration, migrate_to_now
from tests.system.variants import FIRST_COME, SMALL_FAIR, write_variant

from launcher.broker import TOPICS
from launcher.scenario_clock import ScenarioClockWriter
from launcher.system import EmbeddedSystem
from scenario.demo import embedded_system
from scenario.reading.folder import read_scenario
from scenario.running import Doors, run
from scenario.script.scenario import Scenario
from scenario.script.turns import TURNS
from scenario.showing import Screen

DEPLOY = Path(__file__).parents[2] / "deploy"
FULL_FAIR = DEPLOY / "demo/red_river_delta_2020"
ROLL_OUTS = ("rolled_in_same_version", "rolled_from_version_before")
APPLY = ("topics", "apply", "--file", str(DEPLOY / "topics.yaml"), "--environment", "single-node", "--yes")


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
async def play_once(folder: Path, out: Path, state: Path, kafka: str = "") -> AsyncGenerator[Played]:
    """Play a scenario on a system of its own that lives as long as the context."""
    scenario = read_scenario(folder)
    told = StringIO()
    async with embedded_system(scenario, state, kafka) as system:
        assert system.clock_writer is not None
        doors = Doors(system.url, system.private_key, system.clock_writer, lambda: system.mail_dir)
        await run(scenario, doors, out, Screen(Console(file=told, width=200)))
        yield Played(scenario, system, system.clock_writer, out, told.getvalue())


MakeKafka = Callable[[], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def make_kafka(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> MakeKafka:
    """Return what runs an Apache Kafka for one system alone, with the topics as operators make them; its address.

    With the embedded broker it is no address: the system brings its own.
    """

    @contextmanager
    def make() -> Generator[str]:
        if pytestconfig.getoption("--kafka") == "embedded":
            yield ""
            return
        with running_broker(pytestconfig, tmp_path_factory.mktemp("kafka")) as broker:
            environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap}
            subprocess.run([sys.executable, "-m", "operations", *APPLY], env=environment, check=True)
            yield broker.bootstrap

    return make


@pytest.fixture(scope="session")
async def small_fair(make_kafka: MakeKafka) -> AsyncGenerator[Played]:
    with tempfile.TemporaryDirectory(prefix="ocop-fair-") as folder, make_kafka() as kafka:
        async with play_once(SMALL_FAIR, Path(folder) / "out", Path(folder) / "state", kafka) as played:
            yield played


@pytest.fixture(scope="session")
async def first_come_fair(make_kafka: MakeKafka) -> AsyncGenerator[Played]:
    """Play the small fair with places that go to who is accepted first."""
    with tempfile.TemporaryDirectory(prefix="ocop-fair-") as folder, make_kafka() as kafka:
        story = write_variant(Path(folder) / "first_come_fair", *FIRST_COME)
        async with play_once(story, Path(folder) / "out", Path(folder) / "state", kafka) as played:
            yield played


@dataclass(frozen=True)
class Rolled(Played):
    """A play during which every service was rolled out; its system is gone.

    Attributes:
        rolling: what was rolled out, and what readers dropped as copies.
        doors: what was acknowledged to the player, and how often it asked again.
        records: every record that the topics held at the end, by topic.
    """

    rolling: Rolling
    doors: PatientDoors
    records: dict[str, list[Any]]


@pytest.fixture(scope="session")
async def rolled_in_same_version(make_kafka: MakeKafka) -> AsyncGenerator[Rolled]:
    """Play the full fair with callers that retry, while one service after the other is rolled out."""
    async with roll_out(make_kafka, is_upgrade=False) as rolled:
        yield rolled


@pytest.fixture(scope="session")
async def rolled_from_version_before(make_kafka: MakeKafka) -> AsyncGenerator[Rolled]:
    """The same from the code before the newest migration: migrations first, as in an upgrade."""
    async with roll_out(make_kafka, is_upgrade=True) as rolled:
        yield rolled


@asynccontextmanager
async def roll_out(make_kafka: MakeKafka, *, is_upgrade: bool) -> AsyncGenerator[Rolled]:
    """Play the full fair on a system that is rolled out meanwhile; it and its Kafka are gone when the context begins."""
    scenario, told = read_scenario(FULL_FAIR), StringIO()
    if is_upgrade:  # turns go through doors that the version before may not have
        straight = tuple(step for step in scenario.steps if not isinstance(step, TURNS))
        scenario = replace(scenario, steps=straight)
    with tempfile.TemporaryDirectory(prefix="ocop-rolled-") as folder:
        out = Path(folder) / "out"
        before = code_before_newest_migration(Path(folder) / "before") if is_upgrade else {}
        with make_kafka() as kafka:
            async with embedded_system(scenario, Path(folder) / "state", kafka, before) as system:
                assert system.clock_writer is not None
                rolling = Rolling(system)
                if before:
                    rolling = Rolling(system, OF_NOW, rounds=1)
                    await migrate_to_now(system)
                doors = PatientDoors(
                    system.url,
                    system.private_key,
                    system.clock_writer,
                    lambda: system.mail_dir,
                    addresses=rolling.addresses,
                )
                async with asyncio.TaskGroup() as group:
                    playing = group.create_task(run(scenario, doors, out, Screen(Console(file=told, width=200))))
                    group.create_task(rolling.roll_while(lambda: not playing.done()))
                await rolling.count_copies()
                records = {topic: await read_topic(kafka, topic) for topic in TOPICS}
        yield Rolled(scenario, system, system.clock_writer, out, told.getvalue(), rolling, doors, records)
