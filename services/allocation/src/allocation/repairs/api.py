"""Repairs over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.damages.domain import Cause, Damage
from allocation.repairs import handlers, repository
from allocation.repairs.domain import Repair, RepairState
from allocation.runs.api import ClashView, ObjectiveView
from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router

router = new_router("repairs")

Codes = Annotated[tuple[Code, ...], Field(max_length=3000)]


class RepairEntry(Strict):
    """What happened: booths that are closed, or whose power failed; after a withdrawal neither."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"cause": "section_closed", "closed_booths": ["A01", "A02"]}]}
    )

    cause: Cause
    closed_booths: Codes = ()
    booths_without_power: Codes = ()


class RepairMove(BaseModel):
    """Who moves, loses its place or gets one; old or new booths are empty then."""

    application_id: UUID
    trade_name: str
    old_booth_codes: tuple[str, ...]
    new_booth_codes: tuple[str, ...]


class RepairView(BaseModel):
    """A repair with what it would do, or did; ``status`` is optimal where the fewest moves are proven.

    ``unheld`` are hard rules that cannot be held for everybody: who stood under one loses its place, or, where the status
    is infeasible, no moves hold it and nothing can be carried out.
    """

    repair_id: UUID
    edition_id: UUID
    state: RepairState
    cause: Cause
    closed_booths: tuple[str, ...]
    booths_without_power: tuple[str, ...]
    status: str | None
    objectives: list[ObjectiveView]
    moves: list[RepairMove]
    lost: list[RepairMove]
    joined: list[RepairMove]
    unheld: list[ClashView]
    words: str
    requested_by: str
    requested_at: datetime
    executed_by: str | None
    executed_at: datetime | None


async def _view(uow: Uow, repair: Repair) -> RepairView:
    names = await repository.get_names(uow.session, repair.edition_id)

    def told(application_id: str, old: tuple[str, ...], new: tuple[str, ...]) -> RepairMove:
        name = names.get(application_id, application_id)
        return RepairMove(
            application_id=UUID(application_id), trade_name=name, old_booth_codes=old, new_booth_codes=new
        )

    found = repair.found
    return RepairView(
        repair_id=repair.repair_id,
        edition_id=repair.edition_id,
        state=repair.state,
        cause=repair.damage.cause,
        closed_booths=repair.damage.closed,
        booths_without_power=repair.damage.without_power,
        status=found.status if found else None,
        objectives=[ObjectiveView(name=e.name, value=e.value, bound=e.bound) for e in found.objectives]
        if found
        else [],
        moves=[told(each.application_id, each.booth_codes, codes) for each, codes in repair.moves()],
        lost=[told(each.application_id, each.booth_codes, ()) for each in repair.losers()],
        joined=[told(each.application_id, (), codes) for each, codes in repair.joiners()],
        unheld=[ClashView(code=code, vi=vi, en=en) for code, vi, en in await handlers.tell_unheld(uow, repair)],
        words=repair.words,
        requested_by=repair.requested_by,
        requested_at=repair.requested_at,
        executed_by=repair.executed_by,
        executed_at=repair.executed_at,
    )


@router.post("/editions/{edition_id}/repairs", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def request_repair(edition_id: UUID, entry: RepairEntry, uow: Uow, caller: Caller) -> RepairView:
    """Ask for a repair with the fewest moves; it is previewed first, nobody is moved by it."""
    damage = Damage(entry.cause, entry.closed_booths, entry.booths_without_power)
    return await _view(uow, await handlers.request_repair(uow, edition_id, damage, by=caller.subject))


@router.get("/editions/{edition_id}/repairs", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def list_repairs(edition_id: UUID, uow: Uow) -> list[RepairView]:
    """List an edition's repairs, the oldest first."""
    return [await _view(uow, each) for each in await repository.list_repairs(uow.session, edition_id)]


@router.get("/repairs/{repair_id}", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def read_repair(repair_id: UUID, uow: Uow) -> RepairView:
    """Return a repair with who would move where."""
    return await _view(uow, await repository.get_repair(uow.session, repair_id))


@router.post("/repairs/{repair_id}/execution", dependencies=[allow(Role.ORGANISER)])
async def execute_repair(repair_id: UUID, uow: Uow, caller: Caller) -> RepairView:
    """Carry a previewed repair out, once; everyone concerned is told once."""
    return await _view(uow, await handlers.execute_repair(uow, repair_id, by=caller.subject))
