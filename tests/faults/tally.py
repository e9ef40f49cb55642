"""The tally of rounds: one JSON line per fault that was survived or not; ``python -m tests.faults.tally FILE`` sums up.

With ``--into docs/guarantees.md`` the sums take the place of what stands there between the two marks.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults.rounds import Verdict

Line = dict[str, Any]
BEGIN, END = "<!-- tally: python -m tests.faults.tally -->", "<!-- end of tally -->"
WANTED_SECONDS = 30.0


def lines_of(verdict: Verdict) -> list[Line]:
    """Return a line for every kind of fault of a round: how often it happened, and how long each recovery took."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for entry in verdict.recoveries:
        if entry["happened"]:
            seconds[f"{entry['fault']}:{entry['detail']}" if entry["detail"] else entry["fault"]].append(
                entry["seconds"]
            )
    return [
        {
            "seed": verdict.seed,
            "broker": verdict.broker,
            "fault": fault,
            "count": count,
            "recovery_seconds": seconds[fault],
            "verdict": sorted(verdict.problems) or "held",
            "unjudged": verdict.unjudged,
        }
        for fault, count in sorted(verdict.faults.items())
        if count
    ]


def write_tally(verdict: Verdict, path: Path) -> None:
    """Add a round to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines_of(verdict))


def read_tally(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def sum_up(lines: Sequence[Line]) -> str:
    """Return the table of what was survived: counts and recoveries of the rounds that held, and which did not."""
    rounds = {(line["broker"], line["seed"]): line["verdict"] for line in lines}
    counts, seconds = Counter[tuple[str, str]](), defaultdict[str, list[float]](list)
    for line in (line for line in lines if line["verdict"] == "held"):
        counts[line["fault"], line["broker"]] += line["count"]
        seconds[line["fault"]] += line["recovery_seconds"]
    rows = ["| fault | embedded | Apache Kafka | recovery: median, most |", "|---|---|---|---|"]
    for fault in sorted({fault for fault, _ in counts}):
        took = f"{median(seconds[fault]):.1f} s, {max(seconds[fault]):.1f} s" if seconds[fault] else "before the start"
        rows.append(f"| {fault} | {counts[fault, 'embedded']} | {counts[fault, 'process']} | {took} |")
    told = [_tell_rounds(rounds.values(), seconds.values())]
    if unjudged := {(line["broker"], line["seed"]) for line in lines if _is_unjudged(line)}:
        told.append(f"In {len(unjudged)} of the rounds records were lost whose offsets I8 cannot judge.")
    return "\n".join([" ".join(told), "", *rows])


def _is_unjudged(line: Line) -> bool:
    """Whether a line is of a round that was not judged wholly; older lines do not say so, their faults do."""
    loses = {"retention", "kill_broker"} if line["broker"] == "embedded" else {"retention"}
    return bool(line.get("unjudged", line["fault"] in loses))


def _tell_rounds(verdicts: Iterable[Any], seconds: Iterable[list[float]]) -> str:
    told = list(verdicts)
    held = sum(verdict == "held" for verdict in told)
    broken = Counter(name for verdict in told if verdict != "held" for name in verdict)
    every = [one for some in seconds for one in some]
    late = sum(one > WANTED_SECONDS for one in every)
    text = (
        f"{len(told)} rounds; all twelve invariants held in {held}. Of {len(every)} recoveries {late} took over 30 s."
    )
    names = ", ".join(f"{name} in {count}" for name, count in sorted(broken.items()))
    return f"{text} Broken: {names}; the faults of such rounds are not counted." if names else text


def put_between(text: str, table: str) -> str:
    """Return a text with the table between its marks.

    Raises:
        ValueError: the text lacks a mark.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"the text lacks {BEGIN} or {END}")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tests.faults.tally", description="sums up rounds of faults")
    parser.add_argument("tally", type=Path, nargs="+")
    parser.add_argument("--into", type=Path, help="a document with marks; without it the sums are printed")
    options = parser.parse_args()
    table = sum_up([line for path in options.tally for line in read_tally(path)])
    if options.into is None:
        print(table)  # noqa: T201  # for the person at the terminal
    else:
        options.into.write_text(put_between(options.into.read_text(encoding="utf-8"), table), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
