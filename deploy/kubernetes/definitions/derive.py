"""Prints resource definitions for kubectl as one JSON list, without their descriptions.

``derive.py cloudnativepg FILE…``: from CloudNativePG's own definitions; ``derive.py prometheus``: from the models in the
package ``cloudcoil-models-prometheus-operator``, which were made from the Prometheus operator's definitions.
"""

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]
KINDS = ("PrometheusRule", "ServiceMonitor")
PASSED = ("type", "enum", "pattern", "minimum", "maximum", "minItems", "minLength", "required")


def without_descriptions(value: Any) -> Any:
    """Return a definition without its texts; a property may be called `description`, its value is then no text."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if not (key == "description" and isinstance(one, str))}
        return {key: without_descriptions(one) for key, one in kept.items()}
    return [without_descriptions(one) for one in value] if isinstance(value, list) else value


def structural(schema: Schema, known: Mapping[str, Schema]) -> Schema:
    """Return a pydantic model's schema as Kubernetes wants it: no references, no `null`, nothing said twice."""
    if "$ref" in schema:
        return structural(known[schema["$ref"].rsplit("/", 1)[1]], known)
    ways = [way for way in schema.get("anyOf", []) if way.get("type") != "null"]
    if len(ways) == 1:
        return structural(ways[0], known)
    if ways:
        return {"x-kubernetes-int-or-string": True}
    made = {key: schema[key] for key in PASSED if key in schema}
    if "const" in schema:
        made["enum"] = [schema["const"]]
    if "items" in schema:
        made["items"] = structural(schema["items"], known)
    if schema.get("properties"):
        made["properties"] = {name: structural(one, known) for name, one in schema["properties"].items()}
    elif isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = structural(schema["additionalProperties"], known)
    elif schema.get("type") == "object":
        made["x-kubernetes-preserve-unknown-fields"] = True
    return made


def prometheus() -> list[Schema]:
    models = importlib.import_module("cloudcoil.models.prometheus_operator.v1")
    return [definition(kind, getattr(models, kind).model_json_schema(by_alias=True)) for kind in KINDS]


def definition(kind: str, model: Schema) -> Schema:
    """Return the definition of a kind whose schema is a pydantic model's."""
    spec = structural(model["properties"]["spec"], model["$defs"])
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    properties = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    schema = {"type": "object", "required": ["spec"], "properties": {**properties, "spec": spec, "status": anything}}
    names = {"kind": kind, "listKind": f"{kind}List", "plural": f"{kind.lower()}s", "singular": kind.lower()}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names['plural']}.monitoring.coreos.com"},
        "spec": {"group": "monitoring.coreos.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def main(source: str, *paths: str) -> None:
    """Print the definitions."""
    found = (
        prometheus() if source == "prometheus" else [yaml.safe_load(Path(path).read_text("utf-8")) for path in paths]
    )
    items = without_descriptions(found)
    sys.stdout.write(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
