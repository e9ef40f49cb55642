"""The way to a mail server that takes nothing without TLS and a sign-in."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from installer.certificates import make_authority, make_node
from notifications.deliveries.domain import Outcome
from notifications.deliveries.mailer import Mail, Mailer, Sender, Server, write_mail
from notifications.messages.documents import Rendered

NOW = datetime(2020, 8, 5, 2, 0, tzinfo=UTC)
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
    return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()))


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncGenerator[StrictServer]:
    authority, key = make_authority()
    (tmp_path / "ca.pem").write_text(authority)
    (tmp_path / "node.pem").write_text(make_node(key, "localhost", ["localhost"]))
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


def a_mail() -> Mail:
    return write_mail(
        Rendered("Gian hàng B01", "Kính gửi", "<p>Kính gửi</p>"),
        notice_id=UUID("01920000-0000-7000-8000-000000000001"),
        to="htx@example.com",
        name="HTX Chè",
        sender=Sender("Ban Tổ chức <ocop@example.org>", None),
        now=NOW,
        language="vi",
    )


async def hand_over(server: Server) -> Outcome:
    mailer = Mailer(server)
    result = await mailer.send(a_mail())
    await mailer.close()
    return result.outcome


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
