"""Where files lie: a folder or anything that speaks S3, chosen by the address in the settings."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, S3Store

from common.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config  # names of types alone, not there when run

log = structlog.get_logger(__name__)

FOLDER = "evidence"
RETRIES = 2
RETRYING = timedelta(seconds=10)
"""So long a caller waits for a store that does not answer; the library's own three minutes are longer than any caller does."""


class StoreUnusableError(DomainError):
    """Files can be neither kept nor read just now; an upload stays as far as it came."""

    code = "evidence_store_unavailable"
    status = 503


class EvidenceStore:
    """Files by the id of their paper; each id is written once and never again.

    What is wrong with the store is one line ``evidence_store_unusable``, and a StoreUnusableError.
    """

    def __init__(self, address: str, opened: Callable[[], ObjectStore]) -> None:
        self._address, self._open = address, opened

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open()

    async def put(self, evidence_id: UUID, content: bytes) -> None:
        with self._said():
            await self._store.put_async(f"{FOLDER}/{evidence_id}", content)

    async def get(self, evidence_id: UUID) -> bytes:
        """Return a file; raises NotFoundError."""
        with self._said():
            store = self._store
            try:
                found = await store.get_async(f"{FOLDER}/{evidence_id}")
            except FileNotFoundError:
                where = f"{self._address} does not have {FOLDER}/{evidence_id}"
                log.error("evidence_file_missing", what=f"{where}: restore it, or mend EVIDENCE_STORE")  # noqa: TRY400
                raise NotFoundError("file", evidence_id) from None
            return bytes(await found.bytes_async())

    async def delete(self, evidence_id: UUID) -> None:
        with self._said():
            await self._store.delete_async(f"{FOLDER}/{evidence_id}")

    async def list_before(self, instant: datetime) -> AsyncGenerator[list[UUID]]:
        """Yield, in lots, the ids of files written before an instant by the store's own clock."""
        with self._said():
            async for lot in self._store.list(FOLDER):
                yield [UUID(one["path"].rpartition("/")[2]) for one in lot if one["last_modified"] < instant]

    @contextmanager
    def _said(self) -> Generator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            what = f"the store of evidence papers at {self._address} {explain(error)}"
            log.error("evidence_store_unusable", what=what)  # noqa: TRY400  # one line, without its trace
            vi = "Kho giấy tờ tạm thời không dùng được; phần đã gửi vẫn còn. Hãy thử lại sau ít phút."
            en = "The store of papers cannot be used just now; what was sent stays. Try again in a few minutes."
            raise StoreUnusableError(vi, en) from error


def explain(error: Exception) -> str:
    """Return in one line what is wrong with a store and what to do."""
    said = (str(error).splitlines() or [""])[0][:200]
    if "No space left" in said or "quota" in said.lower():
        return "has no space left: free some"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return f"refuses us ({said}): mend EVIDENCE_S3_KEY_ID and EVIDENCE_S3_SECRET, or the rights"
    if isinstance(error, FileNotFoundError):
        return f"is not there ({said}): make the bucket or folder, or mend EVIDENCE_STORE"
    if isinstance(error, OSError):
        return f"may not be written ({said}): mount a volume there, or mend EVIDENCE_STORE"
    return f"does not answer or is not well ({said}): mend it, or EVIDENCE_STORE and EVIDENCE_S3_ENDPOINT"


def open_store(address: str, endpoint: str, region: str, key_id: str, secret: str) -> EvidenceStore:
    """Return the store at ``s3://bucket/prefix`` or in a folder; opened, and the folder made, when first used."""
    if not address.startswith("s3://"):
        return EvidenceStore(address, lambda: LocalStore(Path(address).resolve(), mkdir=True))
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    config: S3Config = {"region": region, "virtual_hosted_style_request": not endpoint}
    if endpoint:
        config["endpoint"] = endpoint
    if key_id:
        config["access_key_id"] = key_id
        config["secret_access_key"] = secret
    options: ClientConfig = {"allow_http": endpoint.startswith("http://")}
    retries: RetryConfig = {"max_retries": RETRIES, "retry_timeout": RETRYING}

    def opened() -> ObjectStore:
        return S3Store(bucket, prefix=prefix or None, config=config, client_options=options, retry_config=retries)

    return EvidenceStore(address, opened)
