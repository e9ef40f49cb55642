"""The rows that the bench prints: what was measured, what came of it, and what is wanted."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import uvloop
from tests.bench import (
    allocation,
    consume,
    demo,
    duplicates,
    explanations,
    load,
    rebuild,
    relay,
    repairs,
    replay,
    reports,
    runs,
    setup,
    way,
    workbooks,
)

from common.collector import calm_collector

ROOT = Path(__file__).parent.parent.parent
VENDORS = 500
Row = tuple[str, str, str]  # what, measured, wanted


def consume_rows(folder: Path, rounds: int, kafka: str, python: str) -> list[Row]:
    """Return the rows of the consumer beside the other ways."""
    calm_collector()  # as the services do; the other ways in this process gain by it too
    rates = uvloop.run(consume.measure(folder, rounds, kafka, python))  # the loop that the services run on
    middle = {name: median(found) for name, found in rates.items()}
    return [
        ("consume, ours: micro-batch, inbox, effect, outbox", f"{middle['ours']:,.0f} events/s", "20,000 events/s"),
        ("consume, FastStream: one message, one transaction", f"{middle['single']:,.0f} events/s", ""),
        ("consume, FastStream: batches, a row per event id", f"{middle['batch']:,.0f} events/s", ""),
        ("consume, FastStream: batches, effect alone", f"{middle['bare']:,.0f} events/s", ""),
        *(
            (f"consume, {name}: batches, a row per event id", f"{middle[key]:,.0f} events/s", "")
            for key, name in (("arroyo", "sentry-arroyo"), ("quix", "quixstreams"))
            if key in middle
        ),
        ("consume, aiokafka: JSON read, nothing stored", f"{middle['raw']:,.0f} events/s", ""),
        ("ours to one message, one transaction", f"{middle['ours'] / middle['single']:.1f}", "20"),
        ("ours to the same without inbox and outbox", f"{middle['ours'] / middle['bare']:.2f}", "0.5"),
    ]


def relay_rows(folder: Path, rounds: int, kafka: str, backlog: int) -> list[Row]:
    """Return the rows of the relay beside the bare client."""
    found = uvloop.run(relay.measure(folder, rounds, kafka=kafka, backlog=backlog))
    rate, out, acknowledged = median(found.relay), median(found.out_ms), median(found.raw_ack_ms)
    return [
        (f"relay on {kafka} broker: numbered, logged, published", f"{rate:,.0f} events/s", "20,000 events/s"),
        ("bare client: sent and acknowledged", f"{median(found.raw):,.0f} events/s", ""),
        (f"relay with a backlog of {backlog:,}, to without", f"{median(found.behind_backlog) / rate:.2f}", "0.8"),
        ("commit to acknowledged, p50", f"{out:.1f} ms", ""),
        ("bare acknowledged send, p50", f"{acknowledged:.1f} ms", ""),
        ("ratio", f"{out / acknowledged:.1f}", "3"),
        (
            "the unit of work that tells it, p50: numbered in it, and with its events left in the outbox",
            f"{median(found.unit_ms):.1f} ms, {median(found.unit_alone_ms):.1f} ms",
            "",
        ),
    ]


def replay_rows(folder: Path, rounds: int, kafka: str, counts: Sequence[int]) -> list[Row]:
    """Return a row for each length of history."""
    rows: list[Row] = []
    for found in asyncio.run(replay.measure(kafka, folder, counts, rounds)):
        sizes = " → ".join(str(round(median(each.resident_mb[place] for each in found))) for place in range(3))
        what = f"replay of {found[0].events:,} events into reporting"
        rows += [
            (what, f"{median(each.rate for each in found):,.0f} events/s", "50,000 events/s"),
            ("  resident before, halfway, after", f"{sizes} MB", "flat"),
        ]
    return rows


def rebuild_rows(folder: Path, rounds: int, counts: Sequence[int]) -> list[Row]:
    """Return the rows of each length of history; the processors' time stands beside that which passed."""
    rows: list[Row] = []
    for name, found in asyncio.run(rebuild.measure(folder, counts, rounds)):
        events = found[0].events
        worked = [
            median(seconds) / events * 1e6
            for seconds in zip(*((e.cpu_seconds, e.database_seconds, e.owners_seconds) for e in found), strict=True)
        ]
        sizes = " → ".join(str(round(median(each.quarters_mb[place] for each in found))) for place in range(4))
        placing = median(each.placing_seconds for each in found)
        what = f"rebuild of reporting from {events:,} events, {name}"
        rows += [
            (what, f"{median(each.rate for each in found):,.0f} events/s", "50,000 events/s"),
            ("  read and folded alone", f"{median(events / each.folding_seconds for each in found):,.0f} events/s", ""),
            ("  putting in place", f"{placing:.1f} s", ""),
            (
                "  worked by it, the database, the owners",
                " + ".join(f"{each:.1f}" for each in worked) + " µs an event",
                "",
            ),
            ("  resident after each quarter", f"{sizes} MB", "flat"),
        ]
    return rows


