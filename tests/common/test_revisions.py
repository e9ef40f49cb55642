"""The newest revision is read off the files' names; Alembic, which runs them, must think the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from common.database.revisions import find_migrations, newest_revision
from common.delivery.plumbing import Base


@pytest.mark.parametrize("service", ["registration", "allocation", "notifications", "reporting"])
def test_files_and_alembic_agree_on_the_newest_revision(service: str, repository_root: Path) -> None:
    folder = repository_root / "services" / service / "migrations"
    script = ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])
    assert newest_revision(folder) == script.get_current_head()


def test_migrations_are_found_beside_the_sources(repository_root: Path) -> None:
    package = repository_root / "services" / "allocation" / "src" / "allocation" / "__init__.py"
    assert find_migrations(str(package)) == repository_root / "services" / "allocation" / "migrations"


def test_a_service_without_migrations_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_migrations(str(tmp_path / "a" / "b" / "__init__.py"))


@pytest.mark.parametrize("service", ["registration", "allocation", "notifications", "reporting"])
async def test_migrations_make_the_plumbing_that_the_code_expects(
    service: str, service_database: Callable[[str], tuple[str, str]]
) -> None:
    engine = create_async_engine(service_database(service)[1])
    plumbing = set(Base.metadata.tables)

    def only_plumbing(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        return (name if kind == "table" else thing.table.name) in plumbing

    def compare(connection: Connection) -> list[Any]:
        options = {"include_object": only_plumbing, "compare_type": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()
