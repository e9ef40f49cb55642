"""Each secret of an installation changed while it is in use, by the commands of docs/operate.md, on compose."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.brokers.images import image_of
from tests.deploy.compose import require_compose

from launcher.ports import free_port
from registration.editions.api import EDITION_EXAMPLE
from registration.papers.api import PAPER_EXAMPLE

DEPLOY = Path(__file__).parents[2] / "deploy"
PARTS = ("compose.yaml", "topics.yaml", "access.yaml", "kafka", "postgres", "proxy")
AGENCIES = ("hn.ubnd", "hn.snn", "hn.vpdp")
SERVICES = ("registration", "allocation", "notifications", "reporting")
PATIENCE_SECONDS = 120

# What is changed, and whom the table tells to make anew.
CHANGES = {
    "kafka/reporting": ("kafka-access", "reporting"),
    "database/reporting": ("databases", "migrate-reporting", "reporting"),
    "kafka-certificate": ("kafka",),
    "link-key": SERVICES,
    "signing-key": SERVICES,
}


class Installation:
    """A compose project of the test's own, with secrets of its own."""

    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets"
        self._compose = ["docker", "compose", "-f", str(folder / "compose.yaml")]
        port = str(free_port())
        self._environment = {**os.environ, "COMPOSE_PROJECT_NAME": "ocop-rotation", "OCOP_PORT": port}
        self.url = f"http://127.0.0.1:{port}"

    def installer(self, *words: str) -> str:
        mounted = ["--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{self.secrets}:/secrets"]
        image = image_of("registration")
        return self._run("docker", "run", "--rm", *mounted, image, "installer", *words, "--folder", "/secrets")

    def compose(self, *words: str) -> str:
        return self._run(*self._compose, *words)

    def token(self, role: str) -> str:
        return self.installer("token", "--role", role, "--subject", "a test").strip()

    def _run(self, *words: str) -> str:
        done = subprocess.run(words, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@pytest.fixture(scope="module")
def installation(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    require_compose(pytestconfig)
    folder = tmp_path_factory.mktemp("rotation")
    for part in PARTS:
        copy: Callable[..., Any] = shutil.copytree if (DEPLOY / part).is_dir() else shutil.copy
        copy(DEPLOY / part, folder / part)
    made = Installation(folder)
    made.secrets.mkdir()
    for above in (folder, *folder.parents):  # containers of other users read what is mounted from here
        if above.owner() == Path.home().owner() and "pytest" in str(above):
            above.chmod(above.stat().st_mode | 0o011)
    made.installer("secrets")
    made.compose("up", "--detach", "--wait")
    yield made
    made.compose("down", "--volumes", "--remove-orphans")


class Caller:
    """An organiser whose tokens were made before any change."""

    def __init__(self, installation: Installation) -> None:
        self.organiser, self.operator = installation.token("organiser"), installation.token("operator")
        self._client = httpx.Client(base_url=installation.url, timeout=30)
        for code in AGENCIES:
            agency = {"name_vi": code, "level": "city", "valid_from": "2019-01-01"}
            self._call("PUT", f"/registration/agencies/{code}", agency)

    def close(self) -> None:
        self._client.close()

    def announce(self, code: str) -> str:
        """Plan and announce an edition; return its id."""
        edition: Any = {**EDITION_EXAMPLE, "code": code}
        edition_id: str = self._call("POST", "/registration/editions", edition)["edition_id"]
        self._call("POST", f"/registration/editions/{edition_id}/approval", {"legal_document": PAPER_EXAMPLE})
        return edition_id

    def has_reached_reporting(self, edition_id: str) -> bool:
        answer = self._client.get("/reporting/status", headers={"Authorization": f"Bearer {self.operator}"})
        return answer.is_success and edition_id in answer.json()["consumed"].get("/ocop/registration", {})

    def _call(self, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.organiser}", "Idempotency-Key": str(uuid4())}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (answer := self._client.request(method, path, json=body, headers=headers)).status_code in {502, 503, 504}:
            assert time.monotonic() < deadline, answer.text
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def caller(installation: Installation) -> Generator[Caller]:
    caller = Caller(installation)
    yield caller
    caller.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", CHANGES)
def test_a_secret_is_changed_in_use(installation: Installation, caller: Caller, what: str) -> None:
    before = (installation.secrets / "secrets.json").read_text()
    installation.installer("change", what)
    assert (installation.secrets / "secrets.json").read_text() != before
    installation.compose("up", "--detach", "--force-recreate", *CHANGES[what])
    edition_id = caller.announce(f"R{[*CHANGES].index(what)}-2020")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not caller.has_reached_reporting(edition_id):
        assert time.monotonic() < deadline
