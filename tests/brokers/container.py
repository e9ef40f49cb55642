"""Apache Kafka in a container, from the image that the deployment names: a plain node, or secured as compose runs it."""

import secrets
import time
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from testcontainers.core.container import DockerContainer
from tests.brokers.clients import admin_client
from tests.brokers.images import COMPOSE, last_words, make_container
from tests.brokers.process import NODE, KafkaFailedError

from installer.certificates import make_authority, make_node
from launcher.ports import free_port

KAFKA = COMPOSE.parent / "kafka"
START_SECONDS = 120.0
STOP_SECONDS = 60
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
HEAP = "-Xms256m -Xmx512m"


class KafkaContainer:
    """One plain node; port, listeners and the rest are given as the image's KAFKA_* variables.

    Attributes:
        settings: how its administrator connects, by the names of the services' settings.
    """

    def __init__(self) -> None:
        self._port = free_port()
        self._container: DockerContainer | None = None
        self.settings = {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self._port}"}

    @property
    def bootstrap(self) -> str:
        return self.settings["KAFKA_BOOTSTRAP_SERVERS"]

    def start(self) -> None:
        """Start it, or start it again with the data that it has.

        Raises:
            KafkaMissingError: Docker or the image is missing.
            KafkaFailedError: it does not answer in time.
        """
        if self._container is None:
            self._container = self._make().with_env("KAFKA_HEAP_OPTS", HEAP)
            self._container.start()
        else:
            self._container.get_wrapped_container().start()
        self._wait_until_it_answers(self._container)

    def stop(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().stop(timeout=STOP_SECONDS)

    def kill(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().kill()

    def remove(self) -> None:
        """End it and throw its data away; what it printed goes too."""
        if self._container is not None:
            self._container.stop()
            self._container = None

    def admin(self) -> AdminClient:
        return admin_client(self.settings)

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
        container = make_container("kafka", port, port)
        container.env.update(values)
        return container

    def _wait_until_it_answers(self, container: DockerContainer) -> None:
        admin, deadline = self.admin(), time.monotonic() + START_SECONDS
        while True:
            try:
                admin.list_topics(timeout=1)
            except KafkaException as error:
                if time.monotonic() > deadline or container.get_wrapped_container().status == "exited":
                    words = last_words(container)
                    self.remove()
                    raise KafkaFailedError(f"Kafka's container does not answer:\n{words}") from error
                container.get_wrapped_container().reload()
                time.sleep(0.2)
            else:
                return


class SecuredKafkaContainer(KafkaContainer):
    """SCRAM over TLS and ACLs, by the start script and the properties of compose and Kubernetes themselves."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._secrets = folder / "secrets"

    def _make(self) -> DockerContainer:
        self._make_secrets()
        start = {"entrypoint": ["bash", "/etc/ocop/kafka/node.sh"], "user": "1000:1000"}
        container = make_container("kafka", 9092, self._port, **start)
        container.env.update({"ADVERTISED_HOST": "127.0.0.1", "ADVERTISED_PORT": str(self._port)})
        container.with_volume_mapping(str(KAFKA), "/etc/ocop/kafka", "ro")
        container.with_volume_mapping(str(self._secrets), "/run/secrets", "ro")
        return container

    def _make_secrets(self) -> None:
        self._secrets.mkdir(mode=0o755)
        authority, key = make_authority()
        (self._secrets / "authority.pem").write_text(authority)
        (self._secrets / "node.pem").write_text(make_node(key, NODE, ["localhost"]))
        password = secrets.token_urlsafe(18)
        (self._secrets / "admin_password").write_text(password)
        for file in self._secrets.iterdir():
            file.chmod(0o644)  # the container's user is another; the folder above is closed to others
        self.settings |= {
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": "admin",
            "KAFKA_SASL_PASSWORD": password,
            "KAFKA_CA_FILE": str(self._secrets / "authority.pem"),
        }


def _shared_settings() -> dict[str, str]:
    """Return what every way of running it sets alike, without what the container decides itself."""
    lines = (KAFKA / "common.properties").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    own = {"process.roles", "node.id", "controller.listener.names", "controller.quorum.bootstrap.servers", "log.dirs"}
    return {name: value for name, value in pairs if name not in own}
