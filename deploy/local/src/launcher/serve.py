"""Starts one service as the embedded system does: with the scenario clock where SCENARIO_CLOCK names its file."""

import os
import sys
from importlib import import_module
from pathlib import Path

from common.cli import read_settings, serve
from common.clock import Clock, SystemClock
from launcher.scenario_clock import ScenarioClock


def main() -> None:
    """Serve the service named on the command line."""
    name = sys.argv[1]
    path = os.environ.get("SCENARIO_CLOCK")
    clock: Clock = ScenarioClock(Path(path)) if path else SystemClock()
    settings = read_settings(import_module(f"{name}.settings").Settings)
    serve(import_module(f"{name}.app").build(settings, clock))


if __name__ == "__main__":
    main()
