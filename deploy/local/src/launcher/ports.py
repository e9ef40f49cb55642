"""Loopback ports."""

import os
import random
import socket
import tempfile
import time
from pathlib import Path

# Below the range that systems take the near ends of connections from (Linux 32768, others 49152): a port of that range that
# is free now may be taken by any connection before its service listens.
LISTENING = range(15_000, 32_000)
TRIES = 100
CLAIM_SECONDS = 120.0
"""So long a port that was given out is given to nobody else: whoever has it listens by then."""


def free_port() -> int:
    """Return a port that nobody listens on or was just given, and that no connection will take by chance."""
    chosen = random.SystemRandom().sample(LISTENING, TRIES)
    return next((port for port in chosen if is_free(port) and claim(port)), 0) or _any_port()


def claim(port: int) -> bool:
    """Take a port before its service listens, so that no other launcher on this machine takes it meanwhile; False if one has."""
    folder = Path(tempfile.gettempdir(), f"ocop-ports-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    taken = folder / str(port)
    try:
        if time.time() - taken.stat().st_mtime < CLAIM_SECONDS:
            return False
        taken.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    try:
        os.close(os.open(taken, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


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
