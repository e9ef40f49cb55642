"""The service with a mail server on loopback that answers as a test says."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.harness import Harness

from notifications.claims import handlers as claims
from notifications.deliveries.domain import RetryPolicy
from notifications.deliveries.mailer import Connections, Mailer
from notifications.sending import Post

DROP = "drop"
"""Take the mail and drop the line before the answer."""
STALL = "stall"
"""Take the mail and never answer."""


# ruff: noqa: ARG002, N802  # names and arguments of the handler are aiosmtpd's
@dataclass
class MailServer:
    """A real SMTP server; ``answers`` are given one after the other, then every mail is taken.

    An answer to ``RCPT`` begins with "rcpt:", others are given to the mail's content.
    """

    answers: list[str] = field(default_factory=list[str])
    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    addresses: list[str] = field(default_factory=list[str])
    connections: int = 0
    goodbyes: int = 0
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.goodbyes += 1
        return "221 Bye"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and self.answers[0].startswith("rcpt:"):
            return self.answers.pop(0).removeprefix("rcpt:")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer in {DROP, STALL} or answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(message_from_bytes(content, policy=policy.default))
            self.addresses += envelope.rcpt_tos
        if answer == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if answer == STALL:
            await asyncio.Event().wait()
        return answer

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@pytest.fixture
async def mail_server() -> AsyncGenerator[MailServer]:
    answering = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(answering, loop=loop, hostname="localhost"), "127.0.0.1", 0)
    answering.port = server.sockets[0].getsockname()[1]
    yield answering
    server.close()


@dataclass
class Office:
    """The service and its senders, which work when a test says so."""

    service: Harness
    server: MailServer
    post: Post
    mailer: Mailer
    policy: RetryPolicy

    async def send_all(self) -> None:
        """Let a sender work until nothing can be done at this moment."""
        while await self.post.send_batch(self.service.service, self.mailer):
            pass

    def lose_patience(self) -> None:
        """Wait only briefly for the mail server's answers from now on."""
        self.post.server = replace(self.post.server, timeout_seconds=0.3)
        self.post.connections = Connections(self.post.server)
        self.mailer = Mailer(self.post.server)

    async def send_after(self, wait: timedelta) -> None:
        self.service.clock.set(self.service.clock.now() + wait)
        await self.send_all()

    async def take(self, lease: timedelta = timedelta(minutes=1)) -> claims.Taken:
        """Begin tries without making them, as a sender that dies then."""
        return await self.service.run(claims.take_notices, self.policy, 10, lease)


@pytest.fixture
async def office(make_harness: Callable[..., Any], mail_server: MailServer) -> AsyncGenerator[Office]:
    settings = {
        "smtp_port": mail_server.port,
        "smtp_timeout_seconds": 10,
        "mail_from": "Ban Tổ chức <ocop@example.org>",
    }
    async with make_harness("notifications", **settings) as harness:
        retries = RetryPolicy()
        post = Post(harness.service.settings, retries, lambda: 0.5)
        mailer = Mailer(post.server)
        yield Office(harness, mail_server, post, mailer, retries)
        await mailer.close()
