"""The proxy before a broker, which knows where each request begins and may hold those of one kind, and all behind them."""

import asyncio
import struct
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from tests.faults.tcp_proxy import FaultProxy, read_pieces

SIZE = struct.Struct(">i")  # of what follows
API_KEY = struct.Struct(">h")  # the first thing in a request
INIT_PRODUCER_ID = 22


@dataclass
class KafkaProxy(FaultProxy):
    """Passes whole requests on; the answers pass as they come.

    Attributes:
        met: how many requests were held since the start.
    """

    met: int = 0
    _held: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self._goes_on = asyncio.Event()
        super().__post_init__()

    def heal(self) -> None:
        super().heal()
        self._held.clear()
        self._goes_on.set()

    def hold_requests(self, api_key: int) -> None:
        """Let no request of a kind arrive; what comes behind it on its line waits with it, as the broker answers in order."""
        self._held.add(api_key)
        self._goes_on.clear()

    async def from_client(self, reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
        rest = b""
        async for piece in read_pieces(reader):
            requests, rest = cut(rest + piece)
            free = b""
            for request in requests:
                if api_key_of(request) in self._held:
                    yield free
                    free = b""
                    self.met += 1
                    await self._goes_on.wait()
                free += request
            yield free
        yield rest


def cut(stream: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole requests at the beginning of a stream, each with its size in front, and what is left."""
    requests: list[bytes] = []
    while len(stream) >= SIZE.size:
        end = SIZE.size + SIZE.unpack_from(stream)[0]
        if len(stream) < end:
            break
        requests.append(stream[:end])
        stream = stream[end:]
    return requests, stream


def api_key_of(request: bytes) -> int:
    """Return what kind of request it is."""
    key: int = API_KEY.unpack_from(request, SIZE.size)[0]
    return key
