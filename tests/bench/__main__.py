"""``make bench``: speed and size, measured side by side in one run; prints a table and judges nothing."""

import argparse
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from tests.bench.rows import (
    Row,
    allocation_rows,
    consume_rows,
    demo_rows,
    duplicate_rows,
    load_rows,
    rebuild_rows,
    relay_rows,
    repair_rows,
    replay_rows,
    report_rows,
    setup_rows,
    way_rows,
    why_rows,
    workbook_rows,
)

PARTS = (
    "consume",
    "relay",
    "replay",
    "rebuild",
    "way",
    "load",
    "report",
    "why",
    "allocation",
    "repair",
    "workbook",
    "duplicates",
    "demo",
    "setup",
)


def measure(options: argparse.Namespace, folder: Path) -> list[Row]:
    """Measure the parts that were asked for, one after the other."""
    (folder / "state").mkdir()
    parts: dict[str, Callable[[], list[Row]]] = {
        "consume": lambda: consume_rows(folder, options.rounds, options.kafka, options.peers),
        "relay": lambda: relay_rows(folder, options.rounds, options.kafka, options.backlog),
        "replay": lambda: replay_rows(folder, options.rounds, options.kafka, options.events),
        "rebuild": lambda: rebuild_rows(folder, options.rounds, options.histories),
        "way": lambda: way_rows(folder, options.rounds, options.kafka),
        "load": lambda: load_rows(folder, options.minutes),
        "report": lambda: report_rows(options.rounds),
        "why": why_rows,
        "repair": repair_rows,
        "allocation": allocation_rows,
        "workbook": lambda: workbook_rows(folder, options.rounds),
        "duplicates": lambda: duplicate_rows(options.rounds),
        "demo": lambda: demo_rows(folder),
        "setup": lambda: setup_rows(folder),
    }
    return [row for part in options.only or PARTS for row in parts[part]()]


def _counts(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each side-by-side measurement")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part alone; may be said again")
    parser.add_argument(
        "--kafka", choices=["embedded", "process"], default="embedded", help="broker of consume, relay, replay and way"
    )
    parser.add_argument("--peers", default="", help="interpreter of the environment of requirements/bench.txt")
    parser.add_argument("--backlog", type=int, default=1_000_000, help="events that wait while the relay is measured")
    parser.add_argument(
        "--events", type=_counts, default=[10_000, 40_000], help="lengths of the replays: 1000000,3000000"
    )
    parser.add_argument(
        "--histories", type=_counts, default=[100_000], help="lengths of the rebuilds: 1000000,3000000,10000000"
    )
    parser.add_argument("--minutes", type=float, default=3, help="how long the load lasts")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="ocop-bench-", ignore_cleanup_errors=True) as name:
        rows = measure(options, Path(name))
    table = Table("what", "measured", "wanted", title="OCOP Showcase")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
