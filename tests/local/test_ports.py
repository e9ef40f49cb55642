"""Ports for services: free, and out of the way of connections."""

import socket

from launcher.ports import LISTENING, free_port, is_free


def test_a_port_is_free_and_none_that_a_connection_takes_by_chance() -> None:
    port = free_port()
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)) as server, socket.create_connection(server.getsockname()) as client:
        assert port in LISTENING
        assert client.getsockname()[1] not in LISTENING


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert not is_free(server.getsockname()[1])
