"""Read models made anew beside the old ones, and put in their place: twins of the tables that only change their schema."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from common.dependencies import sqlstate_of

SHADOW = "rebuilt"
MEMORY = ("inbox", "parked", "parked_messages")
LOCK_NOT_AVAILABLE = "55P03"
LOCK_TRIES = 240
# Shorter than the server's deadlock_timeout: whoever reads is never the one that is sent away.
LOCK_PATIENCE = text("SET LOCAL lock_timeout = '500ms'")

# Constraints and indexes keep their names, so that later migrations find them; rights and settings are not in LIKE.
_TWIN = text(
    """
    SELECT said FROM pg_class c CROSS JOIN LATERAL (
        SELECT 1, format('CREATE TABLE %1$I.%2$I (LIKE public.%2$I INCLUDING ALL EXCLUDING INDEXES)', CAST(:shadow AS text), c.relname)
        UNION ALL
        SELECT 2, format('ALTER TABLE %I.%I SET (%s)', CAST(:shadow AS text), c.relname, array_to_string(c.reloptions, ', '))
        WHERE c.reloptions IS NOT NULL
        UNION ALL
        SELECT 3, format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', CAST(:shadow AS text), c.relname, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = c.oid AND contype IN ('p', 'u')
        UNION ALL
        SELECT 4, format('GRANT %s ON %I.%I TO %s', privilege_type, CAST(:shadow AS text), c.relname,
                         CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
        FROM aclexplode(c.relacl) WHERE grantee <> c.relowner
    ) AS twin (step, said)
    WHERE c.oid = to_regclass(format('public.%I', CAST(:table AS text))) ORDER BY step
    """
)
_INDEXES = text(
    """
    SELECT replace(pg_get_indexdef(i.indexrelid), format(' ON public.%I ', c.relname),
                   format(' ON %I.%I ', CAST(:shadow AS text), c.relname))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.oid = to_regclass(format('public.%I', CAST(:table AS text))) AND i.indisunique = :are_unique
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))
    """
)
_COLUMNS = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :table"
    " AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position"
)


class ReadersStayError(Exception):
    """Somebody reads the old read models and does not end."""


async def make_shadow(connection: AsyncConnection, read_models: Sequence[str]) -> None:
    """Make the tables empty, each with what keeps its rows unique and without what only readers need."""
    await connection.execute(text(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE"))
    await connection.execute(text(f"CREATE SCHEMA {SHADOW}"))
    for table in read_models:
        named = {"table": table, "shadow": SHADOW}
        statements = [*await connection.scalars(_TWIN, named)]
        statements += await connection.scalars(_INDEXES, named | {"are_unique": True})
        for statement in statements:
            await connection.execute(text(statement))
    for table in (*MEMORY, "outbox"):  # whose rows are copied, or forgotten
        await connection.execute(text(f"CREATE UNLOGGED TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)"))


async def finish_shadow(engine: AsyncEngine, read_models: Sequence[str]) -> dict[str, int]:
    """Give the full tables what readers need; return how many rows each has."""
    rows: dict[str, int] = {}
    for table in read_models:
        async with engine.begin() as connection:
            named = {"table": table, "shadow": SHADOW, "are_unique": False}
            for statement in (await connection.scalars(_INDEXES, named)).all():
                await connection.execute(text(statement))
            await connection.execute(text(f"ANALYZE {SHADOW}.{table}"))
            counted = await connection.scalar(text(f"SELECT count(*) FROM {SHADOW}.{table}"))  # noqa: S608  # our own names
            rows[table] = counted or 0
    return rows


async def take_place(engine: AsyncEngine, read_models: Sequence[str]) -> None:
    """Put the new tables in place of the old ones as soon as nobody is in them; consumers wait at the memory's lock.

    Who reads sees the one or the other: a snapshot that has looked at an old table keeps it until it ends, and what is in
    the new ones was there before any snapshot that comes to them.

    Raises:
        ReadersStayError: it waited for somebody's transaction, again and again, in vain.
    """
    for _ in range(LOCK_TRIES):
        try:
            async with engine.begin() as connection:
                await _take_place(connection, read_models)
        except DBAPIError as error:
            if sqlstate_of(error) != LOCK_NOT_AVAILABLE:
                raise
        else:
            return
    raise ReadersStayError(", ".join(read_models))


async def _take_place(connection: AsyncConnection, read_models: Sequence[str]) -> None:
    await connection.execute(LOCK_PATIENCE)
    await connection.execute(text("LOCK TABLE public.inbox IN EXCLUSIVE MODE"))
    for table in read_models:  # all of them first: nobody may have seen one that goes and look for one that came
        await connection.execute(text(f"LOCK TABLE public.{table} IN ACCESS EXCLUSIVE MODE"))
    for table in read_models:
        await connection.execute(text(f"DROP TABLE public.{table}"))
        await connection.execute(text(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA public"))
    for table in MEMORY:
        names = ", ".join(f'"{name}"' for name in await connection.scalars(_COLUMNS, {"table": table}))
        await connection.execute(text(f"DELETE FROM public.{table}"))  # noqa: S608  # names of our own tables
        await connection.execute(
            text(f"INSERT INTO public.{table} ({names}) SELECT {names} FROM {SHADOW}.{table}")  # noqa: S608  # as above
        )
    await connection.execute(text(f"DROP SCHEMA {SHADOW} CASCADE"))
