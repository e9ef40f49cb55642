"""The line of an edition: who is put on it, who comes next, and why somebody waits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

import structlog

from allocation.booths import repository as known_booths
from allocation.claims.domain import Claims, explain_ahead, explain_wait, read_claims
from allocation.editions import repository as editions
from allocation.editions.domain import Edition, Policy, Stage
from allocation.explanations.packs import Told
from allocation.grounds.domain import Applicant, RunInput
from allocation.grounds.handlers import read_grounds
from allocation.offers.domain import may_offer
from allocation.offers.repository import rules_on
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.rules import repository as known_rules
from allocation.runs import checker
from allocation.runs import repository as known_runs
from allocation.runs.packs import rule_names
from allocation.streets.domain import Street
from allocation.waiting_lists import domain, repository
from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.steps import Step, to_step
from allocation.waiting_lists.wording import to_reason
from common.calendar import local_date
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.base import LegalDocument, Reason
from common.delivery.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

TURN_COMES = WhyNot("turn_comes", {})
LOST = frozenset({"capacity_changed", "power_failed"})
"""Why a holder lost its place: more is said where a rule keeps it from what is free."""
ON_STREET = places.HOLDING | {Outcome.WAITLISTED}

Seen = tuple[Street, dict[UUID, Applicant]]
"""The street with its holders and its line, and all accepted applications as candidates."""


@dataclass(frozen=True)
class Lost:
    """The booths that applications held until now, and the paper by which there are fewer."""

    booths: Mapping[UUID, tuple[str, ...]]
    paper: LegalDocument | None = None

    @classmethod
    def of(cls, held: Iterable[Place], paper: LegalDocument | None = None) -> "Lost":
        return cls({each.application_id: each.booth_codes for each in held}, paper)


async def load_street(uow: UnitOfWork, edition: Edition) -> Seen:
    """Return the street with its holders, and all accepted applications as candidates."""
    return await _see(uow, edition, await known_places.list_places(uow.session, edition.edition_id, ON_STREET))


async def _see(uow: UnitOfWork, edition: Edition, found: Sequence[Place], leaving: Collection[UUID] = ()) -> Seen:
    """Return the street as the places found say.

    Holders named in ``leaving`` hold nothing on it any more and stand in front of the line, by standing.
    """
    given = await read_grounds(uow, edition)
    holding = [place for place in found if place.is_held and place.application_id not in leaving]
    held = {str(place.application_id): place.booth_codes for place in holding}
    in_line = [place for place in found if str(place.application_id) not in held]
    given = replace(given, pins=given.kept_pins(held)).with_pins()
    candidates = {UUID(each.application_id): each for each in given.applicants}
    street = Street(
        given=given,
        regions=editions.regions_of(edition.province_register),
        compares_points=edition.policy is Policy.OPTIMAL_AT_CLOSE,
        keeps_for_floors=edition.policy is Policy.FIRST_COME and edition.stage in {Stage.ANNOUNCED, Stage.OPEN},
        line=[candidates[place.application_id] for place in in_line],
    )
    for place in holding:
        street.give(candidates[place.application_id], place.booth_codes)
    return street, candidates


async def choose_next(
    uow: UnitOfWork, edition: Edition, leaving: Collection[UUID] = (), fallen: Collection[UUID] = ()
) -> Step:
    """Return who of the line gets which booths now, and who is passed over; what the independent check refuses is given to nobody.

    Holders named in ``leaving`` are chosen for as the first of the line, without the booths that they hold; those also named
    in ``fallen`` stand where their points of now put them.
    """
    found = await known_places.list_places(uow.session, edition.edition_id, ON_STREET)
    held = await known_places.get_places(uow.session, list(leaving)) if leaving else []
    line = [place for place in found if place.outcome is Outcome.WAITLISTED]
    waiting = {str(place.application_id): place for place in (*held, *line)}
    if not waiting:
        return Step()
    street, candidates = await _see(uow, edition, found, leaving)
    street.line = domain.fall_back(street.line, [candidates[each] for each in fallen])
    before = street.copy()
    now: dict[str, tuple[str, ...]] = {}
    for code, holder in street.holders.items():
        now[holder.application_id] = (*now.get(holder.application_id, ()), code)
    former = {each: place.former_booth_codes for each, place in waiting.items() if place.former_booth_codes}
    chosen = {candidate.application_id: codes for candidate, codes in domain.choose_next(street, street.line, former)}
    return to_step(before, waiting, _judged(street.given, now, chosen))


async def see_given(uow: UnitOfWork, edition: Edition, chosen: Mapping[str, tuple[str, ...]]) -> Step:
    """Return whom it passes over if some of the line, by application, get booths that were found otherwise."""
    line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    street, _ = await load_street(uow, edition)
    return to_step(street, {str(place.application_id): place for place in line}, chosen)


def _judged(
    given: RunInput, now: Mapping[str, tuple[str, ...]], chosen: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Return what of the places chosen keeps every hard rule, by the check that shares no line with the choice."""
    if not chosen or not checker.newly_broken(given, now, {**now, **chosen}):
        return chosen
    kept: dict[str, tuple[str, ...]] = {}
    for each, codes in chosen.items():
        broken = checker.newly_broken(given, now, {**now, **kept, each: codes})
        if broken:
            log.error("place_refused_by_check", application_id=each, booth_codes=codes, findings=broken)
        else:
            kept[each] = codes
    return kept


