"""``python -m tests.faults``: a short round of faults, or rounds for hours; prints the seed and what came of it."""

import argparse
import asyncio
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.counted import Counts, plan_counted
from tests.faults.rounds import BrokenRoundError, Terms, Verdict, play_round
from tests.faults.schedule import DEMANDED, FAILPOINTS, LONG, Wanted, plan_faults
from tests.faults.tally import write_tally
from tests.faults.telling import tell, tell_broken, tell_verdict

SHORT_SECONDS = 360.0
ROUND_SECONDS = 900.0


async def run(options: argparse.Namespace) -> int:
    """Play one short round, or round after round until the time is up; return whether one failed."""
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    began, survived, failed, seed = time.monotonic(), Counter[str](), list[int](), first
    until = began + options.hours * 3600
    tell(f"SEED={first} on {'Apache Kafka' if options.kafka == 'process' else 'the embedded broker'}")
    for seed in range(first, first + 10_000):
        seconds = min(ROUND_SECONDS, until - time.monotonic()) if options.long else options.seconds
        verdict = await _play(seed, seconds, options)
        survived += verdict.faults if verdict else Counter()
        if verdict is None or verdict.problems:
            failed.append(seed)
        if not options.long or time.monotonic() > until:
            break
    tell(f"happened: {dict(sorted(survived.items()))}; {options.tally} has it all")
    if options.long:
        minutes = (time.monotonic() - began) / 60
        tell(f"{seed - first + 1} rounds in {minutes:.0f} min; failed: {', '.join(map(str, failed)) or 'none'}")
    return 1 if failed else 0


async def _play(seed: int, seconds: float, options: argparse.Namespace) -> Verdict | None:
    """Play one round and say what came of it; one that breaks down is told and counts as failed, and others go on."""
    only = tuple(filter(None, options.only.split(",")))
    counts, wanted = Counts(options.failpoints, options.parts), LONG if options.long else Wanted()
    steps = plan_counted(seed, counts) if options.counted else plan_faults(seed, wanted, only)
    demanded = () if options.long else (*DEMANDED, *(f"failpoint:{place}" for place in FAILPOINTS))
    try:
        verdict = await play_round(seed, steps, options.kafka, Terms(seconds, options.recovery, demanded))
    except BrokenRoundError as error:
        traceback.print_exc()
        tell_broken(seed, error.folder)
        return None
    tell_verdict(verdict)
    write_tally(verdict, options.tally)
    return verdict


def read_options(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tests.faults", description="breaks the system under load and judges it")
    parser.add_argument("--seed", type=int, help="of the load and the faults; drawn and printed by default")
    parser.add_argument("--long", action="store_true", help="round after round, each with its own seed")
    parser.add_argument("--counted", action="store_true", help="nothing but kills and failpoints, close together")
    parser.add_argument("--failpoints", type=int, default=Counts.failpoints, help="of a counted round, each so often")
    parser.add_argument(
        "--parts", type=int, default=Counts.parts, help="kills of database and broker in one, each so often"
    )
    parser.add_argument("--hours", type=float, default=2.0, help="how long with --long")
    parser.add_argument("--seconds", type=float, default=SHORT_SECONDS, help="of faults in the short round")
    parser.add_argument("--only", default="", help="kinds, or name:detail:target, separated by commas; all by default")
    parser.add_argument("--kafka", choices=("embedded", "process"), default="embedded")
    parser.add_argument("--recovery", type=float, default=30.0, help="seconds that each recovery may take; I11 judges")
    parser.add_argument("--tally", type=Path, default=Path("out/faults.jsonl"), help="where each round is added")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(asyncio.run(run(read_options())))
