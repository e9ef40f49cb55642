"""``python -m tests.faults``: a short round of faults, or rounds for hours; prints the seed and what came of it."""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter

from tests.faults.history import read_history
from tests.faults.rounds import Verdict, play_round
from tests.faults.schedule import FAILPOINTS, Wanted, plan_faults

SHORT_SECONDS = 420.0
ROUND_SECONDS = 600.0


def tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # for the person at the terminal


def tell_verdict(verdict: Verdict) -> None:
    """Say what a round survived, or what broke and the history around it."""
    seconds = sorted(entry["level_seconds"] for entry in verdict.recoveries) or [0.0]
    counts = ", ".join(f"{name} {count}" for name, count in sorted(verdict.faults.items()))
    tell(f"seed {verdict.seed}: {sum(verdict.faults.values())} faults in {verdict.seconds:.0f} s ({counts})")
    tell(f"  operations {dict(verdict.operations)}, events {verdict.events}, mails {verdict.mails}")
    tell(
        f"  level again, after the part is back, in {seconds[len(seconds) // 2]:.1f} s in the median, {seconds[-1]:.1f} s at most"
    )
    reached = {name.partition(":")[2] for name, count in verdict.faults.items() if count}
    missed = sorted(set(FAILPOINTS) - reached) if reached & set(FAILPOINTS) else []
    if verdict.left_out or missed:
        tell(f"  {verdict.left_out} faults left out for want of time; failpoints not reached: {missed or 'none'}")
    if not verdict.problems:
        tell("  all twelve invariants hold")
        return
    for name, problems in verdict.problems.items():
        tell(f"  {name}: {len(problems)} problems")
        for problem in problems[:10]:
            tell(f"    {problem}")
    tell(f"  everything is kept in {verdict.folder}; again with SEED={verdict.seed}; the last faults were:")
    told = [entry for entry in read_history(verdict.folder / "history.jsonl") if entry["what"] != "committed"]
    words = [str(word) for problems in verdict.problems.values() for problem in problems for word in problem.split()]
    ids = {word.strip(",:()'\"") for word in words if len(word.strip(",:()'\"")) == 36}
    for entry in [one for one in told if ids & set(map(str, one.values()))][:40] or told[-30:]:
        tell(f"    {str(entry)[:240]}")


async def run(options: argparse.Namespace) -> int:
    """Play one short round, or round after round until the time is up or one fails."""
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    until, survived = time.monotonic() + options.hours * 3600, Counter[str]()
    tell(f"SEED={first} on {'Apache Kafka' if options.kafka == 'process' else 'the embedded broker'}")
    for seed in range(first, first + 10_000):
        faults = plan_faults(seed, Wanted(), tuple(filter(None, options.only.split(","))))
        verdict = await play_round(seed, faults, options.kafka, ROUND_SECONDS if options.long else options.seconds)
        tell_verdict(verdict)
        survived += verdict.faults
        if verdict.problems:
            return 1
        if not options.long or time.monotonic() > until:
            break
    tell(f"survived: {dict(sorted(survived.items()))}")
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tests.faults", description="breaks the system under load and judges it")
    parser.add_argument("--seed", type=int, help="of the load and the faults; drawn and printed by default")
    parser.add_argument("--long", action="store_true", help="round after round, each with its own seed")
    parser.add_argument("--hours", type=float, default=2.0, help="how long with --long")
    parser.add_argument("--seconds", type=float, default=SHORT_SECONDS, help="of faults in the short round")
    parser.add_argument("--only", default="", help="kinds of faults, separated by commas; all by default")
    parser.add_argument("--kafka", choices=("embedded", "process"), default="embedded")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
