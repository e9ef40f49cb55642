"""What deploy/kafka/node.sh does around Kafka's own programs, which stand-ins play here; tests/brokers runs the real ones."""

import os
import re
import subprocess
from pathlib import Path

import pytest

KAFKA = Path(__file__).parents[2] / "deploy/kafka"
START = """\
#!/bin/bash
echo "garbage collector: ${EXTRA_ARGS--name kafkaServer -loggc}"
echo "log: ${KAFKA_LOG4J_OPTS:-own}"
sed -n 's/^log.dirs=/data: /p' "$1"
"""
STORAGE = """\
#!/bin/bash
while [ $# -gt 0 ]; do [ "$1" != --config ] || config=$2; shift; done
data=$(sed -n 's/^log.dirs=//p' "$config")
mkdir -p "$data"
[ -z "$(ls "$data")" ] || { echo "$data is not empty" >&2; exit 1; }
echo once > "$data/meta.properties"
echo formatted
"""


class Node:
    """A volume, and the start script that may be run on it again and again."""

    def __init__(self, folder: Path) -> None:
        self.volume, self._folder = folder / "volume", folder
        for name in ("volume", "secrets", "bin"):
            (folder / name).mkdir()
        (folder / "secrets/admin_password").write_text("word")
        for name, text in {"kafka-server-start.sh": START, "kafka-storage.sh": STORAGE}.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)

    def start(self) -> list[str]:
        places = {"SECRETS_DIR": "secrets", "KAFKA_PROGRAMS": "bin", "KAFKA_CONFIG": "config", "KAFKA_VOLUME": "volume"}
        environment = {**os.environ, **{name: str(self._folder / place) for name, place in places.items()}}
        words = ["bash", str(KAFKA / "node.sh")]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_a_new_volume_is_formatted_once_beside_what_a_file_system_puts_there(node: Node) -> None:
    (node.volume / "lost+found").mkdir()
    first, second = node.start(), node.start()
    assert "formatted" in first
    assert "formatted" not in second
    assert f"data: {node.volume}/log" in first
    assert f"data: {node.volume}/log" in second


def test_a_volume_from_before_keeps_its_data_where_they_are(node: Node) -> None:
    (node.volume / "meta.properties").write_text("old")
    told = node.start()
    assert "formatted" not in told
    assert f"data: {node.volume}" in told


def test_the_node_writes_no_log_files(node: Node) -> None:
    told = node.start()
    assert "garbage collector: " in told
    assert f"log: -Dlog4j2.configurationFile={KAFKA}/log4j2.properties" in told
    appenders = re.findall(r"^appender\.\w+\.type = (\w+)$", (KAFKA / "log4j2.properties").read_text(), re.MULTILINE)
    assert appenders == ["Console"]
