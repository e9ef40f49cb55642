"""Says at the terminal what came of a round: what it survived, or what broke and the history around it."""

from collections import defaultdict
from pathlib import Path
from statistics import median

from tests.faults.history import Entry, read_history
from tests.faults.rounds import Verdict

WANTED_SECONDS = 30.0
PROBLEMS, ENTRIES, FAULTS = 10, 40, 5
ID_LENGTH = 36


def tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # for the person at the terminal


def tell_verdict(verdict: Verdict) -> None:
    """Say what a round survived, or what broke and the history around it."""
    counts = ", ".join(f"{name} {count}" for name, count in sorted(verdict.faults.items()))
    tell(f"seed {verdict.seed}: {sum(verdict.faults.values())} faults in {verdict.seconds:.0f} s ({counts})")
    tell(f"  operations {dict(verdict.operations)}, events {verdict.events}, mails {verdict.mails}")
    _tell_recoveries(verdict)
    if verdict.left_out:
        tell(f"  left out for want of time: {', '.join(verdict.left_out)}")
    for reason in verdict.not_possible:
        tell(f"  not done, {reason}")
    for what in verdict.unjudged:
        tell(f"  not judged, {what}")
    if verdict.problems:
        _tell_problems(verdict)
    else:
        tell("  all twelve invariants hold")


def tell_broken(seed: int, folder: Path) -> None:
    """Say where a round is kept that broke down, and the end of its history: what was being done to it."""
    tell(f"seed {seed}: the round broke down; everything is kept in {folder}; again with SEED={seed}")
    history = folder / "history.jsonl"
    told = read_history(history) if history.exists() else []
    last = [one for one in told if one["what"] == "fault"][-FAULTS:]
    rest = [one for one in told if one["what"] not in {"committed", "fault"}][-ENTRIES:]
    tell(f"  its history has {len(told)} entries; the last faults, and the last of all else:")
    for entry in (*last, *rest):
        tell(f"    {str(entry)[:240]}")


def _tell_recoveries(verdict: Verdict) -> None:
    by_fault: dict[str, list[Entry]] = defaultdict(list)
    for entry in verdict.recoveries:
        by_fault[f"{entry['fault']} {entry['detail']}".strip()].append(entry)
    seconds = [entry["seconds"] for entry in verdict.recoveries] or [0.0]
    late = sum(one > WANTED_SECONDS for one in seconds)
    load = max([entry["load"] for entry in verdict.recoveries], default=0.0)
    tell(
        f"  level again, after the part is back, in {median(seconds):.1f} s in the median, {max(seconds):.1f} s at most;"
        f" {late} of {len(seconds)} over {WANTED_SECONDS:.0f} s; the machine's load was up to {load}"
    )
    if again := [entry for entry in verdict.recoveries if entry["again"]]:
        told = (f"{entry['fault']} {entry['detail']}".strip() + f" {entry['seconds']:.1f} s" for entry in again)
        tell(f"  done again, since it took too long the first time: {', '.join(told)}")
    slowest = sorted(by_fault, key=lambda fault: -max(entry["seconds"] for entry in by_fault[fault]))[:5]
    told = (f"{fault} {max(entry['seconds'] for entry in by_fault[fault]):.1f} s" for fault in slowest)
    tell(f"  slowest: {', '.join(told)}")


def _tell_problems(verdict: Verdict) -> None:
    for name, problems in verdict.problems.items():
        tell(f"  {name}: {len(problems)} problems")
        for problem in problems[:PROBLEMS]:
            tell(f"    {problem}")
    tell(f"  everything is kept in {verdict.folder}; again with SEED={verdict.seed}; the last faults were:")
    told = [entry for entry in read_history(verdict.folder / "history.jsonl") if entry["what"] != "committed"]
    words = [word for problems in verdict.problems.values() for problem in problems for word in problem.split()]
    ids = {stripped for word in words if len(stripped := word.strip(",:()'\"")) == ID_LENGTH}
    for entry in [one for one in told if ids & set(map(str, one.values()))][:ENTRIES] or told[-30:]:
        tell(f"    {str(entry)[:240]}")
