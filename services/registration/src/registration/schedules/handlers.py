"""What upsets an edition, one function per act; each is told at once, but new dates by whoever judges by them first."""

from dataclasses import dataclass
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import LegalDocument
from common.contracts.registration import (
    EditionCancelled,
    EditionCapacityChanged,
    EditionRescheduled,
    EditionSuspended,
    ZoneCapacity,
)
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.editions import domain, repository
from registration.editions import handlers as editions
from registration.editions.domain import Days, Edition, check_days
from registration.editions.states import Act
from registration.lapses.settling import close_of_edition
from registration.papers import handlers as papers
from registration.priorities import handlers as priorities


async def suspend_edition(
    uow: UnitOfWork, edition_id: UUID, reason_code: str, document: LegalDocument | None
) -> Edition:
    """Stop an edition without a new date; places and deadlines stand still."""
    grounds = editions.Grounds(reason_code, document)
    _, edition = await editions.do_act(
        uow, edition_id, Act.SUSPEND, lambda edition: domain.suspend(edition, uow.now), grounds
    )
    uow.emit(EditionSuspended(edition_id=edition_id, reason_code=reason_code, legal_document=document))
    return edition


@dataclass(frozen=True)
class Rescheduled:
    """An edition before and after its new dates, and what tells them: its teller says first what they change.

    There is nothing to tell where it is on these dates already.
    """

    before: Edition
    after: Edition
    event: EditionRescheduled | None


async def reschedule_edition(
    uow: UnitOfWork, edition_id: UUID, new: Days, reason_code: str, document: LegalDocument | None
) -> Rescheduled:
    """Set new dates, also after a suspension; nobody is told yet.

    Who got no answer asks again: where the dates are in force already, no holder is asked a second time.
    """
    problems = [*check_days(new, "new"), *papers.problems_of(document, uow.now, required=True)]
    if new.first <= local_date(uow.now):
        problems.append(
            FieldProblem("new.from", "in_the_past", "Ngày mới phải ở sau hôm nay.", "New dates lie after today.")
        )
    if problems:
        raise InvalidInputError(problems)
    edition = await repository.lock_edition(uow.session, edition_id)
    if domain.is_held_on(edition, new):
        return Rescheduled(edition, edition, None)
    grounds = editions.Grounds(reason_code, document)
    before, after = await editions.do_act(
        uow, edition_id, Act.RESCHEDULE, lambda edition: domain.reschedule(edition, new), grounds
    )
    told = EditionRescheduled(
        edition_id=edition_id,
        old=editions.to_period(before.planned),
        new=editions.to_period(new),
        reason_code=reason_code,
        legal_document=document,
        priority_pack=await priorities.read_pack(uow, new.first),
    )
    return Rescheduled(before, after, told)


@dataclass(frozen=True)
class Capacity:
    """How many booths there are now, in all and where that is known by zone."""

    booth_target: int
    zones: tuple[tuple[str, int], ...] = ()


async def change_capacity(uow: UnitOfWork, edition_id: UUID, capacity: Capacity, grounds: editions.Grounds) -> Edition:
    """Set fewer or more booths; quotas stay, what cannot be met is told by the next allocation run.

    As many as there are, and none of a zone, is what was asked before by who got no answer: it is not told again.
    """
    if sum(booths for _, booths in capacity.zones) > capacity.booth_target:
        problem = FieldProblem(
            "zones", "zones_exceed_target", "Tổng các khu lớn hơn tổng số gian.", "The zones add up to more booths."
        )
        raise InvalidInputError([problem])
    edition = await repository.lock_edition(uow.session, edition_id)
    domain.check_act(edition, Act.CHANGE_CAPACITY)
    if capacity == Capacity(edition.booth_target):
        return edition
    _, edition = await editions.do_act(
        uow,
        edition_id,
        Act.CHANGE_CAPACITY,
        lambda edition: domain.change_capacity(edition, capacity.booth_target),
        grounds,
    )
    told = EditionCapacityChanged(
        edition_id=edition_id,
        booth_target=capacity.booth_target,
        zones=tuple(ZoneCapacity(zone_code=zone, capacity=booths) for zone, booths in capacity.zones),
        reason_code=grounds.reason_code or "other",
        legal_document=grounds.document,
    )
    uow.emit(told)
    return edition


async def cancel_edition(
    uow: UnitOfWork, edition_id: UUID, reason_code: str, document: LegalDocument | None
) -> Edition:
    """Call an edition off for good."""
    _, edition = await editions.do_act(
        uow, edition_id, Act.CANCEL, domain.cancel, editions.Grounds(reason_code, document)
    )
    await close_of_edition(uow, edition_id)
    uow.emit(EditionCancelled(edition_id=edition_id, reason_code=reason_code, legal_document=document))
    return edition
