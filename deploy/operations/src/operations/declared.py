"""What is declared: topics and access, read from YAML and checked."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from operations.connecting import OperationFailedError

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicSettings(Strict):
    """Settings of one topic, of all, or of an environment; what is not said comes from further out."""

    partitions: int | None = Field(default=None, ge=1)
    replication: int | None = Field(default=None, ge=1)
    config: dict[str, str] = {}


class TopicList(Strict):
    defaults: TopicSettings
    topics: dict[str, TopicSettings]
    environments: dict[str, TopicSettings] = {}

    def resolve(self, environment: str | None) -> dict[str, "Topic"]:
        """Return every topic in full: defaults, then its own settings, then the environment's.

        Raises:
            OperationFailedError: the environment is not declared.
        """
        if environment is not None and environment not in self.environments:
            known = ", ".join(self.environments) or "none"
            raise OperationFailedError(f"no environment {environment} is declared (there are: {known})")
        last = self.environments[environment] if environment else TopicSettings()
        return {name: _merge(self.defaults, own, last) for name, own in self.topics.items()}


class Topic(Strict):
    partitions: int
    replication: int
    config: dict[str, str]


class ServiceAccess(Strict):
    writes: list[str]
    reads: list[str]


class SubscriberAccess(Strict):
    users: list[str]
    reads: list[str]


class AccessList(Strict):
    services: dict[str, ServiceAccess]
    subscribers: SubscriberAccess

    @property
    def users(self) -> list[str]:
        return [*self.services, *self.subscribers.users]


def _merge(*levels: TopicSettings) -> Topic:
    values: dict[str, Any] = {"config": {}}
    for level in levels:
        values |= level.model_dump(exclude_none=True, exclude={"config"})
        values["config"] |= level.config
    return Topic.model_validate(values)


def read_declared(path: Path, kind: type[M]) -> M:
    """Read a declared list.

    Raises:
        OperationFailedError: it cannot be read; each problem with its place.
    """
    try:
        return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise OperationFailedError(f"{path}: {error}") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors())
        raise OperationFailedError(f"{path}: {problems}") from error
