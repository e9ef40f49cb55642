"""The embedded broker behind a line, for tests in which it is killed and comes back empty."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.brokers.kinds import TEST_TOPICS
from tests.faults.tcp_proxy import FaultProxy

from launcher.broker import MockBroker


class BrokerLine:
    """The embedded broker behind a line of one port, as its clients see it from one life to the next."""

    def __init__(self, proxy: FaultProxy) -> None:
        self._proxy = proxy
        self.server = MockBroker()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._proxy.port}"

    def start(self) -> None:
        self.server = MockBroker(self._proxy.port)
        self.server.start(TEST_TOPICS)
        self._proxy.target = int(self.server.bootstrap.rpartition(":")[2])

    def kill(self) -> None:
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()

    def fall_silent(self) -> None:
        """Take every word and answer none."""
        self._proxy.blackhole()


@asynccontextmanager
async def open_line() -> AsyncGenerator[BrokerLine]:
    """Run a broker and its line."""
    proxy = FaultProxy("broker")
    await proxy.start()
    line = BrokerLine(proxy)
    line.start()
    try:
        yield line
    finally:
        line.server.stop()
        await proxy.stop()
