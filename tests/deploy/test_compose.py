"""The system of compose.yaml, started, stopped and started again: what was told to it is still there."""

import io
import os
import subprocess
import tarfile
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.brokers.images import COMPOSE, image_of
from tests.deploy.compose import require_compose, taken_down

from launcher.ports import free_port

PROJECT = "ocop-test"
EDITIONS = "/registration/editions"
PAPERS = "/var/lib/ocop/evidence"
RESTORE_PAPERS = "run --rm --no-deps -T --entrypoint tar registration -C $P -x"
BACK_UP_PAPERS = "exec -T registration tar -C $P -c evidence"
PAPER = "evidence/01920000-0000-7000-8000-000000000001", b"of another installation"


class Compose:
    """A compose project of the test's own, with volumes of its own, on a free port."""

    def __init__(self, **settings: str) -> None:
        port = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {**os.environ, **settings, "COMPOSE_PROJECT_NAME": PROJECT, "OCOP_PORT": port}

    def run(self, *words: str) -> str:
        return self.pipe(b"", *words).decode()

    def pipe(self, given: bytes, *words: str) -> bytes:
        """Run a command of compose that is given bytes; return what it answers."""
        command = ["docker", "compose", "-f", str(COMPOSE), *words]
        done = subprocess.run(command, env=self._environment, input=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return done.stdout

    def up(self) -> None:
        self.run("up", "--detach", "--wait")

    def published_ports(self) -> set[str]:
        lines = self.run("ps", "--format", "{{.Service}} {{.Ports}}").splitlines()
        return {line.split()[0] for line in lines if "->" in line}


@pytest.fixture
def compose(pytestconfig: pytest.Config) -> Generator[Compose]:
    require_compose(pytestconfig)
    project = Compose()
    with taken_down(project.run):
        yield project


def token(secrets: Path) -> str:
    """Return an organiser's token, made as docs/operate/install.md says."""
    mounted = ["--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{secrets}:/secrets:ro", image_of("registration")]
    words = ["installer", "token", "--folder", "/secrets", "--role", "organiser", "--subject", "a test"]
    done = subprocess.run(["docker", "run", "--rm", *mounted, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def plan_edition(url: str) -> httpx.Response:
    """Plan the edition of the HTTP description's example, after the agencies that it names."""
    bearer = {"Authorization": f"Bearer {token(COMPOSE.parent / 'secrets')}"}
    with httpx.Client(base_url=url, headers=bearer) as client:
        described: Any = client.get("/registration/openapi.json").json()
        [edition] = described["components"]["schemas"]["EditionEntry"]["examples"]
        agency = {"name_vi": "Sở Nông nghiệp", "level": "city", "valid_from": "2019-01-01"}
        for code in (*edition["host_agency_codes"], *edition["executing_agency_codes"]):
            stored = client.put(f"/registration/agencies/{code}", json=agency, headers={"Idempotency-Key": code})
            assert stored.is_success, stored.text
        return client.post(EDITIONS, json=edition, headers={"Idempotency-Key": "plan"})


def papers_of_another_installation() -> bytes:
    """Return the archive that docs/operate/restore.md has made of them."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as written:
        name, content = PAPER
        member = tarfile.TarInfo(name)
        member.size = len(content)
        member.mtime = datetime.now(UTC).timestamp()  # an older one that no database knows is cleared away at the start
        written.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def restore_papers(compose: Compose, archive: bytes) -> None:
    """Put papers into their volume, as docs/operate/restore.md says."""
    compose.pipe(archive, *RESTORE_PAPERS.replace("$P", PAPERS).split())


def back_up_papers(compose: Compose) -> dict[str, bytes]:
    """Return what the backup of docs/operate/restore.md holds."""
    archive = compose.pipe(b"", *BACK_UP_PAPERS.replace("$P", PAPERS).split())
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {one.name: found.read() for one in opened if (found := opened.extractfile(one))}


@pytest.mark.parametrize("command", [RESTORE_PAPERS, BACK_UP_PAPERS])
def test_the_papers_commands_are_those_of_the_documentation(command: str) -> None:
    assert f"`$DC {command} " in (COMPOSE.parents[1] / "docs/operate/restore.md").read_text()


@pytest.mark.timeout(900)
def test_an_edition_and_papers_are_still_there_after_the_system_was_taken_down_and_started_again(
    compose: Compose,
) -> None:
    compose.up()
    planned = plan_edition(compose.url)
    assert planned.status_code == 201, planned.text
    assert compose.published_ports() == {"proxy"}

    restore_papers(compose, papers_of_another_installation())

    compose.run("down")
    compose.up()

    with httpx.Client(base_url=compose.url) as client:
        found = client.get(f"{EDITIONS}/{planned.json()['edition_id']}")
    assert found.status_code == 200
    assert planned.json().items() <= found.json().items()
    assert back_up_papers(compose) == dict([PAPER])
