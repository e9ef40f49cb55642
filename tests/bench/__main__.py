"""``make bench``: speed and size, measured side by side in one run; prints a table and judges nothing."""

import argparse
import logging
import tempfile
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console
from rich.table import Table
from tests.bench import consume, demo, reports, runs

ROOT = Path(__file__).parent.parent.parent
VENDORS = 500


def consume_rows(folder: Path, rounds: int) -> list[tuple[str, str, str]]:
    """Return the rows of the consumer's benchmark."""
    rates = uvloop.run(consume.measure(folder, rounds))  # the loop that the services run on
    ours, plain = median(rates["ours"]), median(rates["plain"])
    return [
        ("consume, ours: micro-batch, inbox, effect, outbox", f"{ours:,.0f} events/s", "10,000 events/s"),
        ("consume, FastStream: one message, one transaction", f"{plain:,.0f} events/s", ""),
        ("ratio", f"{ours / plain:.1f}", ""),
    ]


def report_rows(rounds: int) -> list[tuple[str, str, str]]:
    """Return the row of a large result report."""
    seconds = median(reports.measure(VENDORS, rounds))
    return [(f"result report, annex of {VENDORS} vendors, PDF + DOCX + XLSX", f"{seconds:.2f} s", "2 s")]


def run_rows(events: Path) -> list[tuple[str, str, str]]:
    """Return a row for each pass of the default scenario's run."""
    return [
        (f"run, {each.name}", f"{each.seconds:.2f} s, {'optimal' if each.is_proven else 'not proven'}", "2 s, optimal")
        for each in runs.measure(events)
    ]


def demo_rows(folder: Path) -> list[tuple[str, str, str]]:
    """Return the rows of the default scenario, and of the run in it."""
    found = demo.measure(ROOT / "deploy" / "demo" / "red_river_delta_2020", folder)
    sizes = [(f"resident, {name}", f"{size} MB", "150 MB") for name, size in sorted(found["resident_mb"].items())]
    story = ("default scenario, start and story", f"{found['seconds']:.1f} s", "30 s for the story")
    return [story, *sizes, *run_rows(folder / "out" / "events")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each side-by-side measurement")
    parser.add_argument("--only", choices=["consume", "report", "demo"], help="one part alone")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="ocop-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if options.only in {None, "consume"}:
            rows += consume_rows(folder, options.rounds)
        if options.only in {None, "report"}:
            rows += report_rows(options.rounds)
        if options.only in {None, "demo"}:
            (folder / "state").mkdir()
            rows += demo_rows(folder)
    table = Table("what", "measured", "wanted", title="OCOP Showcase")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
