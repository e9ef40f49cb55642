"""Reads a posted plan, field by field where not all of it can be read: one wrong type hides no other mistake."""

from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

from allocation.floor_plans.domain import MOST_AREA, MOST_METRES, MOST_SOCKETS, BoothDraft, PlanDraft, ZoneDraft
from common.contracts.base import Code
from common.web import Line, Strict
from common.web.field_problems import to_field_problem

T = TypeVar("T")

MOST_ZONES, MOST_BOOTHS, MOST_NEIGHBOURS = 100, 3000, 8

# The plan checks its bounds itself, together with all else that may be wrong of it: what refuses them here would hide the rest.
METRES = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"minimum": 0, "maximum": MOST_METRES})]
AREA = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"exclusiveMinimum": 0, "maximum": MOST_AREA})]
SOCKETS = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": MOST_SOCKETS})]


class TextEntry(Strict):
    vi: Line
    en: Line | None = None


class ZoneEntry(Strict):
    zone_code: Code
    name: TextEntry
    kind: Code


class BoothEntry(Strict):
    """A booth; where no booth of the plan names its neighbours, those side by side are."""

    booth_code: Code
    zone_code: Code
    area_m2: AREA
    corner: bool
    power_sockets: SOCKETS
    x: METRES
    y: METRES
    neighbours: Annotated[tuple[Code, ...], Field(max_length=MOST_NEIGHBOURS)] | None = None


class FloorPlanEntry(Strict):
    """A plan to be published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "zones": [{"zone_code": "A", "name": {"vi": "Khu làng nghề"}, "kind": "craft_village"}],
                    "booths": [
                        {
                            "booth_code": "A01",
                            "zone_code": "A",
                            "area_m2": 9,
                            "corner": True,
                            "power_sockets": 1,
                            "x": 0,
                            "y": 0,
                        }
                    ],
                }
            ]
        }
    )

    zones: Annotated[tuple[ZoneEntry, ...], Field(min_length=1, max_length=MOST_ZONES)]
    booths: Annotated[tuple[BoothEntry, ...], Field(min_length=1, max_length=MOST_BOOTHS)]


class _ReadInPart:
    """Lets what is no plan be a draft of one, as far as it can be read."""

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_read, handler.generate_schema(FloorPlanEntry))


PostedPlan = Annotated[FloorPlanEntry | PlanDraft, _ReadInPart()]
"""A plan, or a draft with what is wrong of it."""


def _read(posted: object, read_whole: core_schema.ValidatorFunctionWrapHandler) -> object:
    try:
        return read_whole(posted)
    except ValidationError as error:
        if not isinstance(posted, dict):
            raise
        found = (
            each for each in error.errors() if not (each["type"] == "too_short" and posted.get(str(each["loc"][0])))
        )
        wrong = tuple(
            to_field_problem({**each}) for each in found
        )  # a row that is wrong is not counted: no row too few
        zones = tuple(ZoneDraft(_part(CODE, row, "zone_code")) for row in _rows(posted, "zones", MOST_ZONES))
        booths = tuple(_to_booth(row) for row in _rows(posted, "booths", MOST_BOOTHS))
        return PlanDraft(zones, booths, wrong)


CODE, METRE = TypeAdapter[str](Code), TypeAdapter[float](METRES)
AREA_M2, SOCKET = TypeAdapter[float](AREA), TypeAdapter[int](SOCKETS)


def _rows(posted: dict[str, Any], table: str, most: int) -> list[object]:
    """Return the rows of a table; one that cannot be read for a table that is none, or has too many."""
    rows = posted.get(table)
    return rows if isinstance(rows, list) and len(rows) <= most else [None]


def _to_booth(row: object) -> BoothDraft:
    return BoothDraft(
        booth_code=_part(CODE, row, "booth_code"),
        zone_code=_part(CODE, row, "zone_code"),
        area_m2=_part(AREA_M2, row, "area_m2"),
        power_sockets=_part(SOCKET, row, "power_sockets"),
        x=_part(METRE, row, "x"),
        y=_part(METRE, row, "y"),
        neighbours=_neighbours(row),
    )


def _neighbours(row: object) -> tuple[str | None, ...] | None:
    told = row.get("neighbours") if isinstance(row, dict) else None
    return tuple(_value(CODE, each) for each in told[:MOST_NEIGHBOURS]) if isinstance(told, list) else None


def _part(field: TypeAdapter[T], row: object, name: str) -> T | None:
    return _value(field, row.get(name)) if isinstance(row, dict) else None


def _value(field: TypeAdapter[T], value: object) -> T | None:
    try:
        return field.validate_python(value)
    except ValidationError:
        return None
