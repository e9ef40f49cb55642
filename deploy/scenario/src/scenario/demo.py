"""``make demo``: checks a scenario, starts the embedded system with a fresh state, plays, collects, ends."""

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import uvloop

from launcher.__main__ import FAILURES
from launcher.system import EmbeddedSystem
from scenario.agency_names import write_agencies
from scenario.doors.system import Json, StoryFailedError
from scenario.reading.folder import read_scenario
from scenario.reading.mistakes import ScenarioMistakesError
from scenario.results.out_folder import OutFolderError, reserved
from scenario.running import Doors, run
from scenario.scratch import scratch_folder
from scenario.script.scenario import Scenario
from scenario.showing import Screen

INTERRUPTED = 130
KEYS_SEALED_WITH = "of-scenarios-alone"
"""Seals the keys of a play's draw, so that the same scenario comes out the same. A real edition draws a secret of its own."""


def embedded_system(
    scenario: Scenario, state: Path, kafka: str = "", environment: Mapping[str, str] | None = None
) -> EmbeddedSystem:
    """Return a system for one play: clock, lot and names of agencies are the scenario's."""
    state.mkdir(parents=True, exist_ok=True)
    agencies = write_agencies(state / "agencies.csv", scenario.agencies)
    lot = {"ALLOCATION_SEED": scenario.seed, "ALLOCATION_SECRET": KEYS_SEALED_WITH}
    own = {**lot, "AGENCIES_FILE": str(agencies.resolve())}
    settings = {**own, **(environment or {})}
    return EmbeddedSystem(state, scenario_clock=state / "clock", durable=False, environment=settings, kafka=kafka)


async def play_embedded(scenario: Scenario, out: Path, state: Path, screen: Screen) -> Json:
    """Play a scenario on an embedded system of its own, whose state is in ``state``; return the summary."""
    try:
        return await _play(scenario, out, state, screen)
    except OutFolderError:
        raise
    except (StoryFailedError, *FAILURES) as error:
        keep_logs(state / "logs", out / "logs")
        raise StoryFailedError(str(error).replace(str(state / "logs"), str(out / "logs"))) from error


async def _play(scenario: Scenario, out: Path, state: Path, screen: Screen) -> Json:
    begun = time.monotonic()
    async with embedded_system(scenario, state) as system:
        if system.clock_writer is None:
            raise StoryFailedError("the system runs by the machine's clock")
        screen.line(f"hệ thống đã chạy / system is up: {system.url} ({time.monotonic() - begun:.1f} s)")
        doors = Doors(system.url, system.private_key, system.clock_writer, lambda: system.mail_dir, system.service_urls)
        return await run(scenario, doors, out, screen)


def keep_logs(logs: Path, kept: Path) -> None:
    """Copy the services' logs out of the state that is about to go; they say why. Where nothing began there are none."""
    shutil.rmtree(kept, ignore_errors=True)
    if logs.is_dir():
        shutil.copytree(logs, kept)


def main(arguments: list[str] | None = None) -> int:
    """Play a scenario from nothing; return 0 if the story went as told, 1 if not, 2 for mistakes in the folder."""
    parser = argparse.ArgumentParser(prog="scenario.demo", description="Chơi một kịch bản / play a scenario")
    parser.add_argument("path", type=Path, help="the scenario's folder")
    parser.add_argument("--out", type=Path, help="where results go; out/<scenario> by default")
    options = parser.parse_args(arguments)
    screen = Screen()
    try:
        scenario = read_scenario(options.path)
        out = options.out or Path("out") / scenario.name
        with reserved(out), scratch_folder() as state:
            uvloop.run(play_embedded(scenario, out, state, screen))
    except ScenarioMistakesError as error:
        screen.mistakes(error)
        return 2
    except OutFolderError as error:
        screen.line(str(error))
        return 1
    except StoryFailedError as error:
        screen.failure(error)
        screen.line(f"nhật ký / logs: {options.out or Path('out') / options.path.resolve().name}/logs")
        return 1
    except KeyboardInterrupt:
        screen.line("đã dừng / stopped")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
