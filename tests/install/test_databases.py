"""The databases of an installation: users get the passwords of their files, the server's administrator too."""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from launcher.postgres import PostgresServer, programs

SCRIPT = Path(__file__).parents[2] / "deploy/postgres/databases.sh"


class Installed:
    """A server of the test's own, and the folder of passwords that set-up is given."""

    def __init__(self, folder: Path) -> None:
        self.server, self.secrets = PostgresServer(), folder / "secrets"
        self.secrets.mkdir()
        self.server.start(folder / "data", durable=False)
        self.password = self.server.url("postgres").split(":")[2].split("@")[0]
        self.environment = {
            **os.environ,
            "PATH": f"{programs()}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
            "SECRETS_DIR": str(self.secrets),
            "SERVICES": "reporting",
        }

    def give(self, **files: str) -> None:
        for name, content in files.items():
            (self.secrets / name).write_text(content)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        return self._run("bash", str(SCRIPT))

    def lets_in(self, user: str, password: str) -> bool:
        database = "postgres" if user == "postgres" else "reporting"
        return not self._run("psql", "-X", "-U", user, "-d", database, "-c", "SELECT", PGPASSWORD=password).returncode

    def _run(self, *words: str, **extra: str) -> subprocess.CompletedProcess[Any]:
        environment = self.environment | extra
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path: Path) -> Generator[Installed]:
    made = Installed(tmp_path)
    made.give(superuser_password=made.password, reporting="first", reporting_owner="owner")
    yield made
    made.server.stop()


def test_a_password_that_was_changed_is_the_only_one_that_opens(installed: Installed) -> None:
    assert installed.set_up().returncode == 0
    installed.give(reporting="second")
    assert installed.set_up().returncode == 0
    assert [installed.lets_in("reporting", word) for word in ("first", "second")] == [False, True]


def test_the_administrators_changed_password_is_told_by_whoever_knows_one_before(installed: Installed) -> None:
    before = f"never told\n{installed.password}\n"
    installed.give(superuser_password="it's new", **{"superuser_password.earlier": before})
    done = installed.set_up()
    assert (done.returncode, "user postgres has its new password now" in done.stdout) == (0, True), done.stderr
    assert [installed.lets_in("postgres", word) for word in (installed.password, "it's new")] == [False, True]
    assert "new password" not in installed.set_up().stdout


def test_a_wrong_password_without_one_before_is_said(installed: Installed) -> None:
    installed.give(superuser_password="wrong")
    done = installed.set_up()
    assert done.returncode != 0
    assert "password authentication failed" in done.stderr
