"""Another number of booths: foreseen for who decides on it, done when registration tells it, by the same reckoning."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from allocation.capacities.domain import Capacity, Consequences
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.lapses import handlers as lapses
from allocation.offers import handlers as offers
from allocation.offers.handlers import Moving
from allocation.places import repository as known_places
from allocation.places.domain import HOLDING
from allocation.resumptions import repository as resumptions
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.handlers import Lost
from allocation.waiting_lists.steps import Step
from common.contracts.base import LegalDocument
from common.contracts.registration import EditionCapacityChanged
from common.delivery.unit_of_work import UnitOfWork

CAPACITY_CHANGED = "capacity_changed"


@dataclass(frozen=True)
class _Course:
    """What happens, whose turn it is of the line, and who of those that leave has lost points since it was placed."""

    consequences: Consequences
    step: Step
    fallen: Collection[UUID]


async def foresee(uow: UnitOfWork, edition_id: UUID, capacity: Capacity) -> Consequences:
    """Return what would happen if the edition had so many booths; nothing is changed and nobody told.

    Raises NotFoundError, EditionNotReadyError for an edition that is over.
    """
    edition = await known_editions.get_edition(uow.session, edition_id)
    editions.require_not_over(edition)
    return (await _reckon(uow, editions.resize(edition, capacity.booth_target, capacity.zones))).consequences


async def fit_to_capacity(uow: UnitOfWork, event: EditionCapacityChanged) -> None:
    """After a cut the lowest in priority move to another zone or wait in front of the line; free booths are offered.

    Whose points fell since it was placed stands where these put it, for another zone as for the line.
    """
    edition = await known_editions.lock_edition(uow.session, event.edition_id)
    if edition.is_over:
        return
    paper = event.legal_document
    if edition.is_behind and uow.cause is not None:
        plain = None if paper is None else paper.model_dump(mode="json")
        await resumptions.put_off_size(uow.session, edition.edition_id, uow.cause.id, plain)
        return
    await fit(uow, edition, paper)


async def fit(uow: UnitOfWork, edition: Edition, paper: LegalDocument | None) -> None:
    """Let holders and line fit the booths that the edition has by a paper; where they do, nothing happens."""
    course = await _reckon(uow, edition)
    found = course.consequences
    await offers.release_places(uow, list(reversed(found.lost)), CAPACITY_CHANGED)
    lined_up = await waiting_lists.line_up(uow, edition, found.lost, in_front=True)
    await offers.move_places(uow, [Moving(place, codes) for place, codes in found.moved], CAPACITY_CHANGED)
    why, lost = WhyNot(CAPACITY_CHANGED, {}), Lost.of(found.lost, paper)
    await lapses.tell_losers(uow, edition, lined_up, course.fallen, why, lost)
    await offers.offer_turns(uow, edition, course.step)


async def _reckon(uow: UnitOfWork, edition: Edition) -> _Course:
    """Return what becomes of holders and line of an edition that has another number of booths by now."""
    leaving = set(await waiting_lists.choose_losers(uow, edition))
    holding = await known_places.list_places(uow.session, edition.edition_id, HOLDING)
    losing = [place for place in holding if place.application_id in leaving]
    fallen = await lapses.find_fallen(uow, edition, losing)
    step = Step()
    if edition.gives_places and not waiting_lists.why_none_are_offered(uow, edition):
        step = await waiting_lists.choose_next(uow, edition, leaving, fallen)
    booths = {turn.place.application_id: turn.booth_codes for turn in step.turns}
    joining = [turn for turn in step.turns if turn.place.application_id not in leaving]
    consequences = Consequences(
        lost=tuple(place for place in losing if place.application_id not in booths),
        moved=tuple((place, booths[place.application_id]) for place in losing if place.application_id in booths),
        joined=tuple((turn.place, turn.booth_codes) for turn in joining),
        held=sum(len(place.booth_codes) for place in holding),
        starts_run=edition.wants_run,
    )
    return _Course(consequences, Step(joining, step.passed), fallen)
