"""An operator who runs all that a service has parked again: ``python -m tests.faults.redrive <service>``.

Does what ``<service> dead-letters redrive`` does, but by the round's clock; prints what came of each subject.
"""

import asyncio
import os
import sys
from importlib import import_module

from common.cli.serving import read_settings
from common.service import Service
from launcher.serve import choose_clock


async def run(name: str) -> None:
    """Run every parked subject twice, then what waits behind whole keys."""
    settings = read_settings(import_module(f"{name}.settings").Settings)
    clock = choose_clock(os.environ.get("SCENARIO_CLOCK", ""))
    service: Service = import_module(f"{name}.app").build(settings, clock).state.service
    try:
        for row in sorted(await service.dead_letters.list_subjects(), key=lambda row: row.subject == ""):
            for _ in range(2):
                done = await service.dead_letters.redrive(row.source, row.key, row.subject, "faults")
                print(row.subject or "(whole key)", done.ran, done.error)  # noqa: T201  # kept in the round's logs
    finally:
        await service.engine.dispose()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
