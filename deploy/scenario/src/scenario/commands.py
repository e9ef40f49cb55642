"""The commands of ``python -m scenario``."""

import argparse
from pathlib import Path

from scenario.make_demo import make_demo
from scenario.mistakes import ScenarioMistakesError
from scenario.reading import read_scenario


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 fine, 1 failed, 2 mistakes in the folder."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except ScenarioMistakesError as error:
        for mistake in error.mistakes:
            print(mistake)
        print(f"{len(error.mistakes)} lỗi; chưa khởi động gì / mistakes; nothing was started")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scenario", description="Kịch bản của kỳ sự kiện / scenarios of an edition")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="đọc và báo mọi lỗi / read a folder and report every mistake")
    check.add_argument("path", type=Path)
    check.set_defaults(run=_check)
    demo = commands.add_parser("make-demo", help="make the data of the default scenario from the list of producers")
    demo.add_argument("producers", type=Path)
    demo.add_argument("folder", type=Path)
    demo.set_defaults(run=_make_demo)
    return parser


def _check(options: argparse.Namespace) -> int:
    scenario = read_scenario(options.path)
    print(
        f"{scenario.name}: {len(scenario.applicants)} hồ sơ / applicants, {len(scenario.booths)} gian hàng / booths, "
        f"{len(scenario.steps)} bước / steps, không có lỗi / no mistakes"
    )
    return 0


def _make_demo(options: argparse.Namespace) -> int:
    make_demo(options.producers, options.folder)
    return 0
