"""Repairs: asked for, found by the worker, previewed, carried out once."""

from collections.abc import Collection
from dataclasses import asdict, replace
from uuid import UUID

from allocation.booths import repository as known_booths
from allocation.damages import domain as damages
from allocation.damages.domain import Cause, Damage, Problem
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition, Policy
from allocation.floor_plans import handlers as floor_plans
from allocation.grounds.domain import Applicant, Rules
from allocation.lapses import handlers as lapses
from allocation.offers import handlers as offers
from allocation.offers.handlers import Moving
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.repairs import domain, repository
from allocation.repairs.domain import (
    Found,
    NothingToRepairError,
    Repair,
    RepairBreaksRulesError,
    RepairOutdatedError,
    RepairState,
)
from allocation.rules import repository as known_rules
from allocation.runs import checker
from allocation.runs.packs import words_of
from allocation.streets.domain import Street
from allocation.waiting_lists import domain as waiting
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.handlers import Lost
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError

MOVED = "repair"
LOST = "capacity_changed"
POWER_FAILED = "power_failed"
REFUSED = "Kiểm tra độc lập không chấp nhận phương án / The independent check refuses what was found"


async def request_repair(uow: UnitOfWork, edition_id: UUID, damage: Damage, *, by: str) -> Repair:
    """Have a repair found for what happened; nobody is moved or told by it.

    Raises InvalidInputError, NothingToRepairError, EditionNotReadyError.
    """
    edition = await known_editions.lock_edition(uow.session, edition_id)
    _require_given(edition)
    known = await known_booths.list_booths(uow.session, edition_id)
    problems = damages.check_damage(damage, [each.booth_code for each in known])
    if problems:
        raise InvalidInputError(problems)
    problem = await _read_problem(uow, edition, damage)
    repair = Repair(uow.new_id(), edition_id, RepairState.QUEUED, damage, problem, None, "", by, uow.now)
    await repository.add_repair(uow.session, repair)
    return repair


def _require_given(edition: Edition) -> None:
    editions.require_not_over(edition)
    if edition.policy is not Policy.FIRST_COME and edition.released_run_id is None:
        raise editions.EditionNotReadyError(
            "Chưa công bố phương án; hãy chạy lại phương án thay vì sắp lại.",
            "No run is released yet; start another run instead.",
        )


async def _read_problem(uow: UnitOfWork, edition: Edition, damage: Damage) -> Problem:
    """Return the street as it is left and who stands on it now."""
    street, candidates = await waiting_lists.load_street(uow, edition)
    held = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING)
    standing = [(candidates[place.application_id], place.booth_codes) for place in held]
    if damage.cause is Cause.WITHDRAWAL:
        line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
        joining = _first_kept_apart(street, line, candidates)
        standing.append((candidates[joining.application_id], ()))
    return damages.to_problem(street.given, standing, damage, edition.seed)


def _first_kept_apart(street: Street, line: list[Place], candidates: dict[UUID, Applicant]) -> Place:
    """Return the first of the line whom moves of others may give a place; raises NothingToRepairError.

    That is: two neighbours are wanting, or a booth where a rule lets it stand.
    """
    for place in line:
        candidate = candidates[place.application_id]
        why = waiting.why_not(street, candidate)
        wanting = {"no_two_together", "against_rules", *(["zones_full"] if candidate.booths > 1 else [])}
        if why is not None and why.code in wanting:
            return place
    raise NothingToRepairError


async def store_found(uow: UnitOfWork, repair_id: UUID, found: Found | None, words: str = "") -> None:
    """Keep what the worker found, or why it found nothing; what the check refuses is no preview."""
    repair = await repository.get_repair(uow.session, repair_id)
    if repair.state is not RepairState.QUEUED:
        return
    is_found = found is not None and found.status != "infeasible"
    broken = find_broken_rules(repair.problem, found) if found is not None and is_found else ()
    state = RepairState.PREVIEWED if is_found and not broken else RepairState.FAILED
    refused = f"{REFUSED}: {'; '.join(broken)}" if broken else ""
    words = words or refused or (found.words if found else "")
    await repository.save_repair(uow.session, replace(repair, state=state, found=found, words=words[:2000]))


