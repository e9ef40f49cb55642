"""``ocop topics apply``: first the difference, then the change, never a deletion; on a real broker where it takes part."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.brokers.kinds import Kafka

from common.contracts import event_classes
from common.contracts.base import dead_letters_topic
from operations.connecting import OperationFailedError
from operations.declared import Topic, TopicList, read_declared
from operations.topics import compare_topics, read_topics

EVENTS = "ocop.allocation.events"


def topic(partitions: int = 12, replication: int = 3, **config: str) -> Topic:
    return Topic(partitions=partitions, replication=replication, config=config)


def ocop(*words: str, bootstrap: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": bootstrap}
    command = [sys.executable, "-m", "operations", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def declared(repository_root: Path) -> Path:
    return repository_root / "deploy/topics.yaml"


def test_every_topic_that_an_event_names_is_declared_and_each_service_has_its_dead_letters(declared: Path) -> None:
    wanted = {kind.topic() for kind in event_classes().values()}
    wanted |= {dead_letters_topic(kind.owner()) for kind in event_classes().values()}
    assert set(read_declared(declared, TopicList).topics) == wanted


def test_an_environment_goes_before_a_topics_own_settings_and_these_before_the_defaults(declared: Path) -> None:
    found = read_declared(declared, TopicList)
    contacts = found.resolve("single-node")["ocop.registration.contacts"]
    assert (contacts.replication, contacts.config["min.insync.replicas"]) == (1, "1")
    assert contacts.config["cleanup.policy"] == "compact"
    assert found.resolve(None)["ocop.registration.contacts"].config["min.insync.replicas"] == "2"
    with pytest.raises(OperationFailedError, match="no environment moon is declared"):
        found.resolve("moon")


def test_partitions_grow_and_never_shrink_and_replicas_are_left_to_a_person() -> None:
    [grow] = compare_topics({EVENTS: topic(12)}, {EVENTS: topic(6)})
    [shrink] = compare_topics({EVENTS: topic(12)}, {EVENTS: topic(24)})
    [replicas] = compare_topics({EVENTS: topic()}, {EVENTS: topic(replication=1)})
    assert (grow.text, grow.can_apply) == ("~ partitions 6 -> 12", True)
    assert (shrink.text, shrink.can_apply) == ("! has 24 partitions, declared are 12: they never shrink", False)
    assert (replicas.can_apply, "by hand" in replicas.text) == (False, True)


def test_what_is_not_declared_is_told_and_left_alone() -> None:
    changes = compare_topics({EVENTS: topic()}, {EVENTS: topic(retention_ms="1"), "ocop.old.events": topic()})
    assert [(change.name, change.can_apply) for change in changes] == [(EVENTS, False), ("ocop.old.events", False)]


def test_a_list_with_a_mistake_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text("defaults: {partitions: 0}\ntopics: {}\n")
    with pytest.raises(OperationFailedError, match=r"defaults\.partitions"):
        read_declared(path, TopicList)


@pytest.mark.real_kafka(reason="the embedded broker cannot be asked for a topic's settings")
def test_the_difference_is_shown_then_made_and_then_there_is_none(kafka: Kafka, declared: Path) -> None:
    kafka.delete(EVENTS)
    kafka.remake("ocop.reporting.events", retention_ms="1000")
    words = ["topics", "apply", "--file", str(declared), "--environment", "single-node"]
    for name in read_declared(declared, TopicList).topics:
        kafka.touch(name)
    shown = ocop(*words, bootstrap=kafka.bootstrap)
    assert shown.returncode == 1
    assert f"{EVENTS}: + 12 partitions, 1 replicas" in shown.stdout
    assert "ocop.reporting.events: ~ retention.ms 1000 -> 2592000000" in shown.stdout
    assert EVENTS not in read_topics(kafka.admin())
    made = ocop(*words, "--yes", bootstrap=kafka.bootstrap)
    assert made.returncode == 0, made.stderr
    again = ocop(*words, bootstrap=kafka.bootstrap)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "as declared")
    assert read_topics(kafka.admin())["ocop.registration.contacts"].config["cleanup.policy"] == "compact"
    assert "ocop.reader.dlq: ? is not declared: left alone" in again.stdout


def test_a_broker_that_does_not_answer_is_one_line(declared: Path) -> None:
    done = ocop("topics", "apply", "--file", str(declared), bootstrap="127.0.0.1:1")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Kafka at 127.0.0.1:1" in done.stderr
