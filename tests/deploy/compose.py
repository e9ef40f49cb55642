"""What a test on compose needs: containers chosen, the images there, Docker Compose, and a project with nothing left in it."""

import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from tests.brokers.images import image_of, require_image
from tests.brokers.jars import KafkaMissingError
from tests.brokers.plugin import missing


def require_compose(config: pytest.Config) -> None:
    """Skip where compose cannot run, with the reason; missing images fail where they are required."""
    if config.getoption("--kafka") != "container":
        pytest.skip("needs --kafka container, and `make image secrets` before it")
    try:
        for service in ("registration", "kafka", "postgres", "proxy"):
            require_image(image_of(service))
    except KafkaMissingError as error:
        missing(config, error)
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("Docker Compose v2 is not installed")


@contextmanager
def taken_down(compose: Callable[..., object]) -> Generator[None]:
    """Take the project down with its volumes afterwards, and before: a run that was ended before it could leaves its own.

    Left volumes hold the secrets of that run, which no service of this one can sign in with.
    """
    words = ("down", "--volumes", "--remove-orphans")
    compose(*words)
    try:
        yield
    finally:
        compose(*words)
