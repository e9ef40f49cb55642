"""The stage around a system that is tried out: it moves everybody's clock at once, and hands out the mails."""

import asyncio
import smtplib
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from launcher.followed_clock import FollowedClock
from launcher.ports import free_port
from launcher.readiness import wait_until_ready
from scenario.doors.stage import Stage
from scenario.doors.system import StoryFailedError

DAY = datetime(2020, 7, 14, 2, tzinfo=UTC)


@dataclass
class RunningStage:
    url: str
    smtp_port: int


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[RunningStage]:
    port, smtp_port = free_port(), free_port()
    words = ["-m", "launcher.stage", "--mail", str(tmp_path / "mail"), "--clock", str(tmp_path / "clock")]
    words += ["--port", str(port), "--smtp-port", str(smtp_port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words)
    try:
        await wait_until_ready([f"http://127.0.0.1:{port}/mails"])
        yield RunningStage(f"http://127.0.0.1:{port}", smtp_port)
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 30)


async def test_when_the_clock_was_moved_every_follower_has_the_instant(stage: RunningStage, tmp_path: Path) -> None:
    followers = [await asyncio.to_thread(FollowedClock, stage.url) for _ in range(3)]
    with Stage(stage.url, tmp_path) as hand:
        for day in range(5):
            hand.set(DAY + timedelta(days=day))
            assert {follower.now() for follower in followers} == {DAY + timedelta(days=day)}


async def test_who_follows_later_begins_at_the_instant_of_the_others(stage: RunningStage, tmp_path: Path) -> None:
    with Stage(stage.url, tmp_path) as hand:
        hand.set(DAY)
    assert (await asyncio.to_thread(FollowedClock, stage.url)).now() == DAY


async def test_the_clock_does_not_go_back(stage: RunningStage, tmp_path: Path) -> None:
    with Stage(stage.url, tmp_path) as hand:
        hand.set(DAY)
        with pytest.raises(StoryFailedError, match="422"):
            hand.set(DAY - timedelta(seconds=1))


async def test_mails_are_handed_out_as_they_came_each_once(stage: RunningStage, tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    folder.mkdir()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ocop@example.org", "hoa@example.org", "Thư mời"
    mail.set_content("Gian hàng A01")
    with Stage(stage.url, folder) as hand:
        for number in (1, 2):
            with smtplib.SMTP("127.0.0.1", stage.smtp_port) as smtp:
                smtp.send_message(mail)
            assert len(list(hand.mails().glob("*.eml"))) == number
    assert all(b"Subject:" in path.read_bytes() for path in folder.glob("*.eml"))


async def test_a_server_that_drops_connections_between_two_steps_is_no_failure(tmp_path: Path) -> None:
    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")  # nothing said of closing
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with Stage(f"http://127.0.0.1:{port}", tmp_path) as hand:
            for _step in range(2):
                assert await asyncio.to_thread(hand.mails) == tmp_path
