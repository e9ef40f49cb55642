"""Runs a solver as a process of its own, which can be killed and whose memory is limited."""

import asyncio
import sys
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from allocation.settings import Settings

T = TypeVar("T")
PROBLEMS = TypeAdapter(dict[str, object])


class SolverFailedError(Exception):
    """The solver's process gave no result: it ran out of time or memory, or broke; the argument tells."""


async def run_process(module: str, problem: dict[str, object], answers: TypeAdapter[T], settings: Settings) -> T:
    """Return what ``python -m module`` answers to a problem; raises SolverFailedError, and kills it over its time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    limits = {"work": settings.solver_pass_work, "memory_mb": settings.solver_memory_mb}
    try:
        async with asyncio.timeout(settings.solver_seconds):
            output, errors = await process.communicate(PROBLEMS.dump_json({**problem, **limits}))
    except TimeoutError:
        raise SolverFailedError(f"no result in {settings.solver_seconds:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        told = errors.decode(errors="replace").strip().splitlines()
        raise SolverFailedError(f"exit code {process.returncode}: {told[-1] if told else 'nothing was said'}")
    try:
        return answers.validate_json(output)
    except ValidationError as error:
        raise SolverFailedError(f"its answer is no result: {error.error_count()} mistakes") from error
