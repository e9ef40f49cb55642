"""The kinds of Strimzi, CloudNativePG and the Prometheus operator, checked against ``definitions/`` without a cluster."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

DEFINITIONS = Path(__file__).parent / "definitions"
Schema = dict[str, Any]


@cache
def validators() -> dict[tuple[str, str], Draft202012Validator]:
    """Return what validates each kind, by API version and kind."""
    lists = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DEFINITIONS.glob("*.json"))]
    specs = [one["spec"] for found in lists for one in found["items"]]
    return {
        (f"{spec['group']}/{version['name']}", spec["names"]["kind"]): Draft202012Validator(
            strict(version["schema"]["openAPIV3Schema"] | {"required": ["spec"]})
        )
        for spec in specs
        for version in spec["versions"]
    }


def strict(schema: Schema) -> Schema:
    """Return a definition's schema that takes no field it does not know, as the API server does."""
    made = {key: value for key, value in schema.items() if not key.startswith("x-") and key != "format"}
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
        made.pop("anyOf", None)
    if "properties" in schema:
        made["properties"] = {name: strict(one) for name, one in schema["properties"].items()}
        made["additionalProperties"] = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    elif isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = strict(schema["additionalProperties"])
    if "items" in schema:
        made["items"] = strict(schema["items"])
    if made.get("properties", {}).get("metadata") == {"type": "object", "additionalProperties": False}:
        made["properties"]["metadata"] = {"type": "object"}
    return made


def faults(manifest: Schema) -> Iterator[str]:
    """Say what its definition does not take; nothing for Kubernetes' own kinds."""
    validator = validators().get((manifest["apiVersion"], manifest["kind"]))
    if validator is None:
        yield f"nothing defines {manifest['kind']} in {manifest['apiVersion']}"
        return
    for error in validator.iter_errors(manifest):
        yield f"{'.'.join(map(str, error.path))}: {error.message}"