async def line_up(
    uow: UnitOfWork, edition: Edition, joining: Sequence[Place], *, in_front: bool = False
) -> list[Place]:
    """Put applications at the end of the line, or in front of it, in their order; nobody is told yet."""
    first, last = await repository.get_ranks(uow.session, edition.edition_id)
    start = first - len(joining) if in_front else last + 1
    waiting = [places.wait(place, start + number) for number, place in enumerate(joining)]
    await known_places.save_places(uow.session, waiting)
    return waiting


async def tell_waiting(
    uow: UnitOfWork,
    edition: Edition,
    told: Sequence[Place],
    *,
    run_id: UUID | None = None,
    why: WhyNot | None = None,
    said: Mapping[str, Told] | None = None,
    lost: Lost | None = None,
    seen: Seen | None = None,
) -> None:
    """Tell applications of their place in the line, each with why it waits.

    ``said`` is what the dossier of the run, ``run_id``, says of each; ``why`` what is to be told all of them; ``lost`` what
    they held until now. Who has no reason by these is told what keeps it from a place now. ``seen`` is the street, where
    the caller has read it and nothing of it has changed since.
    """
    if not told:
        return
    street, candidates = seen or await load_street(uow, edition)
    rules = await read_names(uow, edition) if street.given.rules.version else {}
    claims = None if why or said else await _read_claims(uow, edition)
    positions = {UUID(each.application_id): number for number, each in enumerate(street.line, start=1)}
    for place in told:
        known = (said or {}).get(str(place.application_id))
        if known is None:
            candidate = candidates[place.application_id]
            found = _why(street, candidate, why or _find_why(street, candidate, claims))
            known = Told(tuple(to_reason(each, edition.province_register, rules) for each in found))
        uow.emit(
            ApplicationWaitlisted(
                edition_id=edition.edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                run_id=run_id,
                position=positions[place.application_id],
                reasons=known.reasons,
                changes=known.changes,
                draw_number=known.draw_number,
                released_booth_codes=lost.booths.get(place.application_id, ()) if lost else (),
                legal_document=lost.paper if lost else None,
            )
        )


async def read_why(uow: UnitOfWork, edition: Edition, place: Place) -> tuple[Reason, ...]:
    """Return what keeps somebody of the line from a place now; the released run is read only where every booth is taken."""
    street, candidates = await load_street(uow, edition)
    rules = await read_names(uow, edition) if street.given.rules.version else {}
    candidate, none_offered = candidates[place.application_id], why_none_are_offered(uow, edition)
    reason = domain.why_not(street, candidate)
    if reason is not None and reason.code == domain.NO_BOOTH_FREE:
        reason = explain_ahead(street, candidate, reason, await _read_claims(uow, edition))
    found = _why(street, candidate, reason or none_offered or TURN_COMES)
    return tuple(to_reason(each, edition.province_register, rules) for each in found)


async def read_names(uow: UnitOfWork, edition: Edition) -> Mapping[str, tuple[str, str]]:
    own = await known_rules.find_rules(uow.session, edition.edition_id)
    return rule_names(asdict(own.rules))


async def _read_claims(uow: UnitOfWork, edition: Edition) -> Claims | None:
    """Return the claims of the released run; None where places went by arrival."""
    run_id = edition.released_run_id
    run = None if run_id is None else await known_runs.find_run(uow.session, run_id)
    if run is None or run.result is None or run.seed is None:
        return None
    holding = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING)
    by_run = {str(place.application_id) for place in holding if place.run_id == run_id}
    return read_claims(run.input, run.seed, by_run & run.result.placements.keys())


def _find_why(street: Street, candidate: Applicant, claims: Claims | None) -> WhyNot:
    """Return what keeps somebody from a place now: the street, else that its turn is still to come."""
    return explain_wait(street, candidate, claims) or TURN_COMES


def why_none_are_offered(uow: UnitOfWork, edition: Edition) -> WhyNot | None:
    """Return why no free booth is offered at all now; None if they are."""
    if edition.is_suspended:
        return WhyNot("suspended", {})
    if not may_offer(rules_on(edition.first_on), local_date(uow.now), edition.first_on):
        return WhyNot("too_late", {})
    return None


def _why(street: Street, candidate: Applicant, reason: WhyNot) -> list[WhyNot]:
    """Return why somebody waits, with required floors of its groups that are not held."""
    if reason.code in LOST:
        found = domain.why_not(street, candidate)
        reason = found if found is not None and found.code in {"against_rules", domain.NOTHING_ELIGIBLE} else reason
    missed = {group: number for group, number in street.lacking_required().items() if group in candidate.groups}
    told = [WhyNot("required_floor_missed", {"quota": each, "booths_missing": n}) for each, n in missed.items()]
    return [reason, *told]


async def has_booths(uow: UnitOfWork, edition: Edition) -> bool:
    """Tell whether the edition has a floor plan."""
    return await known_booths.has_booths(uow.session, edition.edition_id)


async def choose_losers(uow: UnitOfWork, edition: Edition) -> list[UUID]:
    """Return which holders give their places up where there are more than booths, the first to go first."""
    street, candidates = await load_street(uow, edition)
    holding = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING)
    ranked = [candidates[place.application_id] for place in holding]
    return [UUID(each.application_id) for each in domain.choose_losers(street, ranked)]
