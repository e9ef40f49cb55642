"""Each service's command line: it helps, names what is missing, and its example of an environment is up to date."""

import json
import os
import subprocess
import sys
from importlib.resources import files
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
    assert "DATABASE_URL: chưa được đặt trong môi trường / is not set in the environment\n" in done.stderr


def test_a_setting_of_the_wrong_kind_is_told_in_both_languages() -> None:
    done = run("reporting", DATABASE_URL=NOWHERE, HTTP_PORT="tám", KAFKA_SECURITY_PROTOCOL="XML")
    assert "HTTP_PORT: Phải là số nguyên. / Must be a whole number." in done.stderr.splitlines()
    assert "KAFKA_SECURITY_PROTOCOL: Phải là một trong: " in done.stderr
    assert done.stderr.count(" hoặc ") == done.stderr.count(" or ") == 1


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_the_environment_is_what_the_service_reads(service: str, repository_root: Path) -> None:
    done = run(service, "settings")
    assert (repository_root / "services" / service / ".env.example").read_text() == done.stdout


NOWHERE = "postgresql+asyncpg://somebody:secret@127.0.0.1:1/nothing"
EVERY_FEED = {
    "FEED_URLS": json.dumps(dict.fromkeys(("registration", "allocation", "notifications"), "http://127.0.0.1:1"))
}
PACK = str(files("registration") / "packs" / "subsidy_2022.toml")
COMMANDS = [
    ("registration", "migrate"),
    ("registration", "dead-letters", "list"),
    ("registration", "try-pack", PACK),
    ("registration", "add-pack", PACK),
    ("reporting", "rebuild"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_whose_database_does_not_answer_says_so_in_one_line(command: tuple[str, ...]) -> None:
    done = run(*command, DATABASE_URL=NOWHERE, **EVERY_FEED)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("PostgreSQL ở 127.0.0.1:1 không trả lời (ConnectionRefusedError)")
    assert "PostgreSQL at 127.0.0.1:1 does not answer" in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("command", "url"),
    [
        (COMMANDS[0], "postgresql://127.0.0.1/x"),
        (COMMANDS[1], "nonsense"),
        (COMMANDS[2], "postgresql+asyncpg://h:port/x"),
        (COMMANDS[4], "postgresql://127.0.0.1/x"),
        (("allocation", "serve"), "nonsense"),
    ],
)
def test_a_database_address_that_is_none_is_told_by_its_name_in_one_line(command: tuple[str, ...], url: str) -> None:
    done = run(*command, DATABASE_URL=url)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("DATABASE_URL: phải có dạng postgresql+asyncpg://")
    assert "must have the form" in line


def test_a_command_on_a_database_that_was_not_migrated_says_what_to_run(postgres: Databases) -> None:
    database = postgres.create_service_database("not_migrated_yet")
    done = run("registration", "dead-letters", "list", DATABASE_URL=database.app_url)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "chưa có bảng" in line
    assert "no tables yet: run `python -m registration migrate`" in line


def test_the_token_of_an_installation_without_secrets_is_refused_in_one_line(tmp_path: Path) -> None:
    done = run("installer", "token", "--role", "operator", "--subject", "x", "--folder", str(tmp_path / "none"))
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "chưa có khóa" in line
    assert "there are no secrets yet" in line


def test_the_checker_of_allocations_asks_for_a_dossier() -> None:
    done = run("allocation.audit.check_allocation")
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("thiếu tệp hồ sơ phân bổ / which dossier?")


def test_a_service_whose_database_was_not_migrated_says_so_and_does_not_start(postgres: Databases) -> None:
    database = postgres.create_service_database("never_migrated")
    done = run("registration", DATABASE_URL=database.app_url, HTTP_PORT="0")
    assert done.returncode != 0
    assert "python -m registration migrate" in done.stdout + done.stderr