def way_rows(folder: Path, rounds: int, kafka: str) -> list[Row]:
    """Return the rows of the way from the form to the mail."""
    found = asyncio.run(way.measure(folder, rounds, kafka))
    middle = median(found.way)
    made_of = f"{way.COMMITS} x {median(found.commit):.1f} ms + {way.ROUND_TRIPS} x {median(found.round_trip):.1f} ms"
    return [
        (f"form to booth to mail handed to SMTP on {kafka} broker, p50", f"{middle:.0f} ms", ""),
        ("  the same, p99", f"{found.p99:.0f} ms", ""),
        ("  bare commits and Kafka round trips on that way", f"{made_of} = {found.least:.0f} ms", ""),
        ("  ratio of p50", f"{middle / found.least:.1f}", "3"),
    ]


def load_rows(folder: Path, minutes: float) -> list[Row]:
    """Return a row for each service."""
    found = asyncio.run(load.measure(folder, minutes))
    return [
        (
            f"resident {name}, {minutes:g} min of load: before, one fair, half, end",
            f"{' / '.join(map(str, sizes))} MB",
            "120 MB",
        )
        for name, sizes in found.resident_mb.items()
    ]


def report_rows(rounds: int) -> list[Row]:
    """Return the row of a large result report."""
    seconds = median(reports.measure(VENDORS, rounds))
    return [(f"result report, annex of {VENDORS} vendors, PDF + DOCX + XLSX", f"{seconds:.2f} s", "2 s")]


def why_rows() -> list[Row]:
    """Return the rows of explaining a run of the size of the city's fair."""
    found = explanations.measure()
    what = f"{found.refused} why-nots of {found.applicants} applications for {found.booths} booths"
    return [
        (what, f"{found.seconds:.1f} s", "60 s for 470"),
        ("one why-not alone, the slowest", f"{found.slowest:.2f} s", "1 s"),
    ]


def repair_rows() -> list[Row]:
    """Return the rows of repairing the city's street, both with the fewest moves proven."""
    found = repairs.measure()
    proof = "proven" if found.is_proven else "NOT PROVEN"
    moves = f"{found.shrink_moves} moves, {found.shrink_lost} lost"
    (passed, worked), (cut_passed, cut_worked) = found.withdrawal, found.shrink
    return [
        (
            f"repair of a withdrawal, {found.withdrawal_moves} move(s), {proof}",
            f"{1000 * passed:.0f} ms ({1000 * worked:.0f} ms of processor)",
            "100 ms",
        ),
        (
            f"repair of 150 booths cut to 90, {moves}, {proof}",
            f"{cut_passed:.2f} s ({cut_worked:.2f} s of processor)",
            "2 s",
        ),
    ]


def allocation_rows() -> list[Row]:
    """Return the rows of runs of three sizes, with HiGHS on the models of who gets a place beside the two smaller."""
    rows: list[Row] = []
    for booths, applicants, work, wanted in allocation.SIZES:
        is_large = booths >= allocation.LARGE
        found = allocation.measure(
            booths, applicants, work, places_alone=is_large, highs_seconds=0 if is_large else allocation.HIGHS_SECONDS
        )
        loose = [
            f"{each.name} {each.value} (bound {each.bound})" for each in found.objectives if each.value != each.bound
        ]
        told = f"{found.seconds:.1f} s ({found.cpu_seconds:.1f} s of processor), {found.memory_mb} MB, {found.status}"
        rows.append((f"run, {booths:,} booths for {applicants:,}", told, wanted))
        rows.append(("  who gets a place", f"{found.places_seconds:.1f} s, gap {found.places_gap:.2f} %", ""))
        rows += [("  not proven", each, "") for each in loose if not each.startswith("quota_floor_missed")]
        if found.twice:
            rows.append(("  the same models of who gets a place, ours", _our_words(found.twice), ""))
            rows.append(("  and by HiGHS, each right after ours", _highs_words(found.twice), ""))
    return rows


