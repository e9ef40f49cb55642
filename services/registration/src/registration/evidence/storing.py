"""Where files lie: a folder or anything that speaks S3, chosen by the address in the settings."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from obstore.store import LocalStore, ObjectStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config  # names of types alone, not there when run

FOLDER = "evidence"


class EvidenceStore:
    """Files by the id of their paper; each id is written once and never again."""

    def __init__(self, opened: Callable[[], ObjectStore]) -> None:
        self._open = opened

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open()

    async def put(self, evidence_id: UUID, content: bytes) -> None:
        await self._store.put_async(f"{FOLDER}/{evidence_id}", content)

    async def get(self, evidence_id: UUID) -> bytes:
        """Return a file; raises FileNotFoundError."""
        found = await self._store.get_async(f"{FOLDER}/{evidence_id}")
        return bytes(await found.bytes_async())

    async def delete(self, evidence_id: UUID) -> None:
        await self._store.delete_async(f"{FOLDER}/{evidence_id}")

    async def list_before(self, instant: datetime) -> AsyncGenerator[list[UUID]]:
        """Yield, in lots, the ids of files written before an instant by the store's own clock."""
        async for lot in self._store.list(FOLDER):
            yield [UUID(one["path"].rpartition("/")[2]) for one in lot if one["last_modified"] < instant]


def open_store(address: str, endpoint: str, region: str, key_id: str, secret: str) -> EvidenceStore:
    """Return the store at ``s3://bucket/prefix`` or in a folder; opened, and the folder made, when first used."""
    if not address.startswith("s3://"):
        return EvidenceStore(lambda: LocalStore(Path(address).resolve(), mkdir=True))
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    config: S3Config = {"region": region, "virtual_hosted_style_request": not endpoint}
    if endpoint:
        config["endpoint"] = endpoint
    if key_id:
        config["access_key_id"] = key_id
        config["secret_access_key"] = secret
    options: ClientConfig = {"allow_http": endpoint.startswith("http://")}
    return EvidenceStore(lambda: S3Store(bucket, prefix=prefix or None, config=config, client_options=options))
