"""Mails as they are written, and the way to a mail server that takes nothing without TLS and a sign-in."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from structlog.testing import capture_logs
from tests.notifications.messages.examples import LINK, PLACES, a_message

from installer.certificates import make_authority, make_node
from launcher.ports import free_port
from notifications.deliveries.domain import Outcome
from notifications.deliveries.mailer import Mailer, Server
from notifications.deliveries.mails import Mail, Sender, UnsafeHeaderError, write_mail
from notifications.deliveries.watch import MailWatch
from notifications.messages.documents import Rendered, render

NOW = datetime(2020, 8, 5, 2, 0, tzinfo=UTC)
NOTICE_ID = UUID("01901a2b-0000-7000-8000-0000000000ff")
USER, PASSWORD = "ocop", "mật khẩu của hòm thư"


# ruff: noqa: ARG002, N802  # names and arguments are aiosmtpd's
class Kept:
    """What a mail server took, and how it came."""

    def __init__(self) -> None:
        self.mails: list[tuple[bool, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append((session.ssl is not None and bool(session.authenticated), envelope.content))
        return "250 OK"


@dataclass
class StrictServer:
    """The server, what it took, and how to speak to it."""

    kept: Kept
    address: Server


def know(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    # `handled` would be that we have answered already
    return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@pytest.fixture
def lifetime() -> timedelta:
    """How long the server's certificate is good."""
    return timedelta(days=1)


@pytest.fixture
async def strict(tmp_path: Path, lifetime: timedelta) -> AsyncGenerator[StrictServer]:
    authority, key = make_authority()
    (tmp_path / "ca.pem").write_text(authority)
    (tmp_path / "node.pem").write_text(make_node(key, "localhost", ["localhost"], lifetime))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "node.pem")
    kept = Kept()
    loop = asyncio.get_running_loop()

    def serve() -> SMTP:
        return SMTP(kept, loop=loop, tls_context=context, require_starttls=True, authenticator=know, auth_required=True)

    server = await loop.create_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield StrictServer(
        kept,
        Server(
            host="localhost",
            port=port,
            username=USER,
            password=PASSWORD,
            starttls=True,
            ca_file=tmp_path / "ca.pem",
            timeout_seconds=10,
        ),
    )
    server.close()


def a_mail(rendered: Rendered | None = None, **changes: Any) -> Mail:
    values: dict[str, Any] = {
        "notice_id": NOTICE_ID,
        "to": "dao@example.com",
        "name": "Nguyễn Thị Đào",
        "sender": Sender("Ban Tổ chức <ocop@example.org>", "tra-loi@example.org"),
        "now": NOW,
        "language": "vi, en",
    }
    return write_mail(rendered or render(a_message("booth_offered"), PLACES), **(values | changes))


async def hand_over(server: Server) -> Outcome:
    mailer = Mailer(server)
    result = await mailer.send(a_mail())
    await mailer.close()
    return result.outcome


async def told(server: Server) -> str:
    """Try twice by one sender; return the one line that was said."""
    mailer = Mailer(server)
    with capture_logs() as logs:
        for _ in range(2):
            assert (await mailer.send(a_mail())).outcome is Outcome.TEMPORARY
    await mailer.close()
    [line] = [one["what"] for one in logs if one["event"] == "mail_server_unusable"]
    return line.removeprefix(f"the mail server at {server.host}:{server.port} ")


async def test_a_mail_goes_over_tls_after_the_sign_in(strict: StrictServer):
    assert await hand_over(strict.address) is Outcome.SENT
    ((was_safe, content),) = strict.kept.mails
    assert was_safe
    assert b"To: " in content


async def test_a_wrong_password_refuses_no_mail_for_good(strict: StrictServer):
    assert await hand_over(replace(strict.address, password="wrong")) is Outcome.TEMPORARY
    assert strict.kept.mails == []


async def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(strict: StrictServer):
    assert await hand_over(replace(strict.address, ca_file=None)) is Outcome.TEMPORARY
    assert strict.kept.mails == []


async def test_without_tls_such_a_server_takes_nothing(strict: StrictServer):
    assert await hand_over(replace(strict.address, starttls=False, username=None)) is not Outcome.SENT
    assert strict.kept.mails == []


async def test_what_is_wrong_with_the_server_is_one_line_with_what_to_do(strict: StrictServer):
    address = strict.address
    wrong = await told(replace(address, password="wrong"))
    assert wrong == "refuses us (535): mend SMTP_USERNAME and SMTP_PASSWORD; is SMTP_STARTTLS right?"
    plain = await told(replace(address, starttls=False, username=None))
    assert plain.startswith("refuses us (530): mend SMTP_USERNAME")
    unknown = await told(replace(address, ca_file=None))
    assert unknown.startswith("has no valid certificate (unable to get local issuer certificate)")
    nowhere = await told(replace(address, port=free_port()))
    assert nowhere == "does not answer (ConnectionRefusedError): start it, or mend SMTP_HOST and SMTP_PORT"


@pytest.mark.parametrize("lifetime", [timedelta(minutes=-1)])
async def test_a_certificate_that_ended_is_named(strict: StrictServer):
    assert await told(strict.address) == (
        "has no valid certificate (certificate has expired): renew it, or name its authority in SMTP_CA_FILE"
    )


async def test_a_server_that_takes_mails_again_is_said_once(strict: StrictServer):
    watch = MailWatch("localhost", strict.address.port)
    with capture_logs() as logs:
        for password in ("wrong", PASSWORD, PASSWORD):
            mailer = Mailer(replace(strict.address, password=password), watch)
            await mailer.send(a_mail())
            await mailer.close()
    said = [line["event"] for line in logs if line["event"].startswith("mail_server")]
    assert said == ["mail_server_unusable", "mail_server_usable"]


def test_a_mail_has_the_headers_of_an_automatic_answer_that_can_be_recognised():
    content = a_mail().content
    mail = message_from_bytes(content, policy=policy.default)

    assert mail["Message-ID"] == f"<{NOTICE_ID}@example.org>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Ban Tổ chức <ocop@example.org>"
    assert mail["To"] == "Nguyễn Thị Đào <dao@example.com>"
    assert mail["Reply-To"] == "tra-loi@example.org"
    assert mail["Subject"] == "Mời nhận gian hàng A01, trả lời trước 10:00 ngày 30/07/2020 (giờ Việt Nam)"
    assert not [name for name in mail.keys() if name.lower().startswith("list")]  # noqa: SIM118  # names repeat
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert LINK in text.get_content()
    assert content == a_mail().content


def test_the_lines_of_a_mail_are_as_smtp_wants_them():
    lines = a_mail(name="Công ty trách nhiệm hữu hạn một thành viên " * 6).content.split(b"\r\n")

    assert max(map(len, lines)) <= 78
    assert b"\n" not in b"".join(lines)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Đào\r\nBcc: x@example.com"},
        {"name": "Đào\nX: y"},
        {"to": "dao@example.com\r\nBcc: x@example.com"},
        {"to": "đào@example.com"},
        {"to": "no address"},
        {"to": "a@b>,<c@d"},
        {"rendered": Rendered("Subject\r\nBcc: x@example.com", "", "")},
    ],
)
def test_what_would_break_out_of_a_header_is_refused(changes: dict[str, Any]):
    with pytest.raises(UnsafeHeaderError):
        a_mail(**changes)
