"""The version before: the code as it was before the newest migration, beside which today's code has to run."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.broker import SERVICES
from launcher.system import EmbeddedSystem

ROOT = Path(__file__).parents[2]
MIGRATIONS = ":(glob)services/*/migrations/versions/*.py"
PACKAGES = ("libs/common", *(f"services/{name}" for name in SERVICES), "deploy/local", "deploy/scenario")
NO_HISTORY = "needs the repository's history: the code before the newest migration is not here"
OF_NOW = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}


def code_before_newest_migration(folder: Path) -> dict[str, str]:
    """Put that code into a folder; return the environment in which processes run it."""
    return _code_of(find_version_before(), folder)


def code_before(service: str, migration: str, folder: Path) -> dict[str, str]:
    """The same for the newest code that does not know a service's migration, whatever came after."""
    return _code_of(find_version_before(service, migration), folder)


def _code_of(commit: str, folder: Path) -> dict[str, str]:
    if not commit:
        pytest.skip(NO_HISTORY)
    return put_code(commit, folder)


def put_code(commit: str, folder: Path) -> dict[str, str]:
    """Put the code of a commit into a folder; return the environment in which processes run it."""
    folder.mkdir()
    archive = _git("archive", "--format=tar", commit, *PACKAGES)
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=archive, check=True)
    return {"PYTHONPATH": os.pathsep.join(str(folder / package / "src") for package in PACKAGES)}


def find_version_before(service: str = "", migration: str = "") -> str:
    """Return the commit nearest to today's before a migration came, or before a certain one; nothing where there is none.

    Its migrations begin today's: a branch that was merged with other numbers is the code of nobody who can upgrade.
    """
    today = migrations_at("HEAD")
    listed = _git("log", "-m", "--format=%P", "--diff-filter=A", "--", MIGRATIONS).decode().split()
    known = {commit: migrations_at(commit) for commit in dict.fromkeys(listed)}
    fitting = {
        commit: sum(map(len, there.values()))
        for commit, there in known.items()
        if there != today
        and not any(path.startswith(migration) for path in there.get(service, ()))
        and all(there[name] and there[name] == today[name][: len(there[name])] for name in SERVICES)
    }
    return max(fitting, key=lambda commit: fitting[commit], default="")


def migrations_at(commit: str) -> dict[str, list[str]]:
    """Return each service's migrations in their order, as a commit has them."""
    paths = [Path(line) for line in _git("ls-tree", "-r", "--name-only", commit, "services").decode().splitlines()]
    return {
        name: sorted(path.name for path in paths if path.match(f"services/{name}/migrations/versions/*.py"))
        for name in SERVICES
    }


async def migrate_to_now(system: EmbeddedSystem) -> None:
    """Bring every database to today's revision while the version before runs, as the first step of an upgrade."""
    for service in SERVICES:
        database = await asyncio.to_thread(system.postgres.create_service_database, service)
        environment = {
            **system.environment_of(service),
            **OF_NOW,
            "MIGRATION_DATABASE_URL": database.owner_url,
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", service, "migrate", env=environment)
        assert await process.wait() == 0


def _git(*words: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False).stdout
