"""Processes beside one that rebuilds: what they are given is taken in, or whoever gave it is told."""

import asyncio
import sys

import pytest

from common.delivery.folding import Piece
from common.delivery.hands import HandFailedError, hands

PIECE = Piece("registration", "a", "z", 7)
HAND = """
import asyncio
from common.delivery.hands import lend_hand

async def fold(piece):
    if piece.first == "bad":
        raise ValueError("no such key")
    if piece.first == "end":
        raise SystemExit(3)
    print("a line of a log")
    await asyncio.sleep(0 if piece.upto == 1 else 0.05)
    return piece.upto

asyncio.run(lend_hand(fold))
"""
COMMAND = [sys.executable, "-c", HAND]


async def test_a_hand_takes_several_pieces_in_and_tells_each_ones_events():
    async with hands(1, COMMAND) as (hand,):
        answers = await asyncio.gather(*(hand.fold(PIECE._replace(upto=number)) for number in (7, 1, 3)))
    assert answers == [7, 1, 3]


async def test_who_gave_a_piece_is_told_that_it_could_not_be_taken_in():
    async with hands(1, COMMAND) as (hand,):
        with pytest.raises(HandFailedError, match="ValueError: no such key"):
            await hand.fold(PIECE._replace(first="bad"))
        assert await hand.fold(PIECE) == 7


async def test_who_waits_for_a_hand_that_ended_is_told():
    async with hands(1, COMMAND) as (hand,):
        with pytest.raises(HandFailedError):
            await hand.fold(PIECE._replace(first="end"))


async def test_a_hand_ends_when_nobody_can_give_it_anything():
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=asyncio.subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 30) == 0
