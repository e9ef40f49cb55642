"""Each secret of an installation changed while it is in use, by the commands of docs/operate/maintain.md, on compose."""

import json
import os
import shlex
import shutil
import subprocess
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from tests.brokers.images import image_of
from tests.deploy.compose import require_compose, taken_down
from tests.documents import told_operators

from common import links
from launcher.ports import free_port
from registration.editions.api import EDITION_EXAMPLE
from registration.papers.api import PAPER_EXAMPLE

DEPLOY = Path(__file__).parents[2] / "deploy"
PARTS = ("compose.yaml", "topics.yaml", "access.yaml", "kafka", "postgres", "proxy")
AGENCIES = ("hn.ubnd", "hn.snn", "hn.vpdp")
SERVICES = ("registration", "allocation", "notifications", "reporting")
PATIENCE_SECONDS = 300  # all four are made anew at once, beside other work

# What is changed, and whom the table tells to make anew.
CHANGES = {
    "kafka/reporting": ("kafka-access", "reporting"),
    "kafka/subscriber": ("kafka-access",),
    "kafka/admin": ("kafka", "kafka-access"),
    "database/reporting": ("databases", "migrate-reporting", "reporting"),
    "database/reporting_owner": ("databases", "migrate-reporting"),
    "postgres": ("databases",),
    "kafka-certificate": ("kafka",),
    "link-key": SERVICES,
    "signing-key": SERVICES,
}

# Commands of the operators' documents, and what they say where there is nothing to do.
TOPICS = (
    "run --rm --no-deps kafka-topics operations topics apply --file=/etc/ocop/topics.yaml --environment=single-node"
)
ACCESS = "run --rm --no-deps kafka-access operations access"
COMMANDS = {
    "run --rm --no-deps allocation allocation dead-letters list": "",
    TOPICS: "as declared",
    f"{ACCESS} apply --file=/etc/ocop/access.yaml --passwords=/run/secrets": "as declared",
    f"{ACCESS} revoke bac-ninh --file=/etc/ocop/access.yaml": "bac-ninh can do nothing",
}
SIGN_IN = """
from common.kafka.settings import KafkaSettings
from operations.connecting import connect
connect(KafkaSettings.model_validate({}))
print("taken")
"""
CERTIFICATE = "import ssl; print(ssl.get_server_certificate(('kafka', 9092)))"


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

    def ask_compose(self, *words: str) -> str:
        """Return what a command says, also where it fails: a refusal is an answer."""
        done = subprocess.run(
            [*self._compose, *words], env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout

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
    with taken_down(made.compose):
        made.compose("up", "--detach", "--wait")
        yield made


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


def serial(certificate: bytes) -> int:
    return x509.load_pem_x509_certificate(certificate).serial_number


class State:
    """What opens what, in one moment of an installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._kept: dict[str, Any] = json.loads((installation.secrets / "secrets.json").read_text())
        self.signing_key: str = self._kept["signing_keys"][0]["kid"]

    def opens(self, what: str) -> bool:
        """Whether what this state holds is good now, at the parts that run."""
        kind, _, user = what.partition("/")
        trials = {
            "kafka": lambda: self._at_kafka(user, self._kept["passwords"][what]),
            "database": lambda: self._at_postgres(user, user.removesuffix("_owner"), self._kept["passwords"][what]),
            "postgres": lambda: self._at_postgres("postgres", "postgres", self._kept["passwords"][what]),
            "kafka-certificate": self._is_served,
            "link-key": self._opens_links,
        }
        return trials[kind]()

    def _at_kafka(self, user: str, password: str) -> bool:
        word = self._installation.secrets.parent / "word"
        word.write_text(password)
        word.chmod(0o644)
        settings = ["-e", f"KAFKA_SASL_USERNAME={user}", "-e", "KAFKA_SASL_PASSWORD_FILE=/word"]
        words = [
            "--no-deps",
            "-v",
            f"{word}:/word:ro",
            *settings,
            "--entrypoint",
            "python",
            "kafka-topics",
            "-c",
            SIGN_IN,
        ]
        return self._answer("run", "--rm", *words) == "taken"

    def _at_postgres(self, user: str, database: str, password: str) -> bool:
        words = ["--no-deps", "-e", f"PGPASSWORD={password}", "--entrypoint", "psql", "databases", "-h", "postgres"]
        return self._answer("run", "--rm", *words, "-U", user, "-d", database, "-Atc", "SELECT 'taken'") == "taken"

    def _is_served(self) -> bool:
        words = ["--no-deps", "--entrypoint", "python", "kafka-topics", "-c", CERTIFICATE]
        served = self._answer("run", "--rm", *words)  # nothing, while the broker starts again
        return served != "" and serial(served.encode()) == serial(self._kept["kafka_node"].encode())

    def _opens_links(self) -> bool:
        offer = str(uuid4())  # there is no such offer, which only who may look is told
        token = links.sign(self._kept["link_key"], "answer_offer", offer)
        answer = httpx.get(f"{self._installation.url}/allocation/offers/{offer}/answer", params={"token": token})
        assert answer.status_code in {403, 404}, answer.text
        return answer.status_code == 404

    def _answer(self, *words: str) -> str:
        return self._installation.ask_compose(*words).strip()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", CHANGES)
def test_a_secret_is_changed_in_use(installation: Installation, caller: Caller, what: str) -> None:
    before = State(installation)
    installation.installer("change", what)
    installation.compose("up", "--detach", "--force-recreate", *CHANGES[what])
    edition_id = caller.announce(f"R{[*CHANGES].index(what)}-2020")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not caller.has_reached_reporting(edition_id):
        assert time.monotonic() < deadline
    after = State(installation)
    if what == "signing-key":  # tokens of the key before were good just now
        token = installation.token("organiser")
        assert json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))["kid"] == after.signing_key
        assert after.signing_key != before.signing_key
        Caller(installation).close()  # it calls with tokens of the new key
    else:
        while not after.opens(what):  # a set-up job may still be at it
            assert time.monotonic() < deadline
        assert not before.opens(what)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("command", "says"), COMMANDS.items())
def test_an_operators_command_runs_as_it_is_written(installation: Installation, command: str, says: str) -> None:
    assert f"$DC {command}" in told_operators()
    assert says in installation.compose(*shlex.split(command))
