"""The newest revision is read off the files' names; Alembic, which runs them, must think the same."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from common.revisions import find_migrations, newest_revision


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