def find_broken_rules(problem: Problem, found: Found) -> tuple[str, ...]:
    """Return the hard rules that a repair breaks beyond those that were broken, by the check that knows no solver."""
    given, allowed = problem.to_input(), set[str]()
    for each in problem.holders:
        if each.excused and found.placements.get(each.application_id) == each.booth_codes:
            own = replace(given, bounds=(), pins=(), rules=_only(given.rules, each.excused))
            allowed.update(checker.rules_broken(own, {each.application_id: each.booth_codes}))
    return tuple(each for each in checker.rules_broken(given, found.placements) if each not in allowed)


def _only(rules: Rules, names: Collection[str]) -> Rules:
    return Rules(
        requirements=tuple(each for each in rules.requirements if f"requirement:{each.code}" in names),
        reservations=tuple(each for each in rules.reservations if f"reservation:{each.code}" in names),
    )


async def execute_repair(uow: UnitOfWork, repair_id: UUID, *, by: str) -> Repair:
    """Carry a previewed repair out: all moves in one step, everyone told once; a second click changes nothing.

    Raises RepairNotReadyError, RepairOutdatedError where places have changed since, RepairBreaksRulesError.
    """
    known = await repository.get_repair(uow.session, repair_id)
    edition = await known_editions.lock_edition(uow.session, known.edition_id)
    repair = await repository.get_repair(uow.session, repair_id)
    if repair.state is RepairState.EXECUTED:
        return repair
    domain.require_previewed(repair)
    _require_given(edition)
    try:
        is_same = await _read_problem(uow, edition, repair.damage) == repair.problem
    except NothingToRepairError:
        is_same = False
    if not is_same:
        raise RepairOutdatedError
    _require_rules(repair)
    await _carry_out(uow, edition, repair)
    executed = domain.execute(repair, by, uow.now)
    await repository.save_repair(uow.session, executed)
    return executed


def _require_rules(repair: Repair) -> None:
    """Raise where the check that knows nothing of the solver finds a hard rule broken that was not broken before."""
    broken = find_broken_rules(repair.problem, repair.found) if repair.found else ()
    if broken:
        raise RepairBreaksRulesError(
            f"Phương án sắp lại vi phạm quy định bắt buộc: {broken[0]}", f"The repair breaks a hard rule: {broken[0]}"
        )


async def _carry_out(uow: UnitOfWork, edition: Edition, repair: Repair) -> None:
    ids = [UUID(each.application_id) for each in repair.problem.holders]
    held = {str(place.application_id): place for place in await known_places.get_places(uow.session, ids)}
    losing = [held[each.application_id] for each in repair.losers()]
    fallen = await lapses.find_fallen(uow, edition, losing)
    await offers.release_places(uow, losing, LOST)
    lined_up = await waiting_lists.line_up(uow, edition, losing, in_front=True)
    moves = [Moving(held[each.application_id], codes) for each, codes in repair.moves()]
    await offers.move_places(uow, moves, MOVED)
    damage = repair.damage
    if damage.closed or damage.without_power:
        await floor_plans.take_out(uow, edition.edition_id, damage.closed, damage.without_power)
    why = WhyNot(POWER_FAILED if damage.cause is Cause.POWER_FAILED else LOST, {})
    await lapses.tell_losers(uow, edition, lined_up, fallen, why, Lost.of(losing))
    joining = {each.application_id: codes for each, codes in repair.joiners()}
    if joining:
        await offers.offer_turns(uow, edition, await waiting_lists.see_given(uow, edition, joining))
    await offers.move_list_up(uow, edition)


async def tell_unheld(uow: UnitOfWork, repair: Repair) -> list[tuple[str, str, str]]:
    """Return the hard rules that a repair cannot hold for everybody, each by code, in Vietnamese and English."""
    if repair.found is None or not repair.found.unheld:
        return []
    edition = await known_editions.get_edition(uow.session, repair.edition_id)
    own = await known_rules.find_rules(uow.session, repair.edition_id)
    given, named = repair.problem.to_input(), asdict(own.rules)
    return [(code, *words_of(code, given, named, edition.province_register)) for code in repair.found.unheld]
