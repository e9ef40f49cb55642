"""What is done with an edition's own rules."""

from uuid import UUID

from allocation.booths import repository as booths
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import Policy
from allocation.places import repository as known_places
from allocation.places.domain import Outcome
from allocation.rules import domain, repository
from allocation.rules.domain import EditionRules, RuleSet
from allocation.runs import handlers as runs
from allocation.waiting_lists import packs
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError

ANSWERED = frozenset(Outcome) - {Outcome.AWAITING, Outcome.WITHDRAWN, Outcome.REVOKED, Outcome.CLOSED}
"""The outcomes of whom the rules gave a place or kept waiting."""


async def set_rules(uow: UnitOfWork, edition_id: UUID, rules: RuleSet, made_by: str) -> EditionRules:
    """Put a new version of an edition's own rules in force; a run that was found by others is started anew.

    The same rules again change nothing. Raises InvalidInputError with every mistake, and EditionNotReadyError once places
    are given: by a run that is released, or in order of arrival to whoever came first.
    """
    edition = await known_editions.lock_edition(uow.session, edition_id)
    editions.require_open_rules(edition, has_answered=await known_places.has_places(uow.session, edition_id, ANSWERED))
    plan = await booths.list_booths(uow.session, edition_id)
    zones, codes = {each.zone_code for each in plan}, {each.booth_code for each in plan}
    problems = list(domain.check_rules(rules, zones, codes, packs.known_codes(edition.province_register)))
    if edition.policy is Policy.FIRST_COME:
        problems += domain.check_arrival(rules)
    if problems:
        raise InvalidInputError(problems)
    before = await repository.find_rules(uow.session, edition_id)
    if before.rules == rules:
        return before
    made = EditionRules(edition_id, before.version + 1, rules, made_by, uow.now)
    await repository.add_rules(uow.session, made)
    await runs.start_run_if_wanted(uow, edition)
    return made


async def read_rules(uow: UnitOfWork, edition_id: UUID) -> EditionRules:
    """Return the rules in force; raises NotFoundError."""
    await known_editions.get_edition(uow.session, edition_id)
    return await repository.find_rules(uow.session, edition_id)
