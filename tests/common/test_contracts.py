"""The published language: what is committed is what the classes say, it only grows, and nothing personal is in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from tests.factories import sample

from common.contract_files import breaks, differences
from common.contracts import event_classes
from common.contracts.allocation import AllocationRunCompleted
from common.contracts.base import CONTACTS_TOPIC, Event, OpenEnum
from common.contracts.registration import EditionRescheduled, ThemeRegion

KINDS = sorted(event_classes().values(), key=lambda kind: kind.event_type())
CLASSIFIED = {"code", "public-name", "digest", "codes-and-figures"}


@pytest.fixture
def folder(repository_root: Path) -> Path:
    return repository_root / "libs" / "common" / "contracts"


def test_the_committed_files_are_what_the_classes_say(folder: Path) -> None:
    assert differences(folder) == []


def test_a_changed_file_is_noticed(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "schemas"
    copy.mkdir()
    for found in (folder / "schemas").glob("*.json"):
        (copy / found.name).write_text(found.read_text())
    (tmp_path / "asyncapi.yaml").write_text((folder / "asyncapi.yaml").read_text())
    (copy / "booth_offered.v1.json").write_text("{}")
    (copy / "left_over.v1.json").write_text("{}")
    assert differences(tmp_path) == ["schemas/booth_offered.v1.json", "schemas/left_over.v1.json"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.event_name())
def test_every_event_has_an_example_that_today_reads(kind: type[Event], folder: Path) -> None:
    text = (folder / "examples" / Path(kind.schema_path()).name).read_text()
    assert kind.model_validate_json(text).model_dump(mode="json") == json.loads(text)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.event_name())
def test_every_event_names_the_field_with_what_it_is_about(kind: type[Event]) -> None:
    assert getattr(kind, "subject_field", None) in kind.model_fields


def test_no_example_is_left_over(folder: Path) -> None:
    assert {found.name for found in (folder / "examples").iterdir()} == {
        Path(kind.schema_path()).name for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.event_name())
def test_a_reader_ignores_fields_that_it_does_not_know(kind: type[Event]) -> None:
    event = sample(kind)
    grown = {**event.model_dump(mode="json"), "added_in_a_later_year": {"x": 1}}
    assert kind.model_validate(grown) == event


def test_a_value_outside_the_list_is_read_as_other() -> None:
    assert ThemeRegion("the_moon") is ThemeRegion.OTHER


def test_a_period_travels_as_from_and_to() -> None:
    text = json.loads(sample(EditionRescheduled).model_dump_json())
    assert text["new"] == {"from": "2020-10-09", "to": "2020-10-12"}


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.topic() != CONTACTS_TOPIC], ids=lambda k: k.event_name()
)
def test_every_text_on_a_public_topic_is_classified(kind: type[Event]) -> None:
    assert unclassified(kind.model_json_schema()) == []


def test_an_unclassified_text_is_found() -> None:
    schema = {"properties": {"note": {"type": "string"}, "id": {"type": "string", "format": "uuid"}}}
    assert unclassified(schema) == ["$.properties.note"]


def test_a_code_takes_no_typed_text() -> None:
    with pytest.raises(ValidationError):
        sample(EditionRescheduled, reason_code="call Mrs Đào on 0912 345 678")


def test_asyncapi_names_every_event_once_and_its_schema_exists(folder: Path) -> None:
    document = yaml.safe_load((folder / "asyncapi.yaml").read_text())
    messages = document["components"]["messages"]
    assert set(messages) == set(event_classes())
    for message in messages.values():
        assert (folder / message["payload"]["schema"]["$ref"]).is_file()
        assert (folder / message["examples"][0]["payload"]["$ref"]).is_file()


def test_the_contacts_are_alone_on_their_topic() -> None:
    assert [kind.event_name() for kind in KINDS if kind.topic() == CONTACTS_TOPIC] == ["contact_recorded"]


def test_open_enums_all_know_other() -> None:
    assert all("other" in {member.value for member in kind} for kind in OpenEnum.__subclasses__())


def unclassified(schema: Any, path: str = "$") -> list[str]:
    """Return the places of texts that are no id, date, code, public name or digest."""
    if isinstance(schema, list):
        return [found for index, part in enumerate(schema) for found in unclassified(part, f"{path}[{index}]")]
    if not isinstance(schema, dict):
        return []
    if schema.get("x-classification") in CLASSIFIED or "x-extensible-enum" in schema:
        return []
    if schema.get("type") == "string" and "format" not in schema:
        return [path]
    return [
        found
        for name, part in schema.items()
        if name not in {"required", "title"}
        for found in unclassified(part, f"{path}.{name}")
    ]


def test_an_objective_may_name_the_floor_that_it_missed() -> None:
    objective = {"name": "quota_floor_missed:region:red_river_delta", "value": 1, "bound": 1}
    assert sample(AllocationRunCompleted, objectives=[objective]).objectives[0].name == objective["name"]


FIELD = {"type": "string", "format": "uuid"}
OLD: dict[str, Any] = {"properties": {"a": FIELD, "b": FIELD}, "required": ["a"]}
BREAKS = {
    "event.b is gone": {"properties": {"a": FIELD}, "required": ["a"]},
    "event.a has another kind": {"properties": {"a": {"type": "integer"}, "b": FIELD}, "required": ["a"]},
    "event.b must now be there": {"properties": {"a": FIELD, "b": FIELD}, "required": ["a", "b"]},
    "event.a may now be missing": {"properties": {"a": FIELD, "b": FIELD}, "required": []},
}


@pytest.mark.parametrize(("told", "new"), BREAKS.items(), ids=BREAKS.keys())
def test_a_change_that_breaks_readers_is_told(told: str, new: dict[str, Any]) -> None:
    assert breaks(OLD, new) == [told]
    part = {"$defs": {"Part": OLD}, "properties": {}}
    assert breaks(part, {"$defs": {"Part": new}, "properties": {}}) == [told.replace("event", "Part")]


def test_a_new_optional_field_breaks_nobody() -> None:
    assert breaks(OLD, {"properties": {**OLD["properties"], "c": {"type": "integer"}}, "required": ["a"]}) == []


def test_a_break_is_refused_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    published = json.loads((folder / "schemas" / "booth_offered.v1.json").read_text())
    published["properties"]["hall"] = {"type": "string"}
    (tmp_path / "schemas" / "booth_offered.v1.json").write_text(json.dumps(published))
    done = subprocess.run(
        [sys.executable, "-m", "common.contract_files", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "booth_offered.v1.json: event.hall is gone" in done.stderr
    assert [found.name for found in tmp_path.rglob("*.json")] == ["booth_offered.v1.json"]
