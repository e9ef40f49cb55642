"""The proxy before a broker: holds requests of one kind, and no byte is lost or out of order."""

import asyncio
import struct
from collections.abc import AsyncGenerator

import pytest
from tests.faults.kafka_proxy import INIT_PRODUCER_ID, KafkaProxy, api_key_of, cut

METADATA = 3
SHORT = 0.2


def request(api_key: int, body: bytes = b"abc") -> bytes:
    return struct.pack(">ih", 2 + len(body), api_key) + body


@pytest.fixture
async def heard() -> bytearray:
    return bytearray()


@pytest.fixture
async def line(heard: bytearray) -> AsyncGenerator[tuple[KafkaProxy, asyncio.StreamWriter]]:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1000):
            heard.extend(piece)
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        proxy = KafkaProxy("broker", server.sockets[0].getsockname()[1])
        await proxy.start()
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        yield proxy, writer
        writer.close()
        await writer.wait_closed()
        await proxy.stop()


async def hears(heard: bytearray, wanted: bytes) -> bool:
    try:
        async with asyncio.timeout(SHORT):
            while bytes(heard) != wanted:
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    return True


def test_requests_are_cut_where_their_sizes_say():
    one, two = request(METADATA), request(INIT_PRODUCER_ID, b"")
    assert cut(one + two + one[:5]) == ([one, two], one[:5])
    assert cut(one[:3]) == ([], one[:3])
    assert [api_key_of(found) for found in (one, two)] == [METADATA, INIT_PRODUCER_ID]


async def test_a_held_kind_waits_with_all_behind_it_and_goes_on_when_it_heals(
    line: tuple[KafkaProxy, asyncio.StreamWriter], heard: bytearray
):
    proxy, writer = line
    first, held, last = request(METADATA), request(INIT_PRODUCER_ID), request(METADATA, b"later")
    proxy.hold_requests(INIT_PRODUCER_ID)
    writer.write(first + held + last)
    assert await hears(heard, first)
    assert not await hears(heard, first + held)
    assert proxy.met == 1
    proxy.heal()
    assert await hears(heard, first + held + last)


async def test_a_request_in_two_pieces_is_passed_whole(line: tuple[KafkaProxy, asyncio.StreamWriter], heard: bytearray):
    _, writer = line
    whole = request(METADATA, b"x" * 100)
    writer.write(whole[:50])
    await writer.drain()
    assert await hears(heard, b"")
    await asyncio.sleep(0.05)
    assert heard == b""
    writer.write(whole[50:])
    assert await hears(heard, whole)
