"""Each service's command line: it helps, names what is missing, and its example of an environment is up to date."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.brokers.postgres import Databases

SERVICES = ["registration", "allocation", "notifications", "reporting"]


def run(service: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    return subprocess.run(
        [sys.executable, "-m", service, *arguments],
        env={**bare, **environment, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_help_names_the_commands(service: str) -> None:
    done = run(service, "--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("serve", "migrate", "dead-letters", "settings"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_missing_setting_is_told_by_its_name(service: str) -> None:
    done = run(service)
    assert done.returncode == 2
    assert "DATABASE_URL: Field required" in done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_the_environment_is_what_the_service_reads(service: str, repository_root: Path) -> None:
    done = run(service, "settings")
    assert (repository_root / "services" / service / ".env.example").read_text() == done.stdout


def test_a_service_whose_database_was_not_migrated_says_so_and_does_not_start(postgres: Databases) -> None:
    database = postgres.create_service_database("never_migrated")
    done = run("registration", DATABASE_URL=database.app_url, HTTP_PORT="0")
    assert done.returncode != 0
    assert "python -m registration migrate" in done.stdout + done.stderr
