"""Files in a bucket: anything that speaks S3, by obstore."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config  # names of types alone, not there when run

RETRIES = 2
RETRYING = timedelta(seconds=10)
"""So long a caller waits for a store that does not answer; the library's own three minutes are longer than any caller does."""


class Bucket:
    """Files by name in the bucket of an address ``s3://bucket/prefix``; without an endpoint it is Amazon's."""

    def __init__(self, address: str, endpoint: str, region: str, key_id: str, secret: str) -> None:
        self._settings = address, endpoint, region, key_id, secret

    @cached_property
    def _store(self) -> S3Store:
        address, endpoint, region, key_id, secret = self._settings
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        config: S3Config = {"region": region, "virtual_hosted_style_request": not endpoint}
        if endpoint:
            config["endpoint"] = endpoint
        if key_id:
            config["access_key_id"] = key_id
            config["secret_access_key"] = secret
        options: ClientConfig = {"allow_http": endpoint.startswith("http://")}
        retries: RetryConfig = {"max_retries": RETRIES, "retry_timeout": RETRYING}
        return S3Store(bucket, prefix=prefix or None, config=config, client_options=options, retry_config=retries)

    async def put(self, name: str, content: bytes) -> None:
        await self._store.put_async(name, content)

    async def get(self, name: str) -> bytes:
        """Return a file; raises FileNotFoundError."""
        found = await self._store.get_async(name)
        return bytes(await found.bytes_async())

    async def delete(self, name: str) -> None:
        await self._store.delete_async(name)

    async def list(self, folder: str) -> AsyncGenerator[Sequence[tuple[str, datetime]]]:
        """Yield, in lots, names and when they were written, by the bucket's clock."""
        async for lot in self._store.list(folder):
            yield [(one["path"], one["last_modified"]) for one in lot]

    def explain(self, error: Exception) -> str | None:
        """Return in one line what is wrong and what to do; nothing for an error that is not the bucket's."""
        said = (str(error).splitlines() or [""])[0][:200]
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return f"refuses us ({said}): mend EVIDENCE_S3_KEY_ID and EVIDENCE_S3_SECRET, or the rights"
        if isinstance(error, FileNotFoundError):
            return f"is not there ({said}): make the bucket, or mend EVIDENCE_STORE"
        if isinstance(error, BaseError | OSError):
            return f"does not answer or is not well ({said}): mend it, or EVIDENCE_STORE and EVIDENCE_S3_ENDPOINT"
        return None
