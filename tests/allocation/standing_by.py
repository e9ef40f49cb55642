"""Looks at the process that stands by for solvers, and at what is forked from it."""

import asyncio

import psutil

from allocation.standby import Standby

PATIENCE = 20
STAND_INS = "tests.allocation.stand_ins"


def number_of(standby: Standby) -> int:
    """Return the process that stands by now."""
    assert standby.process is not None
    return standby.process.pid


async def child_of(standby: Standby) -> int:
    """Return the process of the question, once it is forked."""
    async with asyncio.timeout(PATIENCE):
        while standby.process is None or not (found := psutil.Process(standby.process.pid).children()):
            await asyncio.sleep(0.005)
    (child,) = found
    return child.pid


async def wait_until_gone(*processes: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(map(is_alive, processes)):
            await asyncio.sleep(0.005)


def is_alive(process: int) -> bool:
    """Tell whether a process still does something; one that nobody waited for yet does not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
