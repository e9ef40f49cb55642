"""Ports for services: free, and out of the way of connections."""

import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from launcher.ports import CLAIM_SECONDS, LISTENING, claim, free_port, is_free


def test_a_port_is_free_and_none_that_a_connection_takes_by_chance() -> None:
    port = free_port()
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)) as server, socket.create_connection(server.getsockname()) as client:
        assert port in LISTENING
        assert client.getsockname()[1] not in LISTENING


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert not is_free(server.getsockname()[1])


def test_a_port_that_was_given_out_is_nobody_elses_until_its_service_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert claim(20_000)
    assert not claim(20_000)
    assert claim(20_001)
    long_ago = time.time() - CLAIM_SECONDS - 1
    [taken] = tmp_path.glob("ocop-ports-*/20000")
    os.utime(taken, (long_ago, long_ago))
    assert claim(20_000)
