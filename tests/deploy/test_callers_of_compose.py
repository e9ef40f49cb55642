"""Through compose's proxy registration sees callers' own addresses: containers in a network whose addresses are the internet's."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.brokers.images import COMPOSE, image_of
from tests.deploy.compose import require_compose, taken_down
from tests.deploy.opening import open_edition
from tests.deploy.test_compose import PROJECT, Compose, token

BEGIN = Path(__file__).with_name("begin_drafts.py")
STREET = f"{PROJECT}-street"  # the network from which callers come to the proxy
SUBNET, HOME, NEIGHBOUR = "42.112.8.0/24", "42.112.8.11", "42.112.8.12"
FORGED = ("113.160.9.9", "10.0.0.1", NEIGHBOUR, "127.0.0.1")


def docker(*words: str, given: str = "") -> str:
    done = subprocess.run(["docker", *words], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.fixture
def compose(pytestconfig: pytest.Config) -> Generator[Compose]:
    """The system with little room for drafts of one line, and a street that leads to its proxy."""
    require_compose(pytestconfig)
    project = Compose(DRAFTS_PER_ADDRESS="2")
    with taken_down(project.run):
        project.up()
        with street(project.run("ps", "--quiet", "proxy").strip()):
            yield project


@contextmanager
def street(proxy: str) -> Generator[None]:
    """Lead a network to the proxy, in place of one of a run that was ended before it could remove it."""
    if STREET in docker("network", "ls", "--format", "{{.Name}}").split():
        docker("network", "rm", STREET)
    docker("network", "create", "--internal", "--subnet", SUBNET, STREET)
    try:
        docker("network", "connect", "--alias", "front", STREET, proxy)
        yield
    finally:
        docker("network", "disconnect", "--force", STREET, proxy)
        docker("network", "rm", STREET)


def begun_from(address: str, edition: str, *told: str) -> list[int]:
    """Begin drafts from a container with an address in the street; return the answers' codes."""
    place = ["--network", STREET, "--ip", address, "--entrypoint", "python", image_of("registration")]
    words = ["-", "http://front:8020", edition, *told]
    codes: list[int] = json.loads(docker("run", "--rm", "--interactive", *place, *words, given=BEGIN.read_text()))
    return codes


@pytest.mark.timeout(900)
def test_a_caller_is_held_to_its_own_address_whatever_it_says_of_itself(compose: Compose) -> None:
    edition = open_edition(compose.url, token(COMPOSE.parent / "secrets"))
    assert begun_from(HOME, edition, *FORGED) == [303, 303, 429, 429]
    assert begun_from(NEIGHBOUR, edition, "", HOME, "") == [303, 303, 429]
