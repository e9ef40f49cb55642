"""Starts one service with the scenario clock where SCENARIO_CLOCK names its file, or the address of the stage."""

import os
import sys
from importlib import import_module
from pathlib import Path

from common.cli.serving import read_settings, serve
from common.clock import Clock, SystemClock
from launcher.followed_clock import FollowedClock
from launcher.scenario_clock import ScenarioClock


def choose_clock(where: str) -> Clock:
    """Return the clock that lies in a file, is told at an address, or, with neither, the machine's."""
    if where.startswith("http://"):
        return FollowedClock(where)
    return ScenarioClock(Path(where)) if where else SystemClock()


def main() -> None:
    """Serve the service named on the command line."""
    name = sys.argv[1]
    clock = choose_clock(os.environ.get("SCENARIO_CLOCK", ""))
    settings = read_settings(import_module(f"{name}.settings").Settings)
    serve(import_module(f"{name}.app").build(settings, clock))


if __name__ == "__main__":
    main()
