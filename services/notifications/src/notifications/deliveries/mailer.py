"""Hands mails to the mail server, over connections that senders take in turn: one has it alone while it sends."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import structlog
from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from common.delivery.failpoints import reach
from notifications.deliveries.domain import Outcome, Result
from notifications.deliveries.mails import Mail
from notifications.deliveries.watch import SIGN_IN_CODES, MailWatch

log = structlog.get_logger(__name__)


PERMANENT_FROM = 500


@dataclass(frozen=True)
class Server:
    """The mail server and how to speak to it."""

    host: str
    port: int
    username: str | None
    password: str
    starttls: bool
    ca_file: Path | None
    timeout_seconds: float


class Mailer:
    """A connection that one sender has at a time; opened at the first mail, kept until it is idle for long or broken."""

    def __init__(self, server: Server, watch: MailWatch | None = None, own_name: str | None = None) -> None:
        """``own_name`` is how this machine greets; without it it is found out at the first connection, by a thread."""
        self._server = server
        self._watch = watch or MailWatch(server.host, server.port)
        self._client: SMTP | None = None
        self._used_at = 0.0
        self.own_name = own_name

    async def send(self, mail: Mail) -> Result:
        """Hand a mail over; a kept connection that was closed meanwhile is opened once more."""
        was_kept = self._client is not None
        result = await self._try(mail)
        if was_kept and self._client is None and result == Result(Outcome.TEMPORARY):
            result = await self._try(mail)
        self._used_at = monotonic()
        return result

    def is_idle(self, seconds: float) -> bool:
        """Whether no mail went over it for so long."""
        return monotonic() - self._used_at >= seconds

    async def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self._client is not None:
            with suppress(SMTPException, OSError):
                await self._client.quit()
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _reach(self) -> SMTP:
        try:
            return await self._connect()
        except (SMTPException, OSError) as error:
            self._watch.note_away(error)
            raise

    async def _connect(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password if server.username else None,
            start_tls=server.starttls,
            tls_context=ssl.create_default_context(cafile=server.ca_file) if server.starttls else None,
            timeout=server.timeout_seconds,
            local_hostname=self.own_name,
        )
        await client.connect()
        self.own_name = client.local_hostname
        return client

    async def _try(self, mail: Mail) -> Result:
        try:
            if self._client is None:
                self._client = await self._reach()
            await self._client.mail(mail.sender)
            self._watch.note_there()
            await self._client.rcpt(mail.address)
        except SMTPResponseException as error:
            return await self._refused(error)
        except (SMTPException, OSError) as error:
            return self._broken(error, Outcome.TEMPORARY)
        try:
            reply = await self._client.data(mail.content)
        except SMTPResponseException as error:
            return await self._refused(error)
        except (SMTPException, OSError) as error:
            return self._broken(error, Outcome.LOST)
        await reach("mail.after_data")
        return Result(Outcome.SENT, reply.code)

    async def _refused(self, error: SMTPResponseException) -> Result:
        """Read a refusal; the connection is used on where the server lets it."""
        is_about_mail = not isinstance(error, SMTPConnectError) and error.code not in SIGN_IN_CODES
        log.info("mail_refused", code=error.code)
        if error.code in SIGN_IN_CODES:
            self._watch.note_away(error)
        if self._client is not None:
            try:
                await self._client.rset()
            except (SMTPException, OSError):
                self._drop()
        if error.code >= PERMANENT_FROM and is_about_mail:
            reason = "mailbox_refused" if isinstance(error, SMTPRecipientRefused) else "refused"
            return Result(Outcome.PERMANENT, error.code, reason)
        return Result(Outcome.TEMPORARY, error.code)

    def _broken(self, error: Exception, outcome: Outcome) -> Result:
        log.warning("mail_connection_broken", error=type(error).__name__, outcome=outcome)
        self._drop()
        return Result(outcome)


class Connections:
    """The connections of one process that no sender has in hand. The last used is taken first: the others end when little is sent."""

    def __init__(self, server: Server, watch: MailWatch | None = None) -> None:
        self._server = server
        self._watch = watch or MailWatch(server.host, server.port)
        self._free: list[Mailer] = []
        self._own_name: str | None = None

    def take(self) -> Mailer:
        """Return a connection that nobody else has until it is given back."""
        return self._free.pop() if self._free else Mailer(self._server, self._watch, self._own_name)

    def give_back(self, mailer: Mailer) -> None:
        """Take a connection back that is used no more."""
        self._own_name = mailer.own_name or self._own_name
        self._free.append(mailer)

    async def close(self, idle_seconds: float = 0.0) -> None:
        """End those over which no mail went for so long, all at once: a server that stands still holds each for its time."""
        idle = [mailer for mailer in self._free if mailer.is_idle(idle_seconds)]
        self._free = [mailer for mailer in self._free if mailer not in idle]
        await asyncio.gather(*(mailer.close() for mailer in idle))
