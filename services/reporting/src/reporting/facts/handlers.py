"""Reads all that one edition's figures are made of, in one snapshot."""

from datetime import date
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import NotKnownYetError
from reporting.day_figures.repository import get_own_position, list_entries
from reporting.editions.domain import Edition, fold, fold_plan
from reporting.editions.repository import list_steps
from reporting.facts import repository
from reporting.facts.domain import Facts
from reporting.participations.repository import count_notices, list_attendances, list_participants, list_places
from reporting.positions.repository import list_positions

OWN_SOURCE = "/ocop/reporting"


async def load_facts(uow: UnitOfWork, edition_id: UUID) -> Facts:
    """Read all that an edition's figures are made of, with the edition before it."""
    async with repository.open_snapshot(uow.session) as session:
        snapshot = UnitOfWork(session, uow.now, uow.source, uow.origin)
        facts = await _load(snapshot, edition_id)
        if facts is None:
            raise NotKnownYetError("edition", edition_id)
        return facts


async def _load(uow: UnitOfWork, edition_id: UUID, *, with_before: bool = True) -> Facts | None:
    session = uow.session
    steps = await list_steps(session, edition_id)
    edition = fold(steps)
    if edition is None:
        return None
    positions = {found.source: found.sequence for found in await list_positions(session, str(edition_id))}
    own, unnumbered = await get_own_position(session, edition_id)
    if own is not None:
        positions |= {OWN_SOURCE: own, uow.source: own}  # positions go on over the epochs
    return Facts(
        edition=edition,
        plan=fold_plan(steps),
        participants={found.application_id: found for found in await list_participants(session, edition_id)},
        places=await list_places(session, edition_id),
        attendances=await list_attendances(session, edition_id),
        entries=await list_entries(session, edition_id),
        notices=await count_notices(session, edition_id),
        positions=positions,
        unnumbered=unnumbered,
        parked=await repository.count_parked(session, edition_id),
        before=await _load_before(uow, edition_id, edition) if with_before else None,
    )


async def _load_before(uow: UnitOfWork, edition_id: UUID, edition: Edition) -> Facts | None:
    """Return the facts of the newest edition that was over before this one began."""
    first = edition.held.first if edition.held else edition.planned.first
    found: list[tuple[date, UUID]] = []
    for other_id in await repository.list_edition_ids(uow.session):
        other = fold(await list_steps(uow.session, other_id)) if other_id != edition_id else None
        if other is not None and other.actual is not None and other.actual.last < first:
            found.append((other.actual.last, other_id))
    return await _load(uow, max(found)[1], with_before=False) if found else None
