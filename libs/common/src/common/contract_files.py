"""The published language as files: JSON Schemas, and AsyncAPI 3.0 over them; ``make contracts`` writes them.

``python -m common.contract_files FOLDER`` writes; with ``--check`` it says what differs and ends with 1.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from common.contracts import event_classes
from common.contracts.base import CONTACTS_TOPIC, Event
from common.web.system import schemas

HEADERS = {
    "ce_specversion": "CloudEvents version, 1.0",
    "ce_id": "UUIDv7, unique for ever",
    "ce_source": "/ocop/<service>, with the epoch behind it from the second on",
    "ce_type": "ocop.<service>.<name>.v<N>",
    "ce_subject": "id of the thing that the event is about",
    "ce_time": "when it happened, RFC 3339 in UTC; never goes back within source and key",
    "ce_dataschema": "path of the JSON Schema",
    "ce_sequence": "gapless position in the owner's log, from 1",
    "ce_keysequence": "gapless number within source and key, from 1; lower is a copy, higher means a gap",
    "ce_correlationid": "id of the first event or request of the story",
    "ce_causationid": "id of the event or request that caused this one",
    "traceparent": "W3C trace context",
}


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of all topics."""
    kinds = sorted(event_classes().values(), key=lambda kind: kind.event_type())
    topics = sorted({kind.topic() for kind in kinds})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "OCOP Showcase events",
            "version": "1",
            "description": "CloudEvents 1.0, Kafka binary mode. Everything but the contacts may be read by any"
            " subscribed agency; nothing personal is on it.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, [kind for kind in kinds if kind.topic() == topic]) for topic in topics},
        "operations": {
            f"receive.{topic}": {"action": "receive", "channel": {"$ref": f"#/channels/{_escape(topic)}"}}
            for topic in topics
        },
        "components": {
            "messages": {kind.event_type(): _message(kind) for kind in kinds},
            "messageTraits": {
                "cloudevent": {
                    "headers": {
                        "type": "object",
                        "properties": {name: {"type": "string", "description": text} for name, text in HEADERS.items()},
                    }
                }
            },
        },
    }


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _channel(topic: str, kinds: list[type[Event]]) -> dict[str, Any]:
    restricted = topic == CONTACTS_TOPIC
    return {
        "address": topic,
        "description": "Restricted, compacted: personal data; only notifications reads it."
        if restricted
        else "Public to subscribed agencies. Key: the edition, else the subject; order holds per key.",
        "messages": {
            kind.event_name(): {"$ref": f"#/components/messages/{_escape(kind.event_type())}"} for kind in kinds
        },
        "bindings": {"kafka": {"topic": topic, "partitions": 12, "key": {"type": "string"}}}
        if not restricted
        else {"kafka": {"topic": topic, "partitions": 12, "topicConfiguration": {"cleanup.policy": ["compact"]}}},
    }


def _message(kind: type[Event]) -> dict[str, Any]:
    return {
        "name": kind.event_type(),
        "summary": (kind.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"schemas/{Path(kind.schema_path()).name}"},
        },
        "examples": [{"name": "sample", "payload": {"$ref": f"examples/{Path(kind.schema_path()).name}"}}],
    }


def files() -> dict[str, str]:
    """Return every generated file by its path under the folder of contracts."""
    texts = {
        f"schemas/{name}": json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas().items()
    }
    texts["asyncapi.yaml"] = yaml.safe_dump(asyncapi(), allow_unicode=True, sort_keys=False, width=120)
    return texts


def differences(folder: Path) -> list[str]:
    """Return the paths whose committed text is not what the classes say, and schemas that no class has."""
    wanted = files()
    stale = [
        path for path, text in wanted.items() if not (folder / path).exists() or (folder / path).read_text() != text
    ]
    orphans = [
        f"schemas/{found.name}"
        for found in (folder / "schemas").glob("*.json")
        if f"schemas/{found.name}" not in wanted
    ]
    return sorted(stale + orphans)


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return how a schema would break its readers: a field gone, of another kind, no longer required or newly so.

    Within a version fields are only added, and only optional ones (docs/delivery.md).
    """
    found: list[str] = []
    for name, (before, after) in _objects(old, new).items():
        fields, grown = before.get("properties", {}), after.get("properties", {})
        needed, needed_now = set(before.get("required", [])), set(after.get("required", []))
        found += [f"{name}.{field} is gone" for field in fields.keys() - grown.keys()]
        found += [
            f"{name}.{field} has another kind"
            for field in fields.keys() & grown.keys()
            if _kind(fields[field]) != _kind(grown[field])
        ]
        found += [f"{name}.{field} must now be there" for field in needed_now - needed]
        found += [f"{name}.{field} may now be missing" for field in (needed - needed_now) & grown.keys()]
    return sorted(found)


def _objects(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    parts, grown = old.get("$defs", {}), new.get("$defs", {})
    return {"event": (old, new), **{name: (part, grown.get(name, {})) for name, part in parts.items()}}


def _kind(field: dict[str, Any]) -> Any:
    """Return what a reader relies on of a field; its words, limits and the members of an open list may change."""
    kept = {name: field[name] for name in ("type", "format", "$ref") if name in field}
    if "items" in field:
        kept["items"] = _kind(field["items"])
    if "anyOf" in field:
        kept["anyOf"] = [_kind(choice) for choice in field["anyOf"]]
    return kept


def broken_contracts(folder: Path) -> list[str]:
    """Return the breaks that writing the files would make to the committed ones."""
    return [
        f"{name}: {what}"
        for name, schema in schemas().items()
        if (folder / "schemas" / name).exists()
        for what in breaks(json.loads((folder / "schemas" / name).read_text()), schema)
    ]


def main() -> None:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a file differs")
    options = parser.parse_args()
    if options.check:
        found = differences(options.folder)
        sys.exit("contracts differ from the classes; run make contracts: " + ", ".join(found) if found else 0)
    if found := broken_contracts(options.folder):
        sys.exit(
            "within a version contracts only grow; make a new class and version (a schema that nobody has yet"
            " may be removed by hand first): " + "; ".join(found)
        )
    for path, text in files().items():
        target: Path = options.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    main()
