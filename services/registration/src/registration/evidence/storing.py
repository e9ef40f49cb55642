"""Where papers' files lie: a folder or anything that speaks S3, chosen by the address in the settings."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from common.errors import DomainError, NotFoundError
from registration.evidence.folders import FileFolder

log = structlog.get_logger(__name__)

FOLDER = "evidence"


class Files(Protocol):
    """Files by name; what is put is there whole or not at all."""

    async def put(self, name: str, content: bytes) -> None: ...

    async def get(self, name: str) -> bytes:
        """Return a file; raises FileNotFoundError."""
        ...

    async def delete(self, name: str) -> None: ...

    def list(self, folder: str) -> AsyncIterator[Sequence[tuple[str, datetime]]]:
        """Yield, in lots, names and when they were written, by the clock of who keeps them."""
        ...

    def explain(self, error: Exception) -> str | None:
        """Return in one line what is wrong and what to do; nothing for an error that is not of who keeps the files."""
        ...


class StoreUnusableError(DomainError):
    """Files can be neither kept nor read just now; an upload stays as far as it came."""

    code = "evidence_store_unavailable"
    status = 503


class EvidenceStore:
    """Files by the id of their paper; each id is written once and never again.

    What is wrong with the store is one line ``evidence_store_unusable``, and a StoreUnusableError.
    """

    def __init__(self, address: str, opened: Callable[[], Files]) -> None:
        self._address, self._open = address, opened

    @cached_property
    def _files(self) -> Files:
        return self._open()

    async def put(self, evidence_id: UUID, content: bytes) -> None:
        with self._said():
            await self._files.put(f"{FOLDER}/{evidence_id}", content)

    async def get(self, evidence_id: UUID) -> bytes:
        """Return a file; raises NotFoundError."""
        with self._said():
            try:
                return await self._files.get(f"{FOLDER}/{evidence_id}")
            except FileNotFoundError:
                where = f"{self._address} does not have {FOLDER}/{evidence_id}"
                log.error("evidence_file_missing", what=f"{where}: restore it, or mend EVIDENCE_STORE")  # noqa: TRY400
                raise NotFoundError("file", evidence_id) from None

    async def delete(self, evidence_id: UUID) -> None:
        with self._said():
            await self._files.delete(f"{FOLDER}/{evidence_id}")

    async def list_before(self, instant: datetime) -> AsyncGenerator[list[UUID]]:
        """Yield, in lots, the ids of files written before an instant by the store's own clock."""
        with self._said():
            async for lot in self._files.list(FOLDER):
                yield [id_ for name, written in lot if written < instant and (id_ := _find_id(name))]

    @contextmanager
    def _said(self) -> Generator[None]:
        try:
            yield
        except Exception as error:
            explained = self._files.explain(error)
            if explained is None:
                raise
            what = f"the store of evidence papers at {self._address} {explained}"
            log.error("evidence_store_unusable", what=what)  # noqa: TRY400  # one line, without its trace
            vi = "Kho giấy tờ tạm thời không dùng được; phần đã gửi vẫn còn. Hãy thử lại sau ít phút."
            en = "The store of papers cannot be used just now; what was sent stays. Try again in a few minutes."
            raise StoreUnusableError(vi, en) from error


def _find_id(name: str) -> UUID | None:
    """Return whose file it is; nothing for one that others put there, as file systems and backups do."""
    with suppress(ValueError):
        return UUID(name.rpartition("/")[2])
    return None


def open_store(address: str, endpoint: str, region: str, key_id: str, secret: str) -> EvidenceStore:
    """Return the store at ``s3://bucket/prefix`` or in a folder; opened, and the folder made, when first used."""
    if not address.startswith("s3://"):
        return EvidenceStore(address, lambda: FileFolder(Path(address).resolve()))

    def opened() -> Files:
        from registration.evidence.buckets import Bucket  # noqa: PLC0415  # 6 MB that a folder does not need

        return Bucket(address, endpoint, region, key_id, secret)

    return EvidenceStore(address, opened)
