"""The process that makes files: it serves paper after paper, and its end loses none."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator

import pytest
from tests.bench.reports import make_facts, make_vendors, write

from common.beside import Limits
from common.papers.domain import Paper
from reporting.reports.documents import Renderer


@pytest.fixture
async def renderer() -> AsyncGenerator[Renderer]:
    made = Renderer([])
    yield made
    await made.close()


def paper(vendors: int) -> Paper:
    return write(make_facts(make_vendors(vendors)))


def pid_of(renderer: Renderer) -> int:
    process = renderer.process
    assert process is not None
    return process.pid


async def test_the_same_paper_gives_the_same_bytes_whatever_was_made_before_it(renderer: Renderer):
    first = await renderer.render(paper(3))
    began_with = pid_of(renderer)
    other = await renderer.render(paper(7))
    assert await renderer.render(paper(3)) == first != other
    assert pid_of(renderer) == began_with
    await renderer.close()
    assert await renderer.render(paper(3)) == first


async def test_papers_asked_for_at_once_each_get_their_own_files(renderer: Renderer):
    alone = [await renderer.render(paper(count)) for count in (2, 4)]
    assert await asyncio.gather(*(renderer.render(paper(count)) for count in (2, 4))) == alone


async def test_a_paper_is_made_though_the_process_that_stood_by_was_killed(renderer: Renderer):
    files = await renderer.render(paper(2))
    os.kill(pid_of(renderer), signal.SIGKILL)
    assert await renderer.render(paper(2)) == files


async def test_a_process_without_work_ends_by_itself():
    renderer = Renderer([], Limits(idle_seconds=0.05))
    await renderer.render(paper(2))
    ending = asyncio.create_task(renderer.end_when_idle())
    async with asyncio.timeout(10):
        while renderer.process is not None:
            await asyncio.sleep(0.01)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
