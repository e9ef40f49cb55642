"""The image of the services: not root, on a read-only root, without what built it, and it says what it is."""

import subprocess
from collections.abc import Sequence

import docker
import pytest
from tests.brokers.images import image_of, require_image
from tests.brokers.jars import KafkaMissingError
from tests.brokers.plugin import missing
from tests.conftest import SERVICES

ALONE = ["docker", "run", "--rm", "--cap-drop", "ALL", "--network", "none"]
HARDENED = [*ALONE, "--read-only", "--tmpfs", "/tmp"]  # noqa: S108  # in the container
TOOLS = "gcc cc g++ clang make ld git curl wget"


@pytest.fixture(scope="module")
def image(pytestconfig: pytest.Config) -> str:
    if pytestconfig.getoption("--kafka") != "container":
        pytest.skip("needs --kafka container, and `make image` before it")
    name = image_of("registration")
    try:
        require_image(name)
    except KafkaMissingError as error:
        missing(pytestconfig, error)
    return name


def run(
    image: str, *words: str, entrypoint: str = "python", way: Sequence[str] = HARDENED
) -> subprocess.CompletedProcess[str]:
    command = [*way, "--entrypoint", entrypoint, image, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_says_what_it_is_and_how_it_fares(image: str) -> None:
    client = docker.from_env()
    config = client.images.get(image).attrs["Config"]
    client.close()
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert {"title", "description", "licenses", "version", "revision"} <= set(labels)
    assert labels["revision"] not in {"", "unknown"}
    assert config["User"] == "10001:10001"
    assert config["Healthcheck"]["Test"] == ["CMD", "python", "-m", "common.probe"]


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_runs_from_it_on_a_read_only_root(image: str, service: str) -> None:
    done = run(image, "-m", service, "settings")
    assert done.returncode == 0, done.stderr
    assert "DATABASE_URL" in done.stdout


def test_what_runs_is_not_root_and_can_write_nothing_but_the_temporary_folder(image: str) -> None:
    tried = "id -u; touch /tmp/x && echo temporary; for place in / /opt/ocop /opt/own /etc; do touch $place/x && echo $place; done"
    done = run(image, "-c", tried, entrypoint="sh", way=ALONE)  # not read-only: whose the files are must be enough
    assert done.stdout.split() == ["10001", "temporary"]


def test_nothing_in_it_builds_or_downloads(image: str) -> None:
    found = run(image, "-c", f"command -v {TOOLS}; ls -d /wheels /source /build", entrypoint="sh")
    assert found.stdout == ""


def test_no_python_in_it_can_install_packages(image: str) -> None:
    names = " -o ".join(f"-name '{name}'" for name in ("pip", "pip3*", "setuptools", "ensurepip", "pip-*.whl"))
    found = run(image, "-c", f"find / -xdev \\( {names} \\)", entrypoint="sh")
    assert found.stdout == ""
