"""The mail sink keeps what it takes, in order, under names that tell which mail it is."""

import asyncio
from collections.abc import AsyncGenerator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

import aiosmtplib
import pytest

from launcher.mail_sink import MailFolder, MailSink


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncGenerator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    await sink.start()
    yield sink
    await sink.stop()


def a_mail(message_id: str, to: str = "ba.dao@example.org", body: str = "Kính gửi bà Đào") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "ocop@example.org", to, "Gian hàng số 12"
    mail["Message-ID"] = message_id
    mail.set_content(body)
    return mail


async def test_each_mail_becomes_a_file_in_order_of_arrival(sink: MailSink):
    for name in ("b", "a", "c"):
        await aiosmtplib.send(a_mail(f"<{name}@ocop.example>"), hostname="127.0.0.1", port=sink.port)
    assert [path.name for path in sorted(sink.folder.iterdir())] == ["000001-b.eml", "000002-a.eml", "000003-c.eml"]


async def test_a_kept_mail_is_the_mail_that_was_sent(sink: MailSink):
    mail = a_mail("<x@ocop.example>", body="Dòng một\n.một chấm\nĐường Lâm")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=sink.port)
    with next(sink.folder.glob("*.eml")).open("rb") as file:
        kept = BytesParser(policy=SMTPUTF8).parse(file)
    assert (kept["Subject"], kept["Message-ID"]) == ("Gian hàng số 12", "<x@ocop.example>")
    assert kept.get_content().splitlines() == ["Dòng một", ".một chấm", "Đường Lâm"]


async def test_an_address_in_vietnamese_letters_is_taken(sink: MailSink):
    await aiosmtplib.send(
        a_mail("<y@ocop.example>"), recipients=["đào@example.org"], hostname="127.0.0.1", port=sink.port
    )
    assert len(list(sink.folder.glob("*.eml"))) == 1


async def test_a_second_run_goes_on_numbering(tmp_path: Path):
    MailFolder(tmp_path).keep(b"Message-ID: <one@x>\r\n\r\n")
    assert MailFolder(tmp_path).keep(b"Message-ID: <two@x>\r\n\r\n").name == "000002-two.eml"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"Message-ID: <../../etc/passwd@x>", "000001-....etcpasswd.eml"),
        (b"Subject: none", "000001-without-id.eml"),
        (b"Message-ID: <" + b"a" * 500 + b"@x>", f"000001-{'a' * 60}.eml"),
    ],
)
def test_no_message_id_leads_out_of_the_folder_or_breaks_the_name(tmp_path: Path, head: bytes, name: str):
    assert MailFolder(tmp_path).keep(head + b"\r\n\r\n") == tmp_path / name


async def test_a_full_disk_is_said_once_and_the_mails_come_again_when_there_is_space(
    small_disk: Path, capfd: pytest.CaptureFixture[str]
):
    sink = MailSink(small_disk / "mail")
    await sink.start()
    filling = small_disk / "filling"
    filling.write_bytes(bytes(900_000))
    big = a_mail("<big@ocop.example>", body="dài\n" * 50_000)
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await aiosmtplib.send(big, hostname="127.0.0.1", port=sink.port)
        assert refused.value.code == 452
    assert list(sink.folder.iterdir()) == []
    [line] = capfd.readouterr().err.splitlines()
    assert "mail takes no more mails (No space left on device): free some space" in line
    filling.unlink()
    await aiosmtplib.send(big, hostname="127.0.0.1", port=sink.port)
    assert len(list(sink.folder.glob("*-big.eml"))) == 1
    await sink.stop()


async def test_a_sender_that_goes_in_the_middle_of_a_mail_leaves_nothing_and_stops_nobody(sink: MailSink):
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port)
    await client.connect()
    await client.mail("a@example.org")
    await client.rcpt("b@example.org")
    assert client.transport is not None
    client.transport.write(b"DATA\r\nSubject: half\r\n\r\nhalf")  # pyright: ignore[reportAttributeAccessIssue]  # a socket's
    client.close()
    async with asyncio.timeout(10):
        await aiosmtplib.send(a_mail("<whole@ocop.example>"), hostname="127.0.0.1", port=sink.port)
    assert [path.name for path in sink.folder.iterdir()] == ["000001-whole.eml"]
