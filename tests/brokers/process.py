"""Apache Kafka as a process of its own on loopback: formatted, started, stopped, killed, started again."""

import os
import secrets
import signal
import subprocess
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from uuid import uuid4

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from tests.brokers.clients import admin_client
from tests.brokers.jars import POM, fetch_jars, find_java

from installer.certificates import make_authority, make_node
from launcher import guard
from launcher.ports import free_port

START_SECONDS = 90.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.1
NODE = "ocop-kafka-node"
JAVA_OPTIONS = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOG_OPTIONS = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true")


class KafkaFailedError(Exception):
    """Kafka did not start; the text has the end of its log."""


@dataclass
class KafkaProcess:
    """One Kafka node whose data lie in ``folder``; ``secured`` asks for SCRAM over TLS and ACLs.

    Attributes:
        settings: how its administrator connects, by the names of the services' settings.
        cluster: the id of its cluster.
    """

    folder: Path
    secured: bool = False
    settings: dict[str, str] = field(default_factory=dict[str, str])
    cluster: str = field(default_factory=lambda: urlsafe_b64encode(uuid4().bytes).decode().rstrip("="))
    _process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return self.settings["KAFKA_BOOTSTRAP_SERVERS"]

    @property
    def pid(self) -> int:
        if self._process is None:
            raise KafkaFailedError("Kafka was not started")
        return self._process.pid

    def start(self) -> None:
        """Format the data folder at the first time, start, and wait until it answers."""
        if not self.settings:
            self._prepare()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                guard.command(*self._java("kafka.Kafka", str(self._config))),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """Let it write everything down and end; by force when that takes too long. Twice does no harm."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def admin(self) -> AdminClient:
        """Return a client of its administrator."""
        return admin_client(self.settings)

    @property
    def _log(self) -> Path:
        return self.folder / "kafka.log"

    @property
    def _config(self) -> Path:
        return self.folder / "server.properties"

    def _java(self, *words: str) -> list[str]:
        return [find_java(), *JAVA_OPTIONS, *LOG_OPTIONS, "-cp", f"{fetch_jars()}/*", *words]

    def _prepare(self) -> None:
        find_java()
        fetch_jars()
        self.folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.settings = {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}"}
        values = {"port": str(port), "controller_port": str(free_port()), "data": str(self.folder / "data")}
        if self.secured:
            values |= self._secrets()
        texts = [(POM.parent / f"{name}.properties").read_text() for name in ("common", self._form)]
        self._config.touch(mode=0o600)
        self._config.write_text(Template("\n".join(texts)).substitute(values))
        self._format()

    @property
    def _form(self) -> str:
        return "secured" if self.secured else "plain"

    def _secrets(self) -> dict[str, str]:
        authority, keystore = self.folder / "authority.pem", self.folder / "node.pem"
        certificate, key = make_authority()
        authority.write_text(certificate)
        keystore.touch(mode=0o600)
        keystore.write_text(make_node(key, NODE, ["localhost"]))
        password = secrets.token_urlsafe(18)
        self.settings |= {
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": "admin",
            "KAFKA_SASL_PASSWORD": password,
            "KAFKA_CA_FILE": str(authority),
        }
        return {"admin_password": password, "keystore": str(keystore), "truststore": str(authority)}

    def _quorum(self) -> list[str]:
        """Return how its storage is told who controls the cluster: this node alone."""
        return ["--standalone"]

    def _format(self) -> None:
        # One word: an id may begin with a dash, and would be taken for an option.
        words = ["format", *self._quorum(), f"--cluster-id={self.cluster}", "--config", str(self._config)]
        if self.secured:
            password = self.settings["KAFKA_SASL_PASSWORD"]
            words += ["--add-scram", f"SCRAM-SHA-512=[name=admin,password={password}]"]
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", *words), capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise KafkaFailedError(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        admin = self.admin()
        deadline = time.monotonic() + START_SECONDS
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise KafkaFailedError(f"Kafka did not start (code {process.returncode}):\n{self._last_words()}")
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                time.sleep(LOOK_SECONDS)
            else:
                return

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        os.kill(process.pid, number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _last_words(self, lines: int = 15) -> str:
        if not self._log.exists():
            return "(it said nothing)"
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])
