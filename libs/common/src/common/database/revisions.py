"""Which revision a database is at, and which one the code wants; known without loading Alembic (9 MB a service)."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection


def find_migrations(package_file: str, override: Path | None = None) -> Path:
    """Return the folder of a service's migrations: installed inside its package, else beside its sources."""
    package = Path(package_file).parent
    for candidate in (override, package / "migrations", package.parent.parent / "migrations"):
        if candidate is not None and (candidate / "versions").is_dir():
            return candidate
    raise FileNotFoundError(f"no folder migrations/versions for {package.name}")


def newest_revision(folder: Path) -> str | None:
    """Return the newest revision in a migrations folder: files are named ``NNNN_<verb>_<what>.py``, NNNN is it."""
    return max((path.name[:4] for path in (folder / "versions").glob("[0-9]*.py")), default=None)


async def read_revision(connection: AsyncConnection) -> str | None:
    """Return the revision that a database is at; None where nothing was migrated."""
    try:
        return await connection.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        return None
