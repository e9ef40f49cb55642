"""The committee's words on single applications, held by every run started from then on."""

from dataclasses import replace
from uuid import UUID

from allocation.applications import repository as known_applications
from allocation.applications.domain import ApplicationState
from allocation.booths import repository as booths
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.pins import domain, repository
from allocation.pins.domain import Pin, Rule, Target
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError


async def make_pin(
    uow: UnitOfWork,
    edition_id: UUID,
    application_id: UUID,
    what: tuple[Rule, Target, str | None],
    *,
    reason: str,
    by: str,
) -> Pin:
    """Pin or forbid; the next run holds it. Raises InvalidInputError, PinClashError, EditionNotReadyError."""
    edition = await known_editions.lock_edition(uow.session, edition_id)
    editions.require_unreleased(edition)
    rule, target, code = what
    pin = Pin(uow.new_id(), edition_id, application_id, rule, target, code, reason, by, uow.now)
    known = await known_applications.list_applications(uow.session, edition_id)
    zones_of = {each.booth_code: each.zone_code for each in await booths.list_booths(uow.session, edition_id)}
    problems = list(domain.check_target(pin, zones_of))
    accepted = {each.application_id for each in known if each.state is ApplicationState.ACCEPTED}
    if application_id not in accepted:
        vi, en = "Kỳ sự kiện không có hồ sơ được chấp nhận này.", "The edition has no such accepted application."
        problems.append(FieldProblem("application_id", "unknown_application", vi, en))
    if problems:
        raise InvalidInputError(problems)
    domain.require_no_clash(pin, await repository.list_pins(uow.session, edition_id), zones_of)
    await repository.add_pin(uow.session, pin)
    return pin


async def withdraw_pin(uow: UnitOfWork, pin_id: UUID, *, by: str) -> Pin:
    """Take a pin back; the same twice once. Raises EditionNotReadyError after a release."""
    known = await repository.get_pin(uow.session, pin_id)
    editions.require_unreleased(await known_editions.lock_edition(uow.session, known.edition_id))
    pin = await repository.get_pin(uow.session, pin_id)
    if pin.withdrawn_at is None:
        pin = replace(pin, withdrawn_by=by, withdrawn_at=uow.now)
        await repository.save_pin(uow.session, pin)
    return pin
