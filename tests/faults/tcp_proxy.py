"""A TCP proxy that stands between a service and what it needs, and does to the line what networks do.

Bytes that are held back are not lost: as TCP would send them again, they go on when the fault is over.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

PIECE = 64 * 1024
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Line:
    """One connection through the proxy: its two ends, and which ways are open."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    half_open: bool = False


@dataclass
class FaultProxy:
    """Listens on a loopback port and passes on to ``target``, whose port may change.

    Attributes:
        latency: seconds that each piece waits, each way.
        bandwidth: bytes in a second, each way; 0 is no limit.
    """

    name: str
    target: int = 0
    port: int = 0
    latency: float = 0.0
    bandwidth: int = 0
    _lines: set[Line] = field(default_factory=set[Line])
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def __post_init__(self) -> None:
        self._to_server, self._to_client, self._accepts = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.heal()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heal(self) -> None:
        """Pass everything on again; lines that are half open stay so until their owner gives up."""
        self.latency, self.bandwidth = 0.0, 0
        for way in (self._to_server, self._to_client, self._accepts):
            way.set()

    def hold_to_server(self) -> None:
        """Nothing arrives at the server any more; its own words still come out."""
        self._to_server.clear()

    def hold_to_client(self) -> None:
        """The server hears everything, and nobody hears the server."""
        self._to_client.clear()

    def blackhole(self) -> None:
        """Nothing passes, and new connections are taken and never answered."""
        for way in (self._to_server, self._to_client, self._accepts):
            way.clear()

    def reset(self) -> None:
        """Cut every line with a reset, at both ends."""
        for line in list(self._lines):
            _reset(line.client)
            if line.server is not None:
                _reset(line.server)

    def half_open(self) -> None:
        """The servers see their lines end; the clients are told nothing, now or later."""
        for line in list(self._lines):
            line.half_open = True
            if line.server is not None:
                _reset(line.server)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(writer)
        self._lines.add(line)
        try:
            await self._accepts.wait()
            server_reader, line.server = await asyncio.open_connection("127.0.0.1", self.target)
            await self._pass_both(line, reader, server_reader, line.server)
        except OSError:
            _reset(writer)
        finally:
            self._lines.discard(line)
            for end in (line.client, line.server):
                if end is not None:
                    end.close()

    async def _pass_both(
        self, line: Line, client: asyncio.StreamReader, server: asyncio.StreamReader, to_server: asyncio.StreamWriter
    ) -> None:
        up = asyncio.ensure_future(
            self._pump(self.from_client(client), to_server, self._to_server, lambda: line.half_open)
        )
        down = asyncio.ensure_future(self._pump(read_pieces(server), line.client, self._to_client, lambda: False))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
            if line.half_open:  # the client is left in the belief that all is well, until it gives up itself
                await up
        finally:
            await _cancelled(up)
            await _cancelled(down)

    def from_client(self, reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
        """Yield what a client says, in the pieces in which it is passed on."""
        return read_pieces(reader)

    async def _pump(
        self,
        pieces: AsyncIterator[bytes],
        writer: asyncio.StreamWriter,
        way: asyncio.Event,
        swallows: Callable[[], bool],
    ) -> None:
        with suppress(OSError):
            async for piece in pieces:
                await self._slow_down(len(piece))
                await way.wait()
                if swallows():
                    continue
                writer.write(piece)
                await writer.drain()

    async def _slow_down(self, size: int) -> None:
        wait = self.latency + (size / self.bandwidth if self.bandwidth else 0)
        if wait:
            await asyncio.sleep(wait)


async def read_pieces(reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    """Yield what comes, as it comes."""
    while piece := await reader.read(PIECE):
        yield piece


def _reset(writer: asyncio.StreamWriter) -> None:
    end: socket.socket | None = writer.get_extra_info("socket")
    if end is not None:
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    writer.transport.abort()


async def _cancelled(task: Awaitable[None]) -> None:
    future = asyncio.ensure_future(task)
    future.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(future, return_exceptions=True)
