"""The images that compose.yaml names, and the containers made from them: on loopback alone, none of them pulled here."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from tests.brokers.jars import KafkaMissingError

COMPOSE = Path(__file__).parents[2] / "deploy/compose.yaml"
STAND_INS = "deploy/ci-images/build.sh; then: set -a; . deploy/ci-images/images.env"


def image_of(service: str) -> str:
    """Return the image of one of compose's services; a variable of the environment goes before its default, as there."""
    written = str(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"][service]["image"])
    found = re.fullmatch(r"\$\{(\w+):-(.+)\}", written)
    return os.environ.get(found[1]) or found[2] if found else written


def require_image(name: str) -> None:
    """See that the engine runs and has the image.

    Raises:
        KafkaMissingError: one of them is missing.
    """
    if shutil.which("docker") is None:
        raise KafkaMissingError("Docker is not installed")
    if error := _ask_docker("version", "--format", "{{.Server.Version}}"):
        raise KafkaMissingError(f"no Docker engine answers: {error}")
    if _ask_docker("image", "inspect", name):
        raise KafkaMissingError(f"the image {name} is not here: pull it, or build stand-ins ({STAND_INS})")


def _ask_docker(*words: str) -> str:
    """Return what Docker says is wrong, or nothing; the library leaves sockets open where no engine answers."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    return (done.stderr.strip().splitlines() or ["it failed"])[-1][:200] if done.returncode else ""


def make_container(service: str, container_port: int, port: int, **options: Any) -> DockerContainer:
    """Return a container of a service's image, not started, with one port published on loopback.

    Its label names this checkout, so that CI can clear away what a run that was cut short left behind.

    Raises:
        KafkaMissingError: Docker or the image is missing.
    """
    image = image_of(service)
    require_image(image)
    testcontainers_config.ryuk_disabled = True  # its own image could not be pulled; the fixtures remove ours
    container = DockerContainer(image, labels={"ocop.tests": str(COMPOSE.parents[1])}, **options)
    loopback: Any = {f"{container_port}/tcp": ("127.0.0.1", port)}
    container.ports = loopback
    return container


def last_words(container: DockerContainer, lines: int = 15) -> str:
    """Return the end of a container's log."""
    return str(container.get_wrapped_container().logs(tail=lines).decode(errors="replace"))
