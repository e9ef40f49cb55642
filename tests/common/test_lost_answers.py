"""The line to the database ends after COMMIT went out and before its answer came: nobody is told that nothing was stored."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from tests.common.conftest import EffectRow
from tests.harness import Harness

from common.delivery.unit_of_work import CommitUnknownError
from common.dependencies import is_dependency_down
from common.tokens import Role

THINGS = "/reader/things"


class CommitLine:
    """A line to the database; armed, it passes the next COMMIT on and loses the answer."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self.armed = False
        self.lost = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_connection(*self._target)
        cut = asyncio.Event()

        async def pass_on() -> None:
            while piece := await reader.read(65536):
                if self.armed and b"COMMIT" in piece:
                    self.armed = False
                    cut.set()
                server.write(piece)
                await server.drain()
            server.close()

        async def pass_back() -> None:
            while piece := await answers.read(65536):
                if cut.is_set():
                    self.lost += 1
                    writer.transport.abort()
                    return
                writer.write(piece)
                await writer.drain()
            writer.close()

        await asyncio.gather(pass_on(), pass_back(), return_exceptions=True)


@pytest.fixture
async def line(toy_databases: dict[str, tuple[str, str]]) -> AsyncGenerator[tuple[CommitLine, str]]:
    url, _ = toy_databases["reader_toy"]
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    line = CommitLine(parts.hostname, parts.port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield line, url.replace(f"{parts.hostname}:{parts.port}/", f"127.0.0.1:{port}/")
    server.close()


@pytest.fixture
async def behind_line(make_toy: Any, line: tuple[CommitLine, str]) -> Harness:
    return await make_toy("reader", "reader_toy", database_url=line[1])


async def stored(reader: Harness) -> list[str]:
    return list(await reader.rows(select(EffectRow.subject)))


async def test_it_is_told_as_unknown_and_the_same_request_again_gets_the_first_answer(
    behind_line: Harness, line: tuple[CommitLine, str]
) -> None:
    async with behind_line.client(Role.ORGANISER) as client:
        assert (await client.post(THINGS, json={"name": "warm"})).status_code == 201
        line[0].armed, key = True, {"Idempotency-Key": "one"}
        told = await client.post(THINGS, json={"name": "x"}, headers=key)
        assert line[0].lost == 1
        assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (503, "outcome_unknown", "1")
        assert "nothing was stored" not in told.text
        assert "không có gì được lưu" not in told.text
        before = await stored(behind_line)
        again = await client.post(THINGS, json={"name": "x"}, headers=key)
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
        assert await stored(behind_line) == before


async def test_who_only_reads_is_told_what_ever(behind_line: Harness, line: tuple[CommitLine, str]) -> None:
    async with behind_line.client(Role.ORGANISER) as client:
        assert (await client.get(THINGS)).status_code == 200
        line[0].armed = True
        told = await client.get(THINGS)
        assert (told.status_code, told.json()["code"]) == (503, "database_unavailable")


def test_a_reader_waits_for_it_as_for_a_database_that_is_down() -> None:
    assert is_dependency_down(CommitUnknownError())
