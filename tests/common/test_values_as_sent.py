"""Requests: a value of another JSON type than the field's is a mistake, never bent into one that nobody wrote."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from common.web.models import Day, Strict


class Kind(StrEnum):
    FOOD = "food"


class Part(BaseModel):
    """A part that is no request model itself, as those of the events are."""

    since: date | None = None


class Thing(Strict):
    count: int = 0
    weight: float = 0
    corner: bool = False
    day: date | None = None
    instant: datetime | None = None
    kind: Kind | None = None
    owner: UUID | None = None
    many: tuple[int, ...] = ()
    named: dict[str, int] = Field(default={})
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    either: int | str | None = None


@pytest.mark.parametrize(
    ("sent", "place", "kind"),
    [
        ({"count": True}, ("count",), "int_type"),
        ({"count": "4"}, ("count",), "int_type"),
        ({"count": 4.0}, ("count",), "int_type"),
        ({"weight": "9.5"}, ("weight",), "float_type"),
        ({"weight": False}, ("weight",), "float_type"),
        ({"corner": "yes"}, ("corner",), "bool_type"),
        ({"corner": 1}, ("corner",), "bool_type"),
        ({"day": 1762819200}, ("day",), "date_type"),
        ({"day": "1762819200"}, ("day",), "date_type"),
        ({"day": "2020-10-01T00:00:00"}, ("day",), "date_type"),
        ({"instant": 1762819200}, ("instant",), "datetime_type"),
        ({"instant": "1762819200"}, ("instant",), "datetime_type"),
        ({"instant": "2020-10-01"}, ("instant",), "datetime_type"),
        ({"many": [1, "2", 3]}, ("many", 1), "int_type"),
        ({"named": {"a": 1, "b": "2"}}, ("named", "b"), "int_type"),
        ({"part": {"since": 1762819200}}, ("part", "since"), "date_type"),
        ({"parts": [{}, {"since": 0}]}, ("parts", 1, "since"), "date_type"),
        ({"either": True}, ("either",), "int_type"),
    ],
)
def test_a_value_of_another_type_is_named_with_its_place(
    sent: dict[str, Any], place: tuple[Any, ...], kind: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate(sent)
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(place, kind)]


def test_all_mistakes_of_a_request_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate({"count": True, "many": ["1", "2"], "corner": "no"})
    assert [error["loc"] for error in caught.value.errors()] == [("count",), ("corner",), ("many", 0), ("many", 1)]


def test_what_json_writes_as_text_is_taken_as_before() -> None:
    owner = "00000000-0000-0000-0000-000000000001"
    thing = Thing.model_validate(
        {
            "count": 4,
            "weight": 9,
            "corner": True,
            "day": "2020-10-01",
            "instant": "2020-10-01T08:00:00+07:00",
            "kind": "food",
            "owner": owner,
            "many": [1, 2],
            "named": {"a": 1},
            "part": {"since": "2020-10-01"},
            "either": "một",
        }
    )
    assert (thing.weight, thing.day) == (9.0, date(2020, 10, 1))
    assert (thing.kind, thing.owner, thing.many, thing.either) == (Kind.FOOD, UUID(owner), (1, 2), "một")


def test_a_day_in_an_address_is_no_number_of_seconds() -> None:
    assert TypeAdapter(Day).validate_python("2020-10-01") == date(2020, 10, 1)
    with pytest.raises(ValidationError, match="date"):
        TypeAdapter(Day).validate_python("1762819200")
