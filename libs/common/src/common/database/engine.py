"""The database: engine, declarative bases with one naming convention for constraints, column types."""

from datetime import UTC, datetime

import asyncpg
from sqlalchemy import DateTime, Dialect, ExceptionContext, MetaData, Table, TypeDecorator, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A line that is half open takes every word and never answers: after so long it is given up.
STATEMENT_SECONDS = 20.0
GOODBYE_SECONDS = 2.0
Sessions = async_sessionmaker[AsyncSession]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: ``timestamptz`` in the database, aware UTC in Python; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's form
        """Return the instant as it is stored.

        Raises:
            ValueError: it has no time zone.
        """
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's form
        """Return a stored instant in UTC."""
        return None if value is None else value.astimezone(UTC)


def declare_base() -> type[DeclarativeBase]:
    """Return a new declarative base; each service has its own, so that tables of equal name never meet."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING_CONVENTION)
        type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012  # SQLAlchemy reads it from the class

    return Base


def table_of(row: type[DeclarativeBase]) -> Table:
    """Return a row class's table: its rows come and go as plain values, without the session's bookkeeping."""
    return row.metadata.tables[row.__tablename__]


def create_engine(
    url: str, pool_size: int, search_path: str = "public", statement_seconds: float = STATEMENT_SECONDS
) -> AsyncEngine:
    """Return an engine whose statements end after a while and whose forgotten transactions are closed by the server.

    Connections are not tried before use (one round trip in five of a small request): after a restart of the server, or
    a statement without an answer, the first error renews the whole pool; readers repeat the batch, requests get 503 and
    may come again.
    """
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        hide_parameters=True,  # what a statement was given may name a person, and errors are logged
        max_overflow=pool_size,
        connect_args={
            "command_timeout": statement_seconds,
            "connection_class": _Connection,
            "server_settings": {
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
                "jit": "off",
                "plan_cache_mode": "force_generic_plan",  # one plan for whatever it is given: decision 70
                "search_path": search_path,
            },
        },
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_silent)
    return engine


class _Connection(asyncpg.Connection):
    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  # asyncpg's form
        """Say goodbye, and wait no statement's time for the answer."""
        await super().close(timeout=timeout or GOODBYE_SECONDS)


def _give_up_silent(context: ExceptionContext) -> None:
    """After a statement without an answer trust no connection that was open by then: each would cost as long again."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = context.invalidate_pool_on_disconnect = True


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return what opens sessions of an engine; objects stay readable after their commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
