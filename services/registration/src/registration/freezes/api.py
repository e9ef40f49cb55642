"""Dates of fields over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router, public
from registration.editions import repository as editions
from registration.freezes import handlers
from registration.freezes.domain import FIELDS, NEEDED, FieldDates, Plan, default_plan

router = new_router("editions")


class FieldDatesEntry(Strict):
    """The dates of one field; null is never."""

    field: Code
    required_after: AwareDatetime | None = None
    frozen_after: AwareDatetime | None = None


class PlanEntry(Strict):
    """All dates that the edition sets itself; a field left out has those that follow from the edition's dates."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"field_dates": [{"field": "wishes.power", "frozen_after": "2020-07-31T10:00:00Z"}]}]
        }
    )

    field_dates: Annotated[tuple[FieldDatesEntry, ...], Field(max_length=50)]


class FieldDatesView(BaseModel):
    """A field with its dates; ``is_needed``: no application is taken without it; ``is_own``: the edition set the dates."""

    field: str
    name_vi: str
    name_en: str
    is_needed: bool
    required_after: datetime | None
    frozen_after: datetime | None
    is_own: bool


def _view(plan: Plan, usual: Plan) -> list[FieldDatesView]:
    return [
        FieldDatesView(
            field=field,
            name_vi=names[0],
            name_en=names[1],
            is_needed=field in NEEDED,
            required_after=plan[field].required_after,
            frozen_after=plan[field].frozen_after,
            is_own=plan[field] != usual[field],
        )
        for field, names in FIELDS.items()
    ]


@router.put("/editions/{edition_id}/field-dates", dependencies=[allow(Role.ORGANISER)])
async def set_dates(edition_id: UUID, entry: PlanEntry, uow: Uow, caller: Caller) -> list[FieldDatesView]:
    """Set from when fields are required and frozen, all anew; nothing that was handed in is changed by it."""
    dates = [FieldDates(one.field, one.required_after, one.frozen_after) for one in entry.field_dates]
    plan = await handlers.set_dates(uow, edition_id, dates, caller.subject)
    edition = await editions.get_edition(uow.session, edition_id)
    return _view(plan, default_plan(edition.closes_at, edition.planned.first))


@router.get("/editions/{edition_id}/field-dates", dependencies=[public])
async def list_dates(edition_id: UUID, uow: Uow) -> list[FieldDatesView]:
    """List every field that has dates, with those in force."""
    edition = await editions.get_edition(uow.session, edition_id)
    plan = await handlers.get_plan(uow, edition)
    return _view(plan, default_plan(edition.closes_at, edition.planned.first))
