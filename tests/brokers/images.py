"""The images that compose.yaml names, and the containers made from them: on loopback alone, none of them pulled here."""

import os
import re
from pathlib import Path
from typing import Any

import docker
import yaml
from docker.errors import DockerException, ImageNotFound
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
    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        raise KafkaMissingError(f"no Docker engine answers: {str(error)[:200]}") from error
    try:
        client.images.get(name)
    except ImageNotFound as error:
        raise KafkaMissingError(f"the image {name} is not here: pull it, or build stand-ins ({STAND_INS})") from error
    finally:
        client.close()


def make_container(service: str, container_port: int, port: int) -> DockerContainer:
    """Return a container of a service's image, not started, with one port published on loopback.

    Raises:
        KafkaMissingError: Docker or the image is missing.
    """
    image = image_of(service)
    require_image(image)
    testcontainers_config.ryuk_disabled = True  # its own image could not be pulled; the fixtures remove ours
    container = DockerContainer(image)
    loopback: Any = {f"{container_port}/tcp": ("127.0.0.1", port)}
    container.ports = loopback
    return container


def last_words(container: DockerContainer, lines: int = 15) -> str:
    """Return the end of a container's log."""
    return str(container.get_wrapped_container().logs(tail=lines).decode(errors="replace"))
