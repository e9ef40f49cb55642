"""Loopback ports."""

import random
import socket

# Below the range that systems take the near ends of connections from (Linux 32768, others 49152): a port of that range that
# is free now may be taken by any connection before its service listens.
LISTENING = range(15_000, 32_000)
TRIES = 100


def free_port() -> int:
    """Return a port that nobody listens on at this moment, and that no connection will take by chance."""
    chosen = random.SystemRandom().sample(LISTENING, TRIES)
    return next((port for port in chosen if is_free(port)), 0) or _any_port()


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just left counts as free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
