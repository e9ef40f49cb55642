"""Plans editions, and does each act to them in one way: lock, check the paper, store, record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.base import LegalDocument, LocalText, Period
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ConflictError, FieldProblem, InvalidInputError
from registration.agencies import handlers as agencies
from registration.agencies.domain import REGIONS
from registration.editions import domain, repository
from registration.editions.domain import Days, Edition
from registration.editions.states import NEEDS_PAPER, Act
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
    problems = papers.problems_of(grounds.document, uow.now, required=act in NEEDS_PAPER)
    if grounds.document is not None:
        issuer = {"legal_document.issuing_agency_code": grounds.document.issuing_agency_code}
        problems += await agencies.check_known_agencies(uow, issuer)
    if problems:
        raise InvalidInputError(problems)
    document_id = await papers.file_paper(uow, grounds.document)
    await repository.save_edition(uow.session, after)
    repository.add_act(uow.session, uow.new_id(), after, act, grounds.reason_code, document_id, uow.now)
    if after.schedule_version != before.schedule_version:
        repository.add_schedule(uow.session, after, grounds.reason_code, document_id, uow.now)
    return before, after


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


async def read_pause(uow: UnitOfWork, edition_id: UUID, since: datetime, until: datetime) -> timedelta:
    """Return for how long an edition's dates stood still between two moments."""
    acts = await repository.list_acts(uow.session, edition_id)
    return domain.stood_still([(one.act, one.done_at) for one in acts], since, until)


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


def to_text(text: domain.Text) -> LocalText:
    return LocalText(vi=text.vi, en=text.en)


def to_period(days: Days) -> Period:
    return Period.model_validate({"from": days.first, "to": days.last})
