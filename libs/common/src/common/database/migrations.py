"""Migrations: the plumbing tables that each service's first revision makes, and the command that runs Alembic."""

import hashlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from common.database.revisions import read_revision
from common.delivery.failpoints import reach


def create_plumbing(op: Operations) -> None:
    """Make the plumbing tables as they were at first; called by revision 0001 of each service.

    From a frozen text and not from today's classes: a revision must do for ever what it once did.
    """
    for statement in (Path(__file__).parent / "plumbing_0001.sql").read_text().split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute("INSERT INTO event_log_head (only_row, epoch, position, published) VALUES (true, 1, 0, 0)")
    op.execute("ALTER TABLE event_log_keys SET (fillfactor = 50)")
    op.execute(
        "ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,"
        " autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000)"
    )


def add_forgotten_events(op: Operations) -> None:
    """Make the table of what a restored database forgot; called by one later revision of each service."""
    op.execute((Path(__file__).parent / "plumbing_0002.sql").read_text())


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic_env"))
    config.set_main_option("version_locations", str(folder / "versions"))
    config.set_main_option("path_separator", "newline")
    return config


def _upgrade(connection: Connection, folder: Path) -> None:
    config = _config(folder)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(url: str, service: str, folder: Path) -> str | None:
    """Bring a database to the newest revision, one process at a time; return the revision.

    Two runs at once are safe: the second waits for the advisory lock and finds nothing to do.
    """
    engine = create_async_engine(url)
    lock = int.from_bytes(hashlib.sha256(f"migrate:{service}".encode()).digest()[:7], "big")
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
            await connection.run_sync(_upgrade, folder)
            await reach("migration.before_commit")
            return await read_revision(connection)
    finally:
        await engine.dispose()
