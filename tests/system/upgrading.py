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
OF_NOW = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}


def code_before_newest_migration(folder: Path) -> dict[str, str]:
    """Put that code into a folder; return the environment in which processes run it.

    It is the main line as it was before: a branch counts as what it brought when it was merged, since on it lies the
    code of nobody who upgrades.
    """
    found = _git("log", "-1", "--first-parent", "-m", "--format=%H", "--diff-filter=A", "--", MIGRATIONS)
    newest = found.decode().strip()
    if not newest or not _git("cat-file", "-t", f"{newest}^"):
        pytest.skip("needs the repository's history: the code before the newest migration is not here")
    folder.mkdir()
    archive = _git("archive", "--format=tar", f"{newest}^", *PACKAGES)
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=archive, check=True)
    return {"PYTHONPATH": os.pathsep.join(str(folder / package / "src") for package in PACKAGES)}


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
