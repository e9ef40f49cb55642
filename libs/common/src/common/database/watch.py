"""Whether the database takes this service and is migrated: looked at before the start, and all the time after it.

What is wrong is said once, in one line with what to do; meanwhile the service is not ready instead of half-working.
"""

import asyncio
import os

import structlog
from asyncpg import PostgresError
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from common.database.revisions import read_revision
from common.dependencies import sqlstate_of

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 10.0
DISK_FULL = "53100"
PROBE_BYTES = 256 * 1024
_FILL = text(
    "INSERT INTO idempotency_keys (tenant, key, fingerprint, status, headers, body, created_at)"
    " VALUES ('', gen_random_uuid()::text, '', 0, '{}', :body, now())"
)
REFUSALS = {
    "28P01": "refuses the user {user}: wrong password or user in DATABASE_URL",
    "28000": "refuses the user {user}: may it come from here? look at pg_hba.conf, and at DATABASE_URL",
    "3D000": "has no database {database}: make it, or mend DATABASE_URL",
    "25006": "takes no writes: it is a standby or read-only; promote it, or let DATABASE_URL name the one that leads",
    "42501": "does not let {user} into {database}: give it its rights, or mend DATABASE_URL",
    "53100": "has no disk space left for what is written: free some, all goes on by itself",
    "53300": "takes no more connections: raise its max_connections, or lower DATABASE_POOL_SIZE",
    "57P03": "is starting or stopping: wait for it, or look at its log",
}


class DatabaseProblemError(Exception):
    """Why the database cannot be used, and what to do, in one line."""


class DatabaseWatch:
    """Looks at the database: now and again by itself, and whenever readiness is asked for.

    Attributes:
        problem: what is wrong just now; empty while all is well.
    """

    def __init__(self, service: str, engine: AsyncEngine, look_seconds: float, revision: str | None) -> None:
        self.problem = ""
        self._is_full = False
        self._service = service
        self._engine = engine
        self._look_seconds = look_seconds
        self._revision = revision

    async def check(self) -> None:
        """Look at it as it is now.

        Raises:
            DatabaseProblemError: it does not answer, not to us, or not as this code needs it.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await self._read_revision()
                if self._is_full:
                    await self._try_to_write()
                    self._is_full = False
        except (SQLAlchemyError, PostgresError, OSError, TimeoutError) as error:
            raise DatabaseProblemError(explain(error, self._engine.url)) from error
        # One that is ahead is well: migrations come before the roll-out, and old processes may start meanwhile.
        if self._revision is not None and (found is None or found < self._revision):
            place = f"{where(self._engine.url)}, database {self._engine.url.database}"
            raise DatabaseProblemError(
                f"{place}, is at revision {found or 'none'} and the code needs {self._revision}:"
                f" run `python -m {self._service} migrate`"
            )

    async def _read_revision(self) -> str | None:
        try:
            async with self._engine.connect() as connection:
                return await read_revision(connection)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        async with self._engine.connect() as connection:  # the first was one of the pool's that had ended before
            return await read_revision(connection)

    def note(self, error: Exception) -> None:
        """Take notice of what a unit of work met: a full disk still answers every question that we look at it with."""
        if sqlstate_of(error) == DISK_FULL:
            self._is_full = True
            self._tell(explain(error, self._engine.url))

    async def _try_to_write(self) -> None:
        """Write as much as takes new space, and take it back."""
        async with self._engine.connect() as connection:
            await connection.execute(_FILL, {"body": os.urandom(PROBE_BYTES)})
            await connection.rollback()

    async def look(self) -> bool:
        """Look once; a new problem, and its end, is one line in the log. Return whether all is well."""
        problem = ""
        try:
            await self.check()
        except DatabaseProblemError as error:
            problem = str(error)
        self._tell(problem)
        return not problem

    def _tell(self, problem: str) -> None:
        if problem and problem != self.problem:
            log.error("database_unusable", what=problem)
        elif self.problem and not problem:
            log.info("database_usable")
        self.problem = problem

    async def forget_connections(self) -> None:
        """Close what belongs to a loop that ends."""
        await self._engine.dispose()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._look_seconds)


def where(url: URL) -> str:
    """Say which server is meant; never with a password."""
    return f"PostgreSQL at {url.host or 'localhost'}:{url.port or 5432}"


def explain(error: Exception, url: URL) -> str:
    """Return in one line what is wrong and what to do."""
    code = sqlstate_of(error)
    if code in REFUSALS:
        return f"{where(url)} {REFUSALS[code].format(user=url.username, database=url.database)}"
    if code and not code.startswith(("08", "57P")):
        cause = error.orig if isinstance(error, DBAPIError) else error
        return f"{where(url)} answers with error {code} ({str(cause).splitlines()[0][:200]}): look at its log"
    name = type(error).__name__
    return f"{where(url)} does not answer ({name}): start it, or mend DATABASE_URL"
