"""What operators make of their kinds, where that meets ours: secrets that they write, containers that they start."""

from collections.abc import Iterator
from typing import Any

Manifest = dict[str, Any]
# Fields that name a secret which must be there before; ``name`` below them, or the value itself.
REFERENCES = {"secretRef", "secretKeyRef", "superuserSecret", "accessKeyId", "secretAccessKey", "secret"}


def check_secrets(manifests: list[Manifest]) -> Iterator[str]:
    """No operator writes a secret that has the name of one of ours: it would take it over."""
    ours = {name for one in manifests for name in named_secrets(one)}
    prefixes = [
        one["spec"].get("entityOperator", {}).get("userOperator", {}).get("secretPrefix", "")
        for one in manifests
        if one["kind"] == "Kafka"
    ]
    for one in manifests:
        if one["kind"] == "KafkaUser":
            name = one["metadata"]["name"]
            yield from (
                f"KafkaUser {name}: its secret {prefix}{name} is one of ours"
                for prefix in prefixes
                if prefix + name in ours
            )


def named_secrets(value: Any, field: str = "") -> Iterator[str]:
    """Return the secrets that a manifest asks for."""
    if isinstance(value, list):
        for one in value:
            yield from named_secrets(one, field)
    elif isinstance(value, dict):
        known: Manifest = value
        if field in REFERENCES and "name" in known:
            yield known["name"]
        for key, one in known.items():
            yield from [one] if key == "secretName" else named_secrets(one, key)


def check_restricted(manifests: list[Manifest]) -> Iterator[str]:
    """Strimzi's containers say themselves what a restricted namespace demands: its default is the baseline level."""
    for where, template, names in strimzi_containers(manifests):
        for name in names:
            held = template.get(name, {}).get("securityContext", {})
            if (
                held.get("runAsNonRoot") is not True
                or held.get("allowPrivilegeEscalation") is not False
                or held.get("capabilities", {}).get("drop") != ["ALL"]
                or held.get("seccompProfile") != {"type": "RuntimeDefault"}
            ):
                yield f"{where}: {name} is not restricted"


def strimzi_containers(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest, list[str]]]:
    """Return what Strimzi starts for each resource: its name, its template and the containers."""
    for one in manifests:
        where, spec = f"{one['kind']} {one['metadata']['name']}", one.get("spec", {})
        if one["kind"] == "KafkaNodePool":
            yield where, spec.get("template", {}), ["kafkaContainer"]
        elif one["kind"] == "Kafka" and "entityOperator" in spec:
            entity = spec["entityOperator"]
            run = [f"{name}Container" for name in ("topicOperator", "userOperator") if name in entity]
            yield where, entity.get("template", {}), run
