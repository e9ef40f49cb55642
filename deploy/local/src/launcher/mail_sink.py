"""The mail sink: an SMTP server on loopback that writes each mail as an ``.eml`` and sends nothing anywhere."""

import asyncio
from email import message_from_bytes, policy
from pathlib import Path
from re import sub

from aiosmtpd.smtp import SMTP, Envelope, Session

from launcher.ports import free_port


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        mail_id = str(message_from_bytes(raw, policy=policy.default)["Message-ID"] or "")
        self._count += 1
        name = f"{self._count:05d}-{sub(r'[^0-9A-Za-z-]', '', mail_id.partition('@')[0])[:60]}.eml"
        (self._folder / name).write_bytes(raw)
        return "250 2.0.0 Ok: kept"


class MailSink:
    """Runs in the launcher's loop; ``folder`` fills with ``<sequence>-<message id>.eml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        writer = _Writer(self.folder)
        self.port = free_port()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(writer, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", self.port
        )

    async def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()
