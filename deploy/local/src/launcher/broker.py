"""The embedded broker as a process of its own: ``python -m launcher.broker --topics a,b`` prints its address and stays.

What it cannot do stands in ``launcher.mock_cluster``: it is for one machine and for trying out.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from launcher import guard
from launcher.mock_cluster import MockCluster

SERVICES = ("registration", "allocation", "notifications", "reporting")
TOPICS = (
    *(f"ocop.{service}.{kind}" for service in SERVICES for kind in ("events", "dlq")),
    "ocop.registration.contacts",
)
PARTITIONS = 12
STOP_SECONDS = 5.0


def broker_command(
    topics: Sequence[str], *, partitions: int = PARTITIONS, join_delay_ms: int = 0, advertised: int = 0
) -> list[str]:
    """Return the command line of a broker that ends with the process that starts it."""
    words = ["--topics", ",".join(topics), "--partitions", str(partitions), "--join-delay-ms", str(join_delay_ms)]
    words += ["--advertised-port", str(advertised)]
    return guard.command(sys.executable, "-m", "launcher.broker", *words)


class BrokerFailedError(Exception):
    """The embedded broker did not start."""


class MockBroker:
    """A broker in a child process; what it holds is gone when it stops."""

    bootstrap = ""
    process: subprocess.Popen[str] | None = None

    def __init__(self, advertised: int = 0, partitions: int = PARTITIONS) -> None:
        """Take the port of a proxy that clients are to come through, none by default; and the partitions of a topic."""
        self._advertised = advertised
        self._partitions = partitions

    def start(self, topics: Sequence[str] = TOPICS) -> None:
        """Start it with these topics and wait for its address.

        Raises:
            BrokerFailedError: it ended before it had one; the reason is on standard error.
        """
        self.launch(topics)
        self.wait_ready()

    def launch(self, topics: Sequence[str] = TOPICS) -> None:
        """Start the process; call it from a thread that outlives it (see ``guard.command``)."""
        self.process = subprocess.Popen(
            broker_command(topics, partitions=self._partitions, advertised=self._advertised),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_ready(self) -> None:
        """Wait for the broker's address."""
        if self.process is None or self.process.stdout is None:
            raise BrokerFailedError("the embedded broker was not started")
        with self.process.stdout as told:
            self.bootstrap = told.readline().strip()
        if not self.bootstrap:
            raise BrokerFailedError(f"the embedded broker ended with code {self.process.wait()}")

    def stop(self) -> None:
        """End it; twice does no harm."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class OutsideBroker:
    """A broker that somebody else runs, with its topics; nothing is started or stopped."""

    bootstrap: str
    process: subprocess.Popen[str] | None = None

    def launch(self) -> None:
        """It runs."""

    def wait_ready(self) -> None:
        """Services wait for it themselves, and say what is wrong with it."""

    def stop(self) -> None:
        """It goes on."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a broker until SIGTERM; its address is the one line on standard output."""
    parser = argparse.ArgumentParser(prog="launcher.broker", description="librdkafka's in-process Kafka cluster")
    parser.add_argument("--topics", required=True, help="names, separated by commas")
    parser.add_argument("--partitions", type=int, default=PARTITIONS, help="of each topic")
    parser.add_argument("--join-delay-ms", type=int, default=0, help="how long a new group waits for more members")
    parser.add_argument(
        "--advertised-port", type=int, default=0, help="port told to clients, where a proxy stands before"
    )
    options = parser.parse_args(arguments)
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # before the cluster's threads start: they inherit it
    cluster = MockCluster(options.topics.split(","), options.partitions, options.join_delay_ms, options.advertised_port)
    print(cluster.bootstrap, flush=True)  # noqa: T201  # read by whoever started it
    signal.sigwait(endings)
    cluster.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
