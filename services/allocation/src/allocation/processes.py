"""Runs a solver as a process of its own, which can be killed and whose memory is limited."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from allocation.settings import Settings

T = TypeVar("T")
PROBLEMS = TypeAdapter(dict[str, object])
OUT_OF_MEMORY = ("MemoryError", "bad_alloc")  # what Python and OR-Tools say last


class SolverFailedError(Exception):
    """The solver's process gave no result: it ran out of time or memory, or broke; the argument tells."""


async def run_process(
    module: str,
    problem: dict[str, object],
    answers: TypeAdapter[T],
    settings: Settings,
    hear: Callable[[bytes], None] | None = None,
) -> T:
    """Return what ``python -m module`` answers to a problem; raises SolverFailedError, and kills it over its time.

    ``hear`` is called with each line of JSON that it says meanwhile on standard error. Who cancels this kills it.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    limits = {"work": settings.solver_pass_work, "memory_mb": settings.solver_memory_mb}
    if hear is not None:
        limits["workers"] = settings.solver_workers
    try:
        async with asyncio.timeout(settings.solver_seconds):
            output, told = await _talk(process, PROBLEMS.dump_json({**problem, **limits}), hear)
    except TimeoutError:
        raise SolverFailedError(f"no result in {settings.solver_seconds:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 and any(word in told for word in OUT_OF_MEMORY):
        raise SolverFailedError(f"it needed more than its {settings.solver_memory_mb} MB of memory")
    if process.returncode != 0:
        raise SolverFailedError(f"exit code {process.returncode}: {told or 'nothing was said'}")
    try:
        return answers.validate_json(output)
    except ValidationError as error:
        raise SolverFailedError(f"its answer is no result: {error.error_count()} mistakes") from error


async def _talk(
    process: asyncio.subprocess.Process, problem: bytes, hear: Callable[[bytes], None] | None
) -> tuple[bytes, str]:
    """Hand a problem over; return the answer, and the last line said that is no JSON."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise SolverFailedError("it has no pipes")

    async def write(to: asyncio.StreamWriter) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it broke before it read all: its exit code tells
            to.write(problem)
            await to.drain()
        to.close()

    async def listen(to: asyncio.StreamReader) -> str:
        last = ""
        async for line in to:
            if line.startswith(b"{") and hear is not None:
                hear(line)
            elif line.strip():
                last = line.decode(errors="replace").strip()
        return last

    _, output, told = await asyncio.gather(write(process.stdin), process.stdout.read(), listen(process.stderr))
    await process.wait()
    return output, told
