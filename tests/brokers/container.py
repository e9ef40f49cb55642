"""Apache Kafka in a container, from the image that the deployment names."""

import os
import time
from pathlib import Path
from typing import Any

import docker
import yaml
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from tests.brokers.jars import KafkaMissingError, kafka_version

from launcher.ports import free_port

COMPOSE = Path(__file__).parents[2] / "deploy/compose.yaml"
START_SECONDS = 120.0
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"


def kafka_image() -> str:
    """Return the image's name: OCOP_KAFKA_IMAGE, else what compose runs, else Kafka's own at the pinned version."""
    if named := os.environ.get("OCOP_KAFKA_IMAGE"):
        return named
    if COMPOSE.exists():
        return str(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["kafka"]["image"])
    return f"apache/kafka:{kafka_version()}"


def require_image(name: str) -> None:
    """See that the engine runs and has the image; images are not pulled by tests.

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
        raise KafkaMissingError(f"the image {name} is not here: pull it, or build a stand-in") from error
    finally:
        client.close()


class KafkaContainer:
    """One node; port, listeners and the rest are given as the image's KAFKA_* variables."""

    def __init__(self) -> None:
        self._port = free_port()
        self._container: Any = None
        self.bootstrap = f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, or start it again with the data that it has."""
        if self._container is None:
            require_image(kafka_image())
            self._container = self._make()
            self._container.start()
        else:
            self._container.get_wrapped_container().start()
        self._wait_until_it_answers()

    def stop(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().stop(timeout=60)

    def kill(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().kill()

    def remove(self) -> None:
        """End it and throw its data away."""
        if self._container is not None:
            self._container.stop()

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def _make(self) -> DockerContainer:
        port = self._port
        values = {
            "CLUSTER_ID": CLUSTER_ID,
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            **{f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in _shared_settings().items()},
        }
        testcontainers_config.ryuk_disabled = True  # its own image could not be pulled; the fixture removes ours
        container = DockerContainer(kafka_image())
        loopback: Any = {f"{port}/tcp": ("127.0.0.1", port)}
        container.ports = loopback
        for name, value in values.items():
            container.with_env(name, value)
        return container

    def _wait_until_it_answers(self) -> None:
        admin, deadline = self.admin(), time.monotonic() + START_SECONDS
        while True:
            try:
                admin.list_topics(timeout=1)
            except KafkaException as error:
                if time.monotonic() > deadline:
                    raise KafkaMissingError(f"Kafka's container does not answer at {self.bootstrap}") from error
                time.sleep(0.2)
            else:
                return


def _shared_settings() -> dict[str, str]:
    """Return what every way of running it sets alike, without what the container decides itself."""
    lines = (COMPOSE.parent / "kafka/common.properties").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    own = {"process.roles", "node.id", "controller.listener.names", "controller.quorum.bootstrap.servers", "log.dirs"}
    return {name: value for name, value in pairs if name not in own}