def _our_words(twice: Sequence[allocation.Twice]) -> str:
    proven = sum(each.optimum is not None for each in twice)
    return f"{sum(each.seconds for each in twice):.1f} s, {proven} of {len(twice)} models proven"


def _highs_words(twice: Sequence[allocation.Twice]) -> str:
    """Say what HiGHS proved in its time, and whether both say the same where both proved."""
    asked = [each for each in twice if each.highs_seconds is not None]
    proven = [each for each in asked if each.highs_optimum is not None]
    apart = sum(each.optimum is not None and each.optimum != each.highs_optimum for each in proven)
    words = [f"{sum(each.highs_seconds or 0 for each in asked):.1f} s, {len(proven)} of {len(asked)} models proven"]
    if late := len(asked) - len(proven):
        bare = sum(not each.has_value for each in asked)
        words.append(f"no proof within {allocation.HIGHS_SECONDS:.0f} s for {late}, {bare} of them without any answer")
    if left := len(twice) - len(asked):
        words.append(f"{left} not asked, {allocation.HIGHS_MOST:.0f} s being over")
    return "; ".join([*words, f"{apart} optima differ"])


def workbook_rows(folder: Path, rounds: int) -> list[Row]:
    """Return the rows of a nomination workbook of 5,000 rows beside plain reading."""
    found = uvloop.run(workbooks.measure(folder, rounds))
    return [
        ("workbook of 5,000 rows: read, checked, taken, answered", f"{median(found.answered):.2f} s", "5 s"),
        ("the same workbook again: read, answered", f"{median(found.again):.2f} s", "5 s"),
        ("marked file of it written", f"{median(found.marked):.2f} s", ""),
        ("plain openpyxl, read-only, nothing done to the rows", f"{median(found.plain):.2f} s", ""),
    ]


def duplicate_rows(rounds: int) -> list[Row]:
    """Return the rows of the search for one producer under two names."""
    calm_collector()  # as the services do
    found = duplicates.measure(rounds)
    return [
        (f"duplicates among {duplicates.VENDORS:,} vendors searched", f"{median(found.search):.1f} s", "10 s"),
        ("the same vendors only put in order", f"{median(found.reading):.2f} s", ""),
        (f"  of {duplicates.TWINS:,} planted pairs found; pairs shown", f"{found.found:.1%}; {found.pairs:,}", ""),
    ]


def run_rows(dossier: Path) -> list[Row]:
    """Return the rows of the default scenario's run, pass by pass."""
    passes = runs.measure(dossier)
    slowest = max(passes, key=lambda each: each.seconds)
    proven = sum(each.is_proven for each in passes)
    return [
        (f"the run, slowest pass ({slowest.name})", f"{slowest.seconds:.2f} s", "2 s"),
        ("the run, passes proven optimal", f"{proven} of {len(passes)}", "all"),
    ]


def demo_rows(folder: Path) -> list[Row]:
    """Return the rows of the default scenario, and of the run in it."""
    found = demo.measure(ROOT / "deploy" / "demo" / "red_river_delta_2020", folder)
    sizes = [(f"resident, {name}", f"{size} MB", "150 MB") for name, size in sorted(found["resident_mb"].items())]
    story = ("default scenario, start and story", f"{found['seconds']:.1f} s", "30 s for the story")
    return [story, *sizes, *run_rows(folder / "out" / "dossier.zip")]


def setup_rows(folder: Path) -> list[Row]:
    """Return the row of the set-up."""
    seconds = setup.measure(ROOT, folder / "checkout")
    return [("set-up: virtual environment and everything in it, packages cached", f"{seconds:.0f} s", "60 s")]
