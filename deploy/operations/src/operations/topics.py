"""Topics: the declared list against the broker; only what is missing is made and only what differs is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource, ConfigSource
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewPartitions, NewTopic

from operations.connecting import ANSWER_SECONDS, finish
from operations.declared import Topic


@dataclass(frozen=True)
class TopicChange:
    """What a topic lacks; ``text`` says it, and a change that only a person may make has nothing else."""

    name: str
    text: str
    create: Topic | None = None
    partitions: int | None = None
    config: tuple[str, str] | None = None

    @property
    def can_apply(self) -> bool:
        return self.create is not None or self.partitions is not None or self.config is not None


def read_topics(admin: AdminClient) -> dict[str, Topic]:
    """Return the broker's topics with the settings that were given to them, without Kafka's own topics."""
    found = {name: topic for name, topic in admin.list_topics(timeout=ANSWER_SECONDS).topics.items() if name[0] != "_"}
    configs = _read_configs(admin, list(found))
    return {
        name: Topic(
            partitions=len(topic.partitions),
            replication=min((len(part.replicas) for part in topic.partitions.values()), default=0),
            config=configs[name],
        )
        for name, topic in found.items()
    }


def _read_configs(admin: AdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    told = finish(admin.describe_configs(resources)) if resources else {}
    own = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    return {
        resource.name: {name: str(entry.value) for name, entry in entries.items() if entry.source == own}
        for resource, entries in told.items()
    }


def compare_topics(declared: Mapping[str, Topic], there: Mapping[str, Topic]) -> list[TopicChange]:
    """Return what it takes to come from what is there to what is declared, in the order of the list."""
    changes = [change for name, topic in declared.items() for change in _compare(name, topic, there.get(name))]
    strangers = sorted(set(there) - set(declared))
    return changes + [TopicChange(name, "? is not declared: left alone") for name in strangers]


def _compare(name: str, wanted: Topic, found: Topic | None) -> list[TopicChange]:
    if found is None:
        config = ", ".join(f"{key}={value}" for key, value in sorted(wanted.config.items()))
        text = f"+ {wanted.partitions} partitions, {wanted.replication} replicas, {config}"
        return [TopicChange(name, text, create=wanted)]
    return [*_compare_size(name, wanted, found), *_compare_config(name, wanted, found)]


def _compare_size(name: str, wanted: Topic, found: Topic) -> list[TopicChange]:
    changes: list[TopicChange] = []
    if found.partitions < wanted.partitions:
        text = f"~ partitions {found.partitions} -> {wanted.partitions}"
        changes.append(TopicChange(name, text, partitions=wanted.partitions))
    elif found.partitions > wanted.partitions:
        text = f"! has {found.partitions} partitions, declared are {wanted.partitions}: they never shrink"
        changes.append(TopicChange(name, text))
    if found.replication != wanted.replication:
        text = f"! has {found.replication} replicas, declared are {wanted.replication}: reassign them by hand"
        changes.append(TopicChange(name, text))
    return changes


def _compare_config(name: str, wanted: Topic, found: Topic) -> list[TopicChange]:
    changes = [
        TopicChange(name, f"~ {key} {found.config.get(key, 'unset')} -> {value}", config=(key, value))
        for key, value in sorted(wanted.config.items())
        if found.config.get(key) != value
    ]
    others = sorted(set(found.config) - set(wanted.config))
    return changes + [TopicChange(name, f"? {key}={found.config[key]} is not declared: left alone") for key in others]


def apply_topics(admin: AdminClient, changes: list[TopicChange]) -> None:
    """Make the changes that a machine may make.

    Raises:
        OperationFailedError: the broker refused one.
    """
    new = [
        NewTopic(change.name, change.create.partitions, change.create.replication, config=change.create.config)
        for change in changes
        if change.create is not None
    ]
    if new:
        finish(admin.create_topics(new, operation_timeout=ANSWER_SECONDS))
    grown = [NewPartitions(change.name, change.partitions) for change in changes if change.partitions is not None]
    if grown:
        finish(admin.create_partitions(grown))
    resources = _altered(changes)
    if resources:
        finish(admin.incremental_alter_configs(resources))


def _altered(changes: list[TopicChange]) -> list[ConfigResource]:
    entries: dict[str, list[Any]] = {}
    for change in changes:
        if change.config is not None:
            key, value = change.config
            entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
            entries.setdefault(change.name, []).append(entry)
    return [ConfigResource(ResourceType.TOPIC, name, incremental_configs=configs) for name, configs in entries.items()]
