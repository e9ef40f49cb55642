"""The fault proxy: each fault does to a line what it says, and no byte is lost by a hold."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from tests.faults.tcp_proxy import FaultProxy

# Lines are cut on purpose, and a stream that was cut says when it is forgotten that nobody closed it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SHORT = 0.2


@pytest.fixture
async def heard() -> list[bytes]:
    return []


@pytest.fixture
async def proxy(heard: list[bytes]) -> AsyncGenerator[FaultProxy]:
    talks: set[asyncio.Task[None] | None] = set()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            while line := await reader.readline():
                heard.append(line)
                writer.write(line)
        except ConnectionError:
            heard.append(b"(reset)")
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = FaultProxy("echo", server.sockets[0].getsockname()[1])
    await proxy.start()
    yield proxy
    while OPENED:
        OPENED.pop().transport.abort()
    await proxy.stop()
    server.close()
    await asyncio.gather(*filter(None, talks))


async def say(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], word: bytes) -> bytes:
    reader, writer = line
    writer.write(word)
    return await asyncio.wait_for(reader.readline(), SHORT)


OPENED: list[asyncio.StreamWriter] = []


async def opened(proxy: FaultProxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    OPENED.append(writer)
    return reader, writer


async def test_without_a_fault_all_passes(proxy: FaultProxy):
    assert await say(await opened(proxy), b"one\n") == b"one\n"


async def test_one_way_held_the_server_hears_and_the_answer_comes_when_it_heals(proxy: FaultProxy, heard: list[bytes]):
    line = await opened(proxy)
    proxy.hold_to_client()
    with pytest.raises(TimeoutError):
        await say(line, b"one\n")
    assert heard == [b"one\n"]
    proxy.heal()
    assert await line[0].readline() == b"one\n"


async def test_the_other_way_held_the_server_hears_nothing_until_it_heals(proxy: FaultProxy, heard: list[bytes]):
    line = await opened(proxy)
    await say(line, b"one\n")
    proxy.hold_to_server()
    with pytest.raises(TimeoutError):
        await say(line, b"two\n")
    assert heard == [b"one\n"]
    proxy.heal()
    assert await line[0].readline() == b"two\n"


async def test_a_black_hole_takes_a_connection_and_never_answers(proxy: FaultProxy, heard: list[bytes]):
    proxy.blackhole()
    line = await opened(proxy)
    with pytest.raises(TimeoutError):
        await say(line, b"one\n")
    assert heard == []


async def test_a_reset_cuts_both_ends(proxy: FaultProxy, heard: list[bytes]):
    line = await opened(proxy)
    await say(line, b"one\n")
    proxy.reset()
    with pytest.raises(ConnectionError):
        await line[0].readexactly(1)
    while heard[-1] != b"(reset)":
        await asyncio.sleep(0)
    assert await say(await opened(proxy), b"two\n") == b"two\n"


async def test_half_open_the_server_is_gone_and_the_client_is_not_told(proxy: FaultProxy, heard: list[bytes]):
    line = await opened(proxy)
    await say(line, b"one\n")
    proxy.half_open()
    with pytest.raises(TimeoutError):
        await say(line, b"two\n")
    assert b"two\n" not in heard
    assert not line[0].at_eof()
    assert await say(await opened(proxy), b"three\n") == b"three\n"


async def test_latency_and_bandwidth_delay_each_piece(proxy: FaultProxy):
    line = await opened(proxy)
    proxy.latency = 600.0
    with pytest.raises(TimeoutError):
        await say(line, b"one\n")


async def test_a_target_that_is_not_there_is_a_reset(proxy: FaultProxy):
    proxy.target = 1
    reader, _ = await opened(proxy)
    with pytest.raises(ConnectionError):
        await reader.readexactly(1)
