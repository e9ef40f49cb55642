"""A scanner that speaks clamd's protocol, on loopback: what it finds, and what happens when it is not there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from tests.registration.conftest import errors_of
from tests.registration.evidence.conftest import open_counter
from tests.registration.evidence.files import EICAR, a_pdf

from registration.evidence import handlers


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read ``zINSTREAM``, chunks with their length before them, a zero length; find EICAR as clamd does."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    content = b""
    while length := int.from_bytes(await reader.readexactly(4), "big"):
        content += await reader.readexactly(length)
    writer.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
    await writer.drain()
    writer.close()


@asynccontextmanager
async def a_scanner(port: int = 0) -> AsyncGenerator[int]:
    server = await asyncio.start_server(_answer, "127.0.0.1", port)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_clean_file_is_taken_and_malware_is_not(make_harness: Any, evidence_folder: str) -> None:
    async with (
        a_scanner() as port,
        make_harness("registration", evidence_store=evidence_folder, clamd_address=f"127.0.0.1:{port}") as harness,
    ):
        counter = await open_counter(harness)
        assert (await counter.sent(a_pdf()))["scan"] == "clean"
        assert errors_of(await counter.send(b"%PDF-1.4\n" + EICAR + b"\n%%EOF\n")) == {"content": "infected"}
        assert len(await counter.papers()) == 1


async def test_a_scanner_that_is_back_looks_at_what_came_meanwhile(make_harness: Any, evidence_folder: str) -> None:
    async with a_scanner() as port:
        pass  # a port that was free a moment ago, and is again
    settings = {"evidence_store": evidence_folder, "clamd_address": f"127.0.0.1:{port}"}
    async with make_harness("registration", **settings) as harness:
        counter = await open_counter(harness)
        hidden = a_pdf().replace(b"startxref", b"%" + EICAR + b"\nstartxref")
        good, bad = await counter.sent(a_pdf(2)), await counter.sent(hidden)
        assert (good["scan"], bad["scan"]) == ("not_scanned", "not_scanned")
        depot = harness.app.state.evidence_depot
        assert await harness.run(handlers.scan_again, depot, 200) == 0
        async with a_scanner(port):
            assert await harness.run(handlers.scan_again, depot, 200) == 2
        assert [one["scan"] for one in await counter.papers()] == ["clean", "infected"]
        refused = await counter.read(bad)
        assert (refused.status_code, refused.json()["code"]) == (409, "paper_infected")
