"""ClamAV's daemon over TCP: ``INSTREAM`` of clamd's protocol (docs.clamav.net, "Scanning"; clamd(8))."""

import asyncio
from struct import pack

import structlog

from registration.evidence.domain import Scan

log = structlog.get_logger(__name__)

CHUNK = 64 * 1024
SECONDS = 60


class Scanner:
    """Asks clamd at ``host:port``; an empty address is none, and every file is then told as not scanned."""

    def __init__(self, address: str) -> None:
        self._address = address

    @property
    def is_there(self) -> bool:
        return bool(self._address)

    async def scan(self, content: bytes) -> Scan:
        """Return what clamd says; ``not_scanned`` where there is none, or where it cannot be reached or refuses."""
        if not self._address:
            return Scan.NOT_SCANNED
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._ask(content)
        except (OSError, TimeoutError, EOFError) as error:
            log.warning("scanner_failed", error=type(error).__name__, detail=str(error)[:200])
            return Scan.NOT_SCANNED
        if answer.endswith("FOUND"):
            log.warning("malware_found", answer=answer[:200])
            return Scan.INFECTED
        if answer == "stream: OK":
            return Scan.CLEAN
        log.warning("scanner_refused", answer=answer[:200])
        return Scan.NOT_SCANNED

    async def _ask(self, content: bytes) -> str:
        host, _, port = self._address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                writer.write(pack("!I", len(piece)) + piece)
                await writer.drain()
            writer.write(pack("!I", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace")
        finally:
            writer.close()
