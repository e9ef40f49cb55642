"""A service that is stopped while it still starts ends then, and not when its grace is over."""

import os
import subprocess

import pytest
from tests.brokers.images import COMPOSE
from tests.deploy.compose import require_compose, taken_down

KILLED = 128 + 9


def ask(*words: str) -> str:
    environment = {**os.environ, "COMPOSE_PROJECT_NAME": "ocop-test"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def compose(*words: str) -> str:
    return ask("docker", "compose", "-f", str(COMPOSE), *words)


@pytest.mark.parametrize("service", ["registration", "migrate-reporting", "kafka-access"])
def test_what_is_stopped_while_it_starts_is_not_waited_for_and_killed(
    pytestconfig: pytest.Config, service: str
) -> None:
    require_compose(pytestconfig)
    with taken_down(compose):
        compose("up", "--detach", "--no-deps", service)
        compose("stop", "--timeout", "20", service)
        container = compose("ps", "--all", "--quiet", service)
        assert ask("docker", "inspect", "--format", "{{.State.ExitCode}}", container) != str(KILLED)
