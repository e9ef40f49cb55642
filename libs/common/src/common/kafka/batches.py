"""Fetched batches whose records are read whatever their headers are called.

Kafka does not look at the names of headers. aiokafka decodes them before anybody sees the record, as UTF-8 and nothing else:
one name that is not ends its reading of the batch, and it fetches the same batch again, for ever and in silence; what it had
drained from other partitions in that turn is passed over. Here such a batch is read once more, in plain Python, with what is
no text in a name kept as lone surrogates (PEP 383): the record becomes a dead letter like any other with an odd header.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy  # pyright: ignore[reportPrivateUsage]
from aiokafka.record.memory_records import (
    MemoryRecords,
    _MemoryRecordsPy,  # pyright: ignore[reportPrivateUsage]
)

log = structlog.get_logger(__name__)


def take_any_header_name() -> None:
    """Let all consumers of this process read batches in this way; aiokafka has no option for it."""
    fetcher.MemoryRecords = FetchedRecords


class FetchedRecords:
    """The batches of one partition that a fetch brought, as aiokafka's ``MemoryRecords``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records: Any = MemoryRecords(data)
        self._taken = 0

    def size_in_bytes(self) -> int:
        """Return the bytes fetched, those of a batch cut short among them."""
        return self._records.size_in_bytes()

    def has_next(self) -> bool:
        """Whether another whole batch is there."""
        return self._records.has_next()

    def next_batch(self) -> "FetchedBatch | None":
        """Return the next batch; raises CorruptRecordException for one that is too short to be one."""
        batch = self._records.next_batch()
        self._taken += 1
        return None if batch is None else FetchedBatch(batch, self._data, self._taken - 1)


class FetchedBatch:
    """A batch as aiokafka reads it; where it cannot read a header's name, as Python reads it."""

    def __init__(self, batch: Any, data: bytes, place: int) -> None:
        self._batch = batch
        self._data = data
        self._place = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            log.warning("header_name_is_no_text", base_offset=self._batch.base_offset)
            return iter(_read_again(self._data, self._place))


def _read_again(data: bytes, place: int) -> list[Any]:
    batches: Any = _MemoryRecordsPy(data)
    for _ in range(place):
        batches.next_batch()
    batch: Any = _DefaultRecordBatchPy(bytes(batches._next_slice))  # noqa: SLF001  # as its own next_batch does
    batch._maybe_uncompress()  # noqa: SLF001  # its buffer is the plain one from here on
    batch._buffer = _AnyText(batch._buffer)  # noqa: SLF001
    return list(batch)


class _AnyText(bytearray):
    """Bytes whose slices decode to text whatever they are."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _AnyText(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return super().decode(encoding, errors)
