"""What a test on compose needs: containers chosen, the images there, Docker Compose."""

import subprocess

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
