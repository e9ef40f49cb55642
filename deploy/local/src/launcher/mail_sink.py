"""The mail sink: an SMTP server that keeps each mail as an ``.eml`` file and sends nothing anywhere."""

import asyncio
import re
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

NAME_LENGTH = 60
PIECE_BYTES = 64 * 1024
MAX_LOCAL_PART = 64
_MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^@>\s]+)", re.IGNORECASE | re.MULTILINE)
_PLAIN_PATH = re.compile(r"<([^\s<>\"\\:,;()]+@[^\s<>\"\\:,;()@]+)>(?: (.*))?")


class MailFolder:
    """Files of mails, named so that they sort in the order of arrival: ``000001-<message id>.eml``."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._last = max((int(file.name.split("-")[0]) for file in path.glob("[0-9]*-*.eml")), default=0)

    def keep(self, content: bytes) -> Path:
        """Write a mail just as it came; readers see the whole file or none."""
        self._last += 1
        head = content.partition(b"\r\n\r\n")[0]
        message_id = _MESSAGE_ID.search(head)
        readable = re.sub(rb"[^0-9A-Za-z.-]+", b"", message_id[1] if message_id else b"").decode()[:NAME_LENGTH]
        path = self.path / f"{self._last:06d}-{readable or 'without-id'}.eml"
        draft = path.with_suffix(".part")
        try:
            draft.write_bytes(content)
            return draft.rename(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


class MailHandler:
    """Answers the server's questions: every mail is kept."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder
        self._trouble = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 no content"
        try:
            self._folder.keep(content)
        except OSError as error:
            self._tell(f"{self._folder.path} takes no more mails ({error.strerror}): free some space; they come again")
            return "452 4.3.1 Insufficient system storage"
        self._tell("")
        return "250 2.0.0 Ok: kept"

    def _tell(self, trouble: str) -> None:
        """Say what is wrong once, not with every mail."""
        if trouble and trouble != self._trouble:
            print(trouble, file=sys.stderr, flush=True)  # noqa: T201  # for the person at the terminal
        self._trouble = trouble


class _Server(SMTP):
    """Takes a mail's content in pieces and plain addresses as they are: the library's way was half of a play's own work."""

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = _PLAIN_PATH.fullmatch(arg)
        if plain is None or len(plain[1].partition("@")[0]) > MAX_LOCAL_PART:
            return super()._getaddr(arg)
        return plain[1], plain[2] or ""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        envelope = self.envelope
        if arg or envelope is None or not envelope.rcpt_tos:
            await super().smtp_DATA(arg)  # says what is wrong
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = bytearray(b"\r\n")
        while not content.endswith(b"\r\n.\r\n"):
            content += await self._reader.read(PIECE_BYTES)
            if self.data_size_limit and len(content) > self.data_size_limit:
                await self.push("552 5.3.4 Too much mail data")
                self._writer.close()
                return
        envelope.content = bytes(content.removesuffix(b".\r\n").replace(b"\r\n.", b"\r\n").removeprefix(b"\r\n"))
        status = await self._call_handler_hook("DATA")
        self._set_post_data_state()
        await self.push(status)


class MailSink:
    """Takes mails in the running event loop; any recipient will do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; on any free port of this machine alone by default."""
        handler = self.make_handler()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Server(handler, hostname="localhost", enable_SMTPUTF8=True, loop=loop), host, port
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    def make_handler(self) -> MailHandler:
        return MailHandler(MailFolder(self.folder))

    async def stop(self) -> None:
        """Take no more mails; twice does no harm."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
