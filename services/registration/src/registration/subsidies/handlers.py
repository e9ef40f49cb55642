"""The ledger of support: entered once for each producer, edition and purpose, taken back, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.calendar import local_date
from common.delivery import untold
from common.delivery.unit_of_work import UnitOfWork
from registration.editions import repository as editions
from registration.merges import repository as merges
from registration.subsidies import repository
from registration.subsidies.domain import (
    NothingHeldError,
    SupportHeldError,
    SupportLine,
    check_reversal,
    doubled,
    enter,
)
from registration.subsidies.repository import StoredLine
from registration.vendors import repository as vendors


@dataclass(frozen=True)
class Support:
    """What is to be entered: for whom, for what, out of whose money; ``again_by`` is the paper of a line that a restore lost."""

    vendor_id: UUID
    purpose: str
    funded_by: str
    amount_vnd: int | None
    again_by: str | None = None


@dataclass(frozen=True)
class Entered:
    """A line of the ledger; ``doubles_line_id`` is the first one for the same, entered before the vendors were merged."""

    line: StoredLine
    producer_id: UUID
    doubles_line_id: UUID | None = None


async def enter_support(uow: UnitOfWork, edition_id: UUID, support: Support, entered_by: str) -> Entered:
    """Enter support; raises NotFoundError, AlreadySupportedError (R16) with the first line, also after a merge.

    Raises SupportHeldError for new support while a restore may have lost the line of the first.
    """
    await editions.get_edition(uow.session, edition_id)
    await vendors.get_vendor(uow.session, support.vendor_id)
    ids = await _hold_producer(uow, support.vendor_id)
    lines = await repository.list_of_vendors(uow.session, edition_id, ids)
    line = StoredLine(
        line_id=uow.new_id(),
        edition_id=edition_id,
        vendor_id=support.vendor_id,
        purpose=support.purpose,
        funded_by=support.funded_by,
        amount_vnd=support.amount_vnd,
        entered_by=entered_by,
        entered_at=uow.now,
        reason=support.again_by,
    )
    enter(_to_ledger(lines, ids[0]), _to_line(line, ids[0]))
    if support.again_by is None and await untold.is_lacking(uow.session):
        raise SupportHeldError
    await repository.add_line(uow.session, line)
    return Entered(line, ids[0])


async def _hold_producer(uow: UnitOfWork, vendor_id: UUID) -> list[UUID]:
    """Return all ids of a producer, the kept one first; nobody merges or supports it meanwhile."""
    await vendors.lock_intake(uow.session)
    kept = await merges.find_kept(uow.session, vendor_id)
    others = await merges.list_ones(uow.session, vendor_id)
    return [kept, *(one for one in others if one != kept)]


def _to_ledger(lines: Sequence[StoredLine], producer_id: UUID) -> tuple[SupportLine, ...]:
    places = {line.line_id: place for place, line in enumerate(lines)}
    return tuple(_to_line(line, producer_id, places) for line in lines)


def _to_line(line: StoredLine, producer_id: UUID, places: dict[UUID, int] | None = None) -> SupportLine:
    reverses = line.reverses_line_id and (places or {}).get(line.reverses_line_id)
    first = f"{local_date(line.entered_at):%d/%m/%Y}"
    return SupportLine(
        str(producer_id), str(line.edition_id), line.purpose, line.funded_by, reverses, str(line.line_id), first
    )


async def reverse_support(uow: UnitOfWork, line_id: UUID, reason: str, entered_by: str) -> Entered:
    """Take a line back by another one; raises NotFoundError, NotReversibleError."""
    line = await repository.get_line(uow.session, line_id)
    ids = await _hold_producer(uow, line.vendor_id)
    lines = await repository.list_of_vendors(uow.session, line.edition_id, ids)
    place = [one.line_id for one in lines].index(line_id)
    check_reversal(_to_ledger(lines, ids[0]), place)
    taken_back = StoredLine(
        line_id=uow.new_id(),
        edition_id=line.edition_id,
        vendor_id=line.vendor_id,
        purpose=line.purpose,
        funded_by=line.funded_by,
        amount_vnd=None if line.amount_vnd is None else -line.amount_vnd,
        entered_by=entered_by,
        entered_at=uow.now,
        reverses_line_id=line_id,
        reason=reason,
    )
    await repository.add_line(uow.session, taken_back)
    return Entered(taken_back, ids[0])


async def list_support(uow: UnitOfWork, edition_id: UUID) -> list[Entered]:
    """Return an edition's ledger; of merged vendors a line for what the first one paid already is named."""
    listed = await repository.list_of_edition(uow.session, edition_id)
    places = {line.line_id: place for place, (_, line) in enumerate(listed)}
    first_of = doubled([_to_line(line, producer_id, places) for producer_id, line in listed])
    return [
        Entered(line, producer_id, UUID(first_of[place]) if place in first_of else None)
        for place, (producer_id, line) in enumerate(listed)
    ]


async def list_holds(uow: UnitOfWork) -> Sequence[untold.Asked]:
    """Return the restores that may have lost lines, each with who said that these were entered again; oldest first."""
    return await untold.list_asked(uow.session)


async def confirm_entered(uow: UnitOfWork, reason: str, confirmed_by: str) -> Sequence[untold.Asked]:
    """Let new support be entered again, as all that was lost is there; raises NothingHeldError."""
    if not await untold.confirm_entered(uow.session, confirmed_by, reason, uow.now):
        raise NothingHeldError
    return await list_holds(uow)
