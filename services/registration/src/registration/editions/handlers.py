"""What is done to an edition on its road, one function per act: lock it, check the paper, store, tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from common.calendar import VIETNAM, local_date
from common.contracts.base import LegalDocument, LocalText, Period
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
from common.errors import ConflictError, FieldProblem, InvalidInputError
from common.unit_of_work import UnitOfWork
from registration.agencies import handlers as agencies
from registration.agencies.domain import REGIONS
from registration.editions import domain, repository
from registration.editions.domain import Act, Days, Edition
from registration.papers import handlers as papers
from registration.quotas import domain as quotas
from registration.rules import repository as rules
from registration.rules.domain import ProductGroups
from registration.vendors.domain import VENDOR_TYPES


@dataclass(frozen=True)
class Grounds:
    """Why an act is done: a coded reason and a numbered paper, where there are any."""

    reason_code: str | None = None
    document: LegalDocument | None = None


NO_GROUNDS = Grounds()


async def do_act(
    uow: UnitOfWork, edition_id: UUID, act: Act, change: Callable[[Edition], Edition], grounds: Grounds = NO_GROUNDS
) -> tuple[Edition, Edition]:
    """Lock, check, change, store and record one act; return the edition before and after."""
    before = await repository.lock_edition(uow.session, edition_id)
    after = change(before)
    problems = papers.problems_of(grounds.document, required=act in domain.NEEDS_PAPER)
    if problems:
        raise InvalidInputError(problems)
    document_id = await papers.file_paper(uow, grounds.document)
    await repository.save_edition(uow.session, after)
    repository.add_act(uow.session, uow.new_id(), after, act, grounds.reason_code, document_id, uow.now)
    if after.schedule_version != before.schedule_version:
        repository.add_schedule(uow.session, after, grounds.reason_code, document_id, uow.now)
    return before, after


def _advance(act: Act) -> Callable[[Edition], Edition]:
    return lambda edition: domain.advance(edition, act)


async def plan_edition(uow: UnitOfWork, edition: Edition) -> Edition:
    """Store a planned edition; nobody is told before it is approved. Raises InvalidInputError, ConflictError."""
    problems = await _problems_of(uow, edition)
    if problems:
        raise InvalidInputError(problems)
    if await repository.has_code(uow.session, edition.code):
        raise ConflictError("Mã kỳ sự kiện đã được dùng.", "The code of the edition is taken.", field="code")
    await repository.add_edition(uow.session, edition)
    repository.add_schedule(uow.session, edition, None, None, uow.now)
    return edition


async def _problems_of(uow: UnitOfWork, edition: Edition) -> list[FieldProblem]:
    problems = list(domain.check_plan(edition))
    named = {f"host_agency_codes[{place}]": code for place, code in enumerate(edition.host_agency_codes)}
    named |= {f"executing_agency_codes[{place}]": code for place, code in enumerate(edition.executing_agency_codes)}
    problems += await agencies.check_known_agencies(uow, named)
    register = await agencies.find_register(uow, edition.province_register)
    if register is None:
        return [*problems, _unknown_province("province_register")]
    provinces = {"venue.province_code": edition.venue_province_code}
    provinces |= {f"theme_province_codes[{n}]": code for n, code in enumerate(edition.theme_province_codes or ())}
    problems += [_unknown_province(field) for field, code in provinces.items() if code not in register.codes]
    groups = await rules.get_in_force(uow.session, "product_groups", ProductGroups, edition.planned.first)
    codes = quotas.Codes({row.code: row.region for row in register.rows}, REGIONS, groups.labels, VENDOR_TYPES)
    bounds = [quotas.Quota(quota.dimension, quota.code, quota.floor, quota.ceiling) for quota in edition.quotas]
    return [*problems, *quotas.check_quotas(bounds, edition.booth_target, codes)]


def _unknown_province(field: str) -> FieldProblem:
    return FieldProblem(
        field, "unknown_province", "Danh mục không có tỉnh, thành phố này.", "The register has no such province."
    )


async def approve_edition(uow: UnitOfWork, edition_id: UUID, document: LegalDocument | None) -> Edition:
    """Approve a planned edition by its paper and announce it."""
    _, edition = await do_act(uow, edition_id, Act.APPROVE, _advance(Act.APPROVE), Grounds(document=document))
    uow.emit(_to_announcement(edition, document))
    return edition


def _to_announcement(edition: Edition, document: LegalDocument | None) -> EditionAnnounced:
    return EditionAnnounced(
        edition_id=edition.edition_id,
        code=edition.code,
        name=to_text(edition.name),
        theme_region=ThemeRegion(edition.theme_region),
        venue=Venue(name=to_text(edition.venue_name), province_code=edition.venue_province_code),
        planned=to_period(edition.planned),
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


def to_text(text: domain.Text) -> LocalText:
    return LocalText(vi=text.vi, en=text.en)


def to_period(days: Days) -> Period:
    return Period.model_validate({"from": days.first, "to": days.last})


async def open_registration(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Take applications from now on."""
    _, edition = await do_act(uow, edition_id, Act.OPEN, _advance(Act.OPEN))
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
    _, closed = await do_act(uow, edition.edition_id, Act.CLOSE, _advance(Act.CLOSE))
    uow.emit(
        RegistrationClosed(
            edition_id=edition.edition_id,
            submitted=counts.submitted,
            accepted=counts.accepted,
            pending=counts.pending,
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

    _, edition = await do_act(uow, edition_id, Act.REOPEN, reopen, Grounds(reason_code))
    uow.emit(RegistrationOpened(edition_id=edition_id))
    return edition


async def publish_allocation(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Record that the places are released."""
    return (await do_act(uow, edition_id, Act.PUBLISH, _advance(Act.PUBLISH)))[1]


async def make_ready(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Record that the street is ready for the first day."""
    return (await do_act(uow, edition_id, Act.MAKE_READY, _advance(Act.MAKE_READY)))[1]


async def start_edition(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Begin the first day; raises EditionNotDueError before it."""
    today = local_date(uow.now)
    _, edition = await do_act(uow, edition_id, Act.START, lambda edition: domain.start(edition, today))
    uow.emit(EditionStarted(edition_id=edition_id))
    return edition


async def end_edition(uow: UnitOfWork, edition_id: UUID, actual: Days | None) -> Edition:
    """End a live edition; ``actual`` are the days held."""
    problems = list(domain.check_days(actual, "actual")) if actual else []
    if problems:
        raise InvalidInputError(problems)
    today = local_date(uow.now)
    _, edition = await do_act(uow, edition_id, Act.END, lambda edition: domain.end(edition, actual, today))
    uow.emit(EditionEnded(edition_id=edition_id, actual=to_period(edition.actual or edition.planned)))
    return edition


async def report_edition(uow: UnitOfWork, edition_id: UUID, document: LegalDocument | None) -> Edition:
    """Record the paper by which the result of a closed edition was reported: nothing follows any more."""
    return (await do_act(uow, edition_id, Act.REPORT, _advance(Act.REPORT), Grounds(document=document)))[1]
