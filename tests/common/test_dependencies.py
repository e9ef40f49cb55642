"""Which errors of the system are waited for, and which are a message's own fault."""

import errno
import os
import socket
import ssl
from io import UnsupportedOperation

import pytest
from sqlalchemy import select
from tests.common.conftest import Poison
from tests.common.reading import A, B, subjects, withdrawn
from tests.harness import Harness

from common.delivery.plumbing import ParkedRow
from common.dependencies import is_dependency_down


def of_system(code: int, file: str | None = None) -> OSError:
    return OSError(code, os.strerror(code), file) if file else OSError(code, os.strerror(code))


DOWN = [
    ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
    ConnectionResetError(),
    TimeoutError(),
    socket.gaierror(socket.EAI_AGAIN, "try again"),
    ssl.SSLError("expired"),
    OSError("Multiple exceptions: [Errno 111], [Errno 101]"),
    of_system(errno.ENETUNREACH),
    of_system(errno.EHOSTUNREACH),
    of_system(errno.ENOENT),  # a database's socket that is not there
    of_system(errno.ENOSPC, "/data/papers/1"),
    of_system(errno.EMFILE, "/data/packs/1"),
]
NOT_DOWN = [
    FileNotFoundError("no pack"),
    of_system(errno.ENOENT, "packs/1.yaml"),
    of_system(errno.EACCES, "packs/1.yaml"),
    of_system(errno.EISDIR, "packs"),
    UnsupportedOperation("read"),
    RuntimeError("a bug"),
]


@pytest.mark.parametrize("error", DOWN, ids=repr)
def test_a_line_that_is_down_or_a_disk_that_is_full_is_waited_for(error: Exception) -> None:
    assert is_dependency_down(error)


@pytest.mark.parametrize("error", NOT_DOWN, ids=repr)
def test_one_file_is_not_waited_for(error: Exception) -> None:
    assert not is_dependency_down(error)


async def test_a_message_whose_file_is_missing_is_parked_and_stops_nothing(reader: Harness, poison: Poison) -> None:
    poison.subjects.add(str(A))
    poison.errors[:] = [FileNotFoundError("no pack") for _ in range(20)]
    await reader.deliver_records([reader.record(withdrawn(A)), reader.record(withdrawn(B))])
    assert await subjects(reader) == [str(B)]
    assert await reader.rows(select(ParkedRow.subject)) == [str(A)]
