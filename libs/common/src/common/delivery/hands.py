"""Processes that take in pieces of histories beside the one that rebuilds: a line of JSON for each piece, one for each answer."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from common.delivery.folding import Piece

Fold = Callable[[Piece], Awaitable[int]]


class HandFailedError(RuntimeError):
    """A process beside ended, or could not take a piece in; the argument says why."""


class Hand:
    """A process that takes pieces in, several at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._pieces = 0

    async def fold(self, piece: Piece) -> int:
        """Let the process take a piece in; return how many events there were.

        Raises:
            HandFailedError: it could not.
        """
        if self._process.stdin is None or self._process.returncode is not None:
            raise HandFailedError("a process beside has ended")
        self._pieces += 1
        number, answer = self._pieces, asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._process.stdin.write(json.dumps([number, *piece]).encode() + b"\n")
        return await answer

    async def listen(self) -> None:
        """Hear what the process answers until it ends; whoever waits then is told."""
        if self._process.stdout is not None:
            async for line in self._process.stdout:
                number, events, error = json.loads(line)
                answer = self._waiting.pop(number)
                if answer.cancelled():
                    continue
                if error is None:
                    answer.set_result(events)
                else:
                    answer.set_exception(HandFailedError(error))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(HandFailedError("a process beside has ended"))


@asynccontextmanager
async def hands(number: int, command: Sequence[str]) -> AsyncGenerator[list[Hand]]:
    """Start so many processes that take pieces in (see ``lend_hand``); they end with this one, however it ends."""
    processes = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(number)]
    found = [Hand(process) for process in processes]
    listening = [asyncio.create_task(hand.listen()) for hand in found]
    try:
        yield found
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                process.kill()  # all that it took in is committed, or nobody will miss it
            await process.wait()
        await asyncio.gather(*listening)


async def lend_hand(fold: Fold) -> None:
    """Be such a process: take in what standard input tells until it ends, whoever told it having ended included."""
    answers, sys.stdout = sys.stdout, sys.stderr  # logs must not come between the answers
    told = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    at_work: set[asyncio.Task[None]] = set()

    async def answer(number: int, piece: Piece) -> None:
        said: tuple[int, int, str | None]
        try:
            said = (number, await fold(piece), None)
        except Exception as error:  # noqa: BLE001  # whoever asked stops
            said = (number, 0, f"{type(error).__name__}: {error}")
        print(json.dumps(said), file=answers, flush=True)

    async for line in told:
        number, *piece = json.loads(line)
        task = asyncio.create_task(answer(number, Piece(*piece)))
        at_work.add(task)
        task.add_done_callback(at_work.discard)
    for task in at_work:
        task.cancel()
