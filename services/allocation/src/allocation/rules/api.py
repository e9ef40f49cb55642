"""An edition's own rules over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from allocation.rules import handlers
from allocation.rules.domain import (
    BoundsRule,
    EditionRules,
    Name,
    PriorityRule,
    RequirementRule,
    ReservationRule,
    RuleSet,
)
from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Line, Strict, Uow, allow, new_router, public

router = new_router("rules")

MOST = 200
Group = Annotated[
    str, Field(pattern=r"^[a-z_]+:[\w.\-]+$", max_length=90, description="dimension and code: star_class:5")
]
Groups = Annotated[tuple[Group, ...], Field(min_length=1, max_length=MOST)]
Number = Annotated[int, Field(ge=0, le=100_000)]
MOST_POINTS = 1000


class NameEntry(Strict):
    vi: Line
    en: Line

    def to_name(self) -> Name:
        return Name(self.vi, self.en)


class BoundsEntry(Strict):
    """Bounds on the booths of a group; with a quota of the same group the tighter one holds."""

    group: Group
    floor: Number | None = None
    ceiling: Number | None = None
    is_required: bool = False
    name: NameEntry


class RequirementEntry(Strict):
    code: Code
    groups: Groups
    zone_codes: Annotated[tuple[Code, ...], Field(min_length=1, max_length=100)] | None = None
    power: bool = False
    name: NameEntry


class ReservationEntry(Strict):
    code: Code
    groups: Groups
    booth_codes: Annotated[tuple[Code, ...], Field(min_length=1, max_length=3000)]
    name: NameEntry


class PriorityEntry(Strict):
    code: Code
    groups: Groups
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]
    name: NameEntry


EXAMPLE: JsonDict = {
    "bounds": [
        {
            "group": "first_timer:yes",
            "floor": 15,
            "ceiling": None,
            "is_required": False,
            "name": {"vi": "Ít nhất 15 gian cho chủ thể lần đầu", "en": "At least 15 booths for first-timers"},
        }
    ],
    "requirements": [
        {
            "code": "cooking_flame",
            "groups": ["need:cooking"],
            "zone_codes": ["A"],
            "power": False,
            "name": {"vi": "Nấu nướng chỉ ở khu được phép đốt lửa", "en": "Cooking only where a flame is allowed"},
        }
    ],
    "reservations": [],
    "priority_classes": [],
    "is_varied": True,
}


class RulesEntry(Strict):
    """All own rules of an edition: what is not there is no rule."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    bounds: Annotated[tuple[BoundsEntry, ...], Field(max_length=MOST)] = ()
    requirements: Annotated[tuple[RequirementEntry, ...], Field(max_length=MOST)] = ()
    reservations: Annotated[tuple[ReservationEntry, ...], Field(max_length=MOST)] = ()
    priority_classes: Annotated[tuple[PriorityEntry, ...], Field(max_length=MOST)] = ()
    is_varied: bool = False

    def to_rules(self) -> RuleSet:
        def named(entry: BoundsEntry | RequirementEntry | ReservationEntry | PriorityEntry) -> dict[str, object]:
            return {**dict(entry), "name": entry.name.to_name()}

        return RuleSet(
            bounds=tuple(BoundsRule(**named(each)) for each in self.bounds),  # type: ignore[arg-type]
            requirements=tuple(RequirementRule(**named(each)) for each in self.requirements),  # type: ignore[arg-type]
            reservations=tuple(ReservationRule(**named(each)) for each in self.reservations),  # type: ignore[arg-type]
            priority_classes=tuple(PriorityRule(**named(each)) for each in self.priority_classes),  # type: ignore[arg-type]
            is_varied=self.is_varied,
        )


class RulesView(BaseModel):
    """The rules in force; version 0 is of none."""

    edition_id: UUID
    version: int
    rules: RulesEntry
    made_at: datetime | None

    @classmethod
    def of(cls, made: EditionRules) -> "RulesView":
        return cls.model_validate(made, from_attributes=True)


@router.put("/editions/{edition_id}/rules", dependencies=[allow(Role.ORGANISER)])
async def set_rules(edition_id: UUID, entry: RulesEntry, uow: Uow, caller: Caller) -> RulesView:
    """Put the edition's own rules in force as a new version; mistakes are named by field and nothing is stored."""
    return RulesView.of(await handlers.set_rules(uow, edition_id, entry.to_rules(), caller.subject))


@router.get("/editions/{edition_id}/rules", dependencies=[public])
async def read_rules(edition_id: UUID, uow: Uow) -> RulesView:
    """Return the edition's own rules: anybody may know by what booths are given."""
    return RulesView.of(await handlers.read_rules(uow, edition_id))
