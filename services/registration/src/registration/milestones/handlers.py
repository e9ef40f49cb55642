"""An edition's milestones, one function per act; what agencies have to know is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from common.calendar import VIETNAM, local_date
from common.contracts.base import LegalDocument
from common.contracts.registration import (
    AllocationPolicy,
    EditionAnnounced,
    EditionEnded,
    EditionStarted,
    Quota,
    QuotaDimension,
    RegistrationClosed,
    RegistrationOpened,
    RegistrationWindow,
    ThemeRegion,
    Venue,
)
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.editions import domain
from registration.editions import handlers as editions
from registration.editions.domain import Days, Edition
from registration.editions.states import Act
from registration.lapses.settling import close_of_edition
from registration.priorities import handlers as priorities


def _advance(act: Act) -> Callable[[Edition], Edition]:
    return lambda edition: domain.advance(edition, act)


async def approve_edition(uow: UnitOfWork, edition_id: UUID, document: LegalDocument | None) -> Edition:
    """Approve a planned edition by its paper and announce it."""
    _, edition = await editions.do_act(
        uow, edition_id, Act.APPROVE, _advance(Act.APPROVE), editions.Grounds(document=document)
    )
    uow.emit(_to_announcement(edition, document))
    return edition


def _to_announcement(edition: Edition, document: LegalDocument | None) -> EditionAnnounced:
    return EditionAnnounced(
        edition_id=edition.edition_id,
        code=edition.code,
        name=editions.to_text(edition.name),
        theme_region=ThemeRegion(edition.theme_region),
        venue=Venue(name=editions.to_text(edition.venue_name), province_code=edition.venue_province_code),
        planned=editions.to_period(edition.planned),
        official_days=edition.official_days,
        booth_target=edition.booth_target,
        registration=RegistrationWindow(opens_at=edition.opens_at, closes_at=edition.closes_at),
        host_agency_codes=edition.host_agency_codes,
        executing_agency_codes=edition.executing_agency_codes,
        allocation_policy=AllocationPolicy(edition.allocation_policy),
        quotas=tuple(
            Quota(dimension=QuotaDimension(quota.dimension), code=quota.code, floor=quota.floor, ceiling=quota.ceiling)
            for quota in edition.quotas
        ),
        legal_document=document,
        theme_province_codes=edition.theme_province_codes,
        province_register=edition.province_register,
    )


async def open_registration(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Take applications from now on; raises EditionNotDueError before the time that was announced."""
    _, edition = await editions.do_act(
        uow, edition_id, Act.OPEN, lambda edition: domain.open_registration(edition, uow.now)
    )
    uow.emit(RegistrationOpened(edition_id=edition_id))
    return edition


@dataclass(frozen=True)
class Counts:
    """Applications of an edition by what became of them."""

    submitted: int
    accepted: int
    pending: int


async def close_registration(uow: UnitOfWork, edition: Edition, counts: Counts) -> Edition:
    """Take no more applications; whoever counts them has locked the edition before."""
    _, closed = await editions.do_act(uow, edition.edition_id, Act.CLOSE, _advance(Act.CLOSE))
    uow.emit(
        RegistrationClosed(
            edition_id=edition.edition_id,
            submitted=counts.submitted,
            accepted=counts.accepted,
            pending=counts.pending,
            priority_pack=await priorities.read_pack(uow, closed.planned.first),
        )
    )
    return closed


async def reopen_registration(
    uow: UnitOfWork, edition_id: UUID, reason_code: str, closes_at: datetime | None
) -> Edition:
    """Take applications again, until ``closes_at`` or else until the first official day begins."""

    def reopen(edition: Edition) -> Edition:
        until = closes_at or datetime.combine(edition.planned.first, time(), VIETNAM)
        if until <= uow.now:
            problem = FieldProblem("closes_at", "in_the_past", "Hạn đăng ký đã qua.", "The end has passed already.")
            raise InvalidInputError([problem])
        return domain.reopen(edition, until)

    _, edition = await editions.do_act(uow, edition_id, Act.REOPEN, reopen, editions.Grounds(reason_code))
    uow.emit(RegistrationOpened(edition_id=edition_id))
    return edition


async def publish_allocation(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Record that the places are released."""
    return (await editions.do_act(uow, edition_id, Act.PUBLISH, _advance(Act.PUBLISH)))[1]


async def make_ready(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Record that the street is ready for the first day."""
    return (await editions.do_act(uow, edition_id, Act.MAKE_READY, _advance(Act.MAKE_READY)))[1]


async def start_edition(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Begin the first day; raises EditionNotDueError before it."""
    today = local_date(uow.now)
    _, edition = await editions.do_act(uow, edition_id, Act.START, lambda edition: domain.start(edition, today))
    uow.emit(EditionStarted(edition_id=edition_id))
    return edition


async def end_edition(uow: UnitOfWork, edition_id: UUID, actual: Days | None) -> Edition:
    """End a live edition; ``actual`` are the days held."""
    problems = list(domain.check_days(actual, "actual")) if actual else []
    if problems:
        raise InvalidInputError(problems)
    today = local_date(uow.now)
    _, edition = await editions.do_act(uow, edition_id, Act.END, lambda edition: domain.end(edition, actual, today))
    await close_of_edition(uow, edition_id)
    uow.emit(EditionEnded(edition_id=edition_id, actual=editions.to_period(edition.actual or edition.planned)))
    return edition


async def report_edition(uow: UnitOfWork, edition_id: UUID, document: LegalDocument | None) -> Edition:
    """Record the paper by which the result of a closed edition was reported: nothing follows any more."""
    return (
        await editions.do_act(uow, edition_id, Act.REPORT, _advance(Act.REPORT), editions.Grounds(document=document))
    )[1]
