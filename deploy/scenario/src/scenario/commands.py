"""The commands of ``python -m scenario``."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from joserfc.jwk import OKPKey

from scenario.agency_names import write_table
from scenario.doors.stage import Stage
from scenario.doors.system import StoryFailedError
from scenario.making.make_demo import make_demo
from scenario.reading.folder import read_scenario
from scenario.reading.mistakes import ScenarioMistakesError
from scenario.results.out_folder import OutFolderError, reserved
from scenario.running import Doors, run
from scenario.showing import Screen


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 fine, 1 failed, 2 mistakes in the folder."""
    options = _parser().parse_args(arguments)
    screen = Screen()
    try:
        options.run(options, screen)
    except ScenarioMistakesError as error:
        screen.mistakes(error)
        return 2
    except OutFolderError as error:
        screen.line(str(error))
        return 1
    except StoryFailedError as error:
        screen.failure(error)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scenario", description="Kịch bản của kỳ sự kiện / scenarios of an edition")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="read a folder and report every mistake")
    check.add_argument("path", type=Path)
    check.set_defaults(run=_check)
    play = commands.add_parser("play", help="play a folder on a running system that follows a scenario clock")
    play.add_argument("path", type=Path)
    play.add_argument("--url", required=True, help="the system's address, http://127.0.0.1:PORT")
    play.add_argument("--key-file", type=Path, required=True, help="private JWK that signs tokens")
    play.add_argument("--stage", required=True, help="address of the stage: sets the clock, gives the mails")
    play.add_argument("--out", type=Path, help="where results go; out/<scenario> by default")
    play.set_defaults(run=_play)
    agencies = commands.add_parser("agencies", help="print the table of agencies that AGENCIES_FILE of reporting takes")
    agencies.add_argument("path", type=Path)
    agencies.set_defaults(run=_agencies)
    demo = commands.add_parser("make-demo", help="make the data of the default scenario from the list of producers")
    demo.add_argument("producers", type=Path)
    demo.add_argument("folder", type=Path)
    demo.set_defaults(run=_make_demo)
    return parser


def _check(options: argparse.Namespace, screen: Screen) -> None:
    scenario = read_scenario(options.path)
    screen.line(
        f"{scenario.name}: {len(scenario.applicants)} hồ sơ / applicants, {len(scenario.booths)} gian hàng / booths, "
        f"{len(scenario.steps)} bước / steps, không có lỗi / no mistakes"
    )


def _play(options: argparse.Namespace, screen: Screen) -> None:
    scenario = read_scenario(options.path)
    out = options.out or Path("out") / scenario.name
    with reserved(out):
        key = OKPKey.import_key(json.loads(options.key_file.read_text(encoding="utf-8")))
        with tempfile.TemporaryDirectory(prefix="ocop-mails-") as mails, Stage(options.stage, Path(mails)) as stage:
            doors = Doors(options.url, key, stage, stage.mails)
            asyncio.run(run(scenario, doors, out, screen))


def _agencies(options: argparse.Namespace, _screen: Screen) -> None:
    write_table(sys.stdout, read_scenario(options.path).agencies)


def _make_demo(options: argparse.Namespace, _screen: Screen) -> None:
    make_demo(options.producers, options.folder)
