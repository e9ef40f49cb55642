"""Reads what places of an edition are decided from, as it is now."""

from allocation.applications import repository as applications
from allocation.booths import repository as booths
from allocation.editions.domain import Edition
from allocation.grounds import snapshots
from allocation.grounds.domain import RunInput
from allocation.pins import repository as known_pins
from allocation.rules import repository as known_rules
from common.delivery.unit_of_work import UnitOfWork


async def read_grounds(uow: UnitOfWork, edition: Edition) -> RunInput:
    """Return an edition's street, rules and accepted applications, with what the committee said among their needs."""
    plan = await booths.list_booths(uow.session, edition.edition_id)
    known = await applications.list_applications(uow.session, edition.edition_id)
    own = await known_rules.find_rules(uow.session, edition.edition_id)
    pins = await known_pins.list_pins(uow.session, edition.edition_id)
    return snapshots.to_input(edition, plan, known, pins, own)
