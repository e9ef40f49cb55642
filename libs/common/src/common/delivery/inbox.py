"""The reader's memory: one number per source and key, locked for the length of a unit of work."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.envelope import source_of

MemoryKey = tuple[str, bytes]

_LOCK = text(
    "SELECT i.source, i.key, i.last"
    " FROM inbox i JOIN unnest(CAST(:sources AS text[]), CAST(:keys AS bytea[])) AS wanted (source, key)"
    " USING (source, key) ORDER BY i.source, i.key FOR UPDATE OF i"
)
# Locked in the order of the keys first, then moved: an UPDATE of its own would lock in any order.
_MOVE = text(
    "WITH wanted AS MATERIALIZED (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:keys AS bytea[]),"
    " CAST(:lasts AS bigint[])) AS given (source, key, last)),"
    " found AS MATERIALIZED (SELECT i.source, i.key, i.last FROM inbox i JOIN wanted USING (source, key)"
    " ORDER BY i.source, i.key FOR UPDATE OF i),"
    " moved AS (UPDATE inbox i SET last = wanted.last FROM found JOIN wanted USING (source, key)"
    " WHERE i.source = found.source AND i.key = found.key AND found.last < wanted.last)"
    " SELECT source, key, last FROM found"
)
_ADD = text(
    "INSERT INTO inbox (source, key, last) SELECT source, key, 0"
    " FROM unnest(CAST(:sources AS text[]), CAST(:keys AS bytea[])) AS wanted (source, key)"
    " ORDER BY source, key ON CONFLICT DO NOTHING"
)
_SAVE = text(
    "UPDATE inbox i SET last = new.last FROM unnest(CAST(:sources AS text[]), CAST(:keys AS bytea[]),"
    " CAST(:lasts AS bigint[])) AS new (source, key, last) WHERE i.source = new.source AND i.key = new.key"
)
_ALL = text("SELECT source, key, last FROM inbox WHERE source = :source OR source LIKE :source || '/%'")


def _columns(pairs: list[MemoryKey]) -> dict[str, list[str] | list[bytes]]:
    return {"sources": [source for source, _ in pairs], "keys": [key for _, key in pairs]}


async def lock_known(session: AsyncSession, pairs: set[MemoryKey]) -> dict[MemoryKey, int]:
    """Lock the rows of those sources and keys of which something was taken in; return their numbers."""
    return await _lock(session, sorted(pairs))


async def lock_memory(session: AsyncSession, pairs: set[MemoryKey]) -> dict[MemoryKey, int]:
    """Lock the rows of some sources and keys in one order (so that twin replicas never deadlock); return their numbers.

    A pair not seen before is remembered as 0.
    """
    wanted = sorted(pairs)
    found = await _lock(session, wanted)
    if len(found) < len(wanted):
        await _add(session, [pair for pair in wanted if pair not in found])
        found = await _lock(session, wanted)
    return found


async def move_memory(session: AsyncSession, highest: Mapping[MemoryKey, int]) -> dict[MemoryKey, int]:
    """Lock the rows of some sources and keys, as ``lock_memory``, and store there the numbers of what is about to be taken in.

    Return the numbers before; a number never goes back. One trip to the database for what each batch does twice otherwise:
    whoever does not take all in after all rolls back.
    """
    wanted = sorted(highest)
    found = await _move(session, wanted, highest)
    if len(found) < len(wanted):
        missing = [pair for pair in wanted if pair not in found]
        await _add(session, missing)
        found |= await _move(session, missing, highest)
    return found


async def _move(
    session: AsyncSession, pairs: list[MemoryKey], highest: Mapping[MemoryKey, int]
) -> dict[MemoryKey, int]:
    rows = await session.execute(_MOVE, {**_columns(pairs), "lasts": [highest[pair] for pair in pairs]})
    return {(source, bytes(key)): last for source, key, last in rows}


async def _add(session: AsyncSession, pairs: list[MemoryKey]) -> None:
    await session.execute(_ADD, _columns(pairs))


async def _lock(session: AsyncSession, pairs: list[MemoryKey]) -> dict[MemoryKey, int]:
    rows = await session.execute(_LOCK, _columns(pairs))
    return {(source, bytes(key)): last for source, key, last in rows}


async def save_memory(session: AsyncSession, memory: dict[MemoryKey, int]) -> None:
    """Store the numbers of rows that are locked."""
    if memory:
        await session.execute(_SAVE, {**_columns(list(memory)), "lasts": list(memory.values())})


async def read_memory(session: AsyncSession, owner: str) -> dict[MemoryKey, int]:
    """Return the last number taken in of every key of an owner, by its source: each epoch has one."""
    rows = await session.execute(_ALL, {"source": source_of(owner)})
    return {(source, bytes(key)): last for source, key, last in rows}
