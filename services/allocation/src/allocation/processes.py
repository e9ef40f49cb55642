"""Asks a solver in a process of its own, which can be killed and whose memory is limited."""

import asyncio
from collections.abc import Callable
from signal import Signals
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from allocation.settings import Settings
from allocation.standby import STANDBY, Standby

T = TypeVar("T")
PROBLEMS = TypeAdapter(dict[str, object])
OUT_OF_MEMORY = ("MemoryError", "bad_alloc", "can't start new thread")  # what Python and OR-Tools say last
NO_THREAD = "Resource temporarily unavailable"  # and where there is no room for the stack of one more thread

# Some of what OR-Tools is made of does not look whether it was given what it asked for.
BROKEN_OFF = (-Signals.SIGSEGV, -Signals.SIGABRT, -Signals.SIGBUS)


class SolverFailedError(Exception):
    """The solver's process gave no result: it ran out of time or memory, or broke; ``vi`` and ``en`` tell people why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi, self.en = vi, en


async def run_process(
    module: str,
    problem: dict[str, object],
    answers: TypeAdapter[T],
    settings: Settings,
    hear: Callable[[bytes], None] | None = None,
) -> T:
    """Return what a solver's module answers to a problem; raises SolverFailedError, and kills it over its time.

    ``hear`` is called with each line of JSON that it says meanwhile on standard error. Who cancels this kills it.
    """
    limits = {"work": settings.solver_pass_work, "memory_mb": settings.solver_memory_mb}
    if hear is not None:
        limits["workers"] = settings.solver_workers
    kept = STANDBY.get()
    standby = kept or Standby()
    try:
        async with asyncio.timeout(settings.solver_seconds):
            ended = await standby.ask(module, PROBLEMS.dump_json({**problem, **limits}), hear)
    except TimeoutError:
        seconds = f"{settings.solver_seconds:g}"
        raise SolverFailedError(
            f"Bộ tính không có kết quả sau {seconds} giây.", f"The solver had no result after {seconds} s."
        ) from None
    finally:
        if kept is None:
            await standby.close()
    if ended.code != 0 or ended.answer is None:
        raise _tell_end(ended.code, ended.told, settings)
    try:
        return answers.validate_json(ended.answer)
    except ValidationError as error:
        wrong = error.error_count()
        raise SolverFailedError(
            f"Bộ tính trả lời không đúng dạng: {wrong} lỗi.", f"The solver's answer is no result: {wrong} mistakes."
        ) from error


def _tell_end(code: int | None, told: str, settings: Settings) -> SolverFailedError:
    """Return why a solver ended without a result, from its exit code and the last it said."""
    memory_mb, threads = settings.solver_memory_mb, settings.solver_workers
    if any(word in told for word in OUT_OF_MEMORY):
        return SolverFailedError(
            f"Bộ tính cần nhiều hơn {memory_mb} MB bộ nhớ được phép dùng.",
            f"The solver needed more than the {memory_mb} MB of memory that it may have.",
        )
    if NO_THREAD in told:
        return SolverFailedError(
            f"Bộ tính không mở được {threads} luồng trong {memory_mb} MB bộ nhớ được phép dùng.",
            f"The solver could not start its {threads} threads within the {memory_mb} MB of memory that it may have.",
        )
    if not told and code in BROKEN_OFF:
        return SolverFailedError(
            f"Bộ tính dừng đột ngột (mã {code}), như khi cần nhiều hơn {memory_mb} MB bộ nhớ được phép dùng.",
            f"The solver broke off (exit code {code}), as it may when it needs more than the {memory_mb} MB of memory that"
            " it may have.",
        )
    return SolverFailedError(
        f"Bộ tính dừng với mã {code}: {told or 'không báo gì'}",
        f"The solver ended with exit code {code}: {told or 'nothing was said'}",
    )
