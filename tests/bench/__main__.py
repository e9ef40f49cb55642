"""``make bench``: speed and size, measured side by side in one run; prints a table and judges nothing."""

import argparse
import logging
import tempfile
from pathlib import Path
from statistics import median

import uvloop
from rich.console import Console
from rich.table import Table
from tests.bench import consume, demo, relay, reports, runs, workbooks

ROOT = Path(__file__).parent.parent.parent
VENDORS = 500
PARTS = ("consume", "relay", "report", "workbook", "demo")
Row = tuple[str, str, str]  # what, measured, wanted


def consume_rows(folder: Path, rounds: int) -> list[Row]:
    """Return the rows of the consumer beside the other ways."""
    rates = uvloop.run(consume.measure(folder, rounds))  # the loop that the services run on
    middle = {name: median(found) for name, found in rates.items()}
    return [
        ("consume, ours: micro-batch, inbox, effect, outbox", f"{middle['ours']:,.0f} events/s", "20,000 events/s"),
        ("consume, FastStream: one message, one transaction", f"{middle['single']:,.0f} events/s", ""),
        ("consume, FastStream: batches, a row per event id", f"{middle['batch']:,.0f} events/s", ""),
        ("consume, FastStream: batches, effect alone", f"{middle['bare']:,.0f} events/s", ""),
        ("consume, aiokafka: JSON read, nothing stored", f"{middle['raw']:,.0f} events/s", ""),
        ("ours to one message, one transaction", f"{middle['ours'] / middle['single']:.1f}", "20"),
        ("ours to the same without inbox and outbox", f"{middle['ours'] / middle['bare']:.2f}", "0.5"),
    ]


def relay_rows(folder: Path, rounds: int, kafka: str) -> list[Row]:
    """Return the rows of the relay beside the bare client."""
    found = uvloop.run(relay.measure(folder, rounds, kafka=kafka))
    rate, out, acknowledged = median(found.relay), median(found.out_ms), median(found.raw_ack_ms)
    return [
        (f"relay on {kafka} broker: numbered, logged, published", f"{rate:,.0f} events/s", "20,000 events/s"),
        ("bare client: sent and acknowledged", f"{median(found.raw):,.0f} events/s", ""),
        ("relay with a backlog of 1,000,000, to without", f"{median(found.behind_backlog) / rate:.2f}", "0.8"),
        ("commit to acknowledged, p50", f"{out:.1f} ms", ""),
        ("bare acknowledged send, p50", f"{acknowledged:.1f} ms", ""),
        ("ratio", f"{out / acknowledged:.1f}", "3"),
    ]


def report_rows(rounds: int) -> list[Row]:
    """Return the row of a large result report."""
    seconds = median(reports.measure(VENDORS, rounds))
    return [(f"result report, annex of {VENDORS} vendors, PDF + DOCX + XLSX", f"{seconds:.2f} s", "2 s")]


def workbook_rows(folder: Path, rounds: int) -> list[Row]:
    """Return the rows of a nomination workbook of 5,000 rows beside plain reading."""
    found = uvloop.run(workbooks.measure(folder, rounds))
    return [
        ("workbook of 5,000 rows: read, checked, taken, answered", f"{median(found.answered):.2f} s", "5 s"),
        ("the same workbook again: read, answered", f"{median(found.again):.2f} s", "5 s"),
        ("marked file of it written", f"{median(found.marked):.2f} s", ""),
        ("plain openpyxl, read-only, nothing done to the rows", f"{median(found.plain):.2f} s", ""),
    ]


def run_rows(events: Path) -> list[Row]:
    """Return a row for each pass of the default scenario's run."""
    return [
        (f"run, {each.name}", f"{each.seconds:.2f} s, {'optimal' if each.is_proven else 'not proven'}", "2 s, optimal")
        for each in runs.measure(events)
    ]


def demo_rows(folder: Path) -> list[Row]:
    """Return the rows of the default scenario, and of the run in it."""
    found = demo.measure(ROOT / "deploy" / "demo" / "red_river_delta_2020", folder)
    sizes = [(f"resident, {name}", f"{size} MB", "150 MB") for name, size in sorted(found["resident_mb"].items())]
    story = ("default scenario, start and story", f"{found['seconds']:.1f} s", "30 s for the story")
    return [story, *sizes, *run_rows(folder / "out" / "events")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each side-by-side measurement")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--kafka", choices=["embedded", "process"], default="embedded", help="the relay's broker")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="ocop-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if options.only in {None, "consume"}:
            rows += consume_rows(folder, options.rounds)
        if options.only in {None, "relay"}:
            rows += relay_rows(folder, options.rounds, options.kafka)
        if options.only in {None, "report"}:
            rows += report_rows(options.rounds)
        if options.only in {None, "workbook"}:
            rows += workbook_rows(folder, options.rounds)
        if options.only in {None, "demo"}:
            (folder / "state").mkdir()
            rows += demo_rows(folder)
    table = Table("what", "measured", "wanted", title="OCOP Showcase")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
