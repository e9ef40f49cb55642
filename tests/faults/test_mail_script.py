"""The scripted mail server: every word of its script is heard by a sender as what it is, and then it takes mails."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiosmtplib
import pytest
from tests.faults.mail_script import LOST, REFUSALS, SLOW, ScriptedSink

MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nText\r\n"
CODES = {"greylisted": 451, "busy": 421, "refused": 550}


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncGenerator[ScriptedSink]:
    sink = ScriptedSink(tmp_path / "mail")
    sink.slow_seconds = 600
    await sink.start()
    yield sink
    await sink.stop()


async def send(sink: ScriptedSink) -> int:
    """Return the code of the answer."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, timeout=1) as client:
        await client.mail("a@example.org")
        await client.rcpt("b@example.org")
        return (await client.data(MAIL)).code


def kept(sink: ScriptedSink) -> int:
    return len(list(sink.folder.glob("*.eml")))


@pytest.mark.parametrize("word", REFUSALS)
async def test_a_refusal_comes_before_the_mail_is_taken(sink: ScriptedSink, word: str):
    sink.say([word])
    with pytest.raises(aiosmtplib.SMTPResponseException) as told:
        await send(sink)
    assert told.value.code == CODES[word]
    assert kept(sink) == 0


@pytest.mark.parametrize("word", [LOST, SLOW])
async def test_a_mail_may_be_taken_without_a_word(sink: ScriptedSink, word: str):
    sink.say([word])
    with pytest.raises((aiosmtplib.SMTPException, TimeoutError, asyncio.IncompleteReadError)):
        await send(sink)
    assert kept(sink) == 1
    assert sink.handler.said == {word: 1}


async def test_after_its_script_it_takes_every_mail(sink: ScriptedSink):
    sink.say(["greylisted"])
    with pytest.raises(aiosmtplib.SMTPResponseException):
        await send(sink)
    assert await send(sink) == 250
