"""Computes every indicator of an edition, or of one of its days, from what has been folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from common.errors import NotFoundError
from common.unit_of_work import UnitOfWork
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceDay, PlaceKind, Qualifier, add_up, day_parts
from reporting.day_figures.repository import get_own_position, list_entries
from reporting.editions.domain import Edition, FloorPlan, fold, fold_plan
from reporting.editions.repository import list_steps
from reporting.figures import domain, repository
from reporting.participations.domain import Attendance, Participant, Place
from reporting.participations.repository import count_notices, list_attendances, list_participants, list_places
from reporting.positions.repository import list_positions
from reporting.registers.domain import register_on
from reporting.registers.repository import get_registers

OWN_SOURCE = "/ocop/reporting"
SUMS = tuple(Measure)


@dataclass(frozen=True)
class Facts:
    """All that one edition's figures are made of, read in one snapshot.

    Attributes:
        positions: last event counted of each source, by its place in the owner's log.
        unnumbered: figures entered whose events have no place in the log yet.
        parked: subjects that wait for an operator and are not counted.
    """

    edition: Edition
    plan: FloorPlan
    participants: Mapping[UUID, Participant]
    places: Sequence[Place]
    attendances: Sequence[Attendance]
    entries: Sequence[Entry]
    notices: Mapping[str, int]
    positions: Mapping[str, int]
    unnumbered: int
    parked: int
    before: "Facts | None" = None


@dataclass(frozen=True)
class FigureSet:
    """Figures of an edition, or of its day ``on``; ``coverage`` for the sums that not every booth is in."""

    facts: Facts
    on: date | None
    figures: Mapping[str, Figure | None]
    coverage: Mapping[str, domain.Coverage] = field(default_factory=dict[str, domain.Coverage])

    def figure(self, name: str) -> Figure | None:
        return self.figures.get(name)


async def get_figures(uow: UnitOfWork, edition_id: UUID, on: date | None) -> FigureSet:
    """Return the figures of an edition or of one of its days, all from one snapshot.

    Raises:
        NotFoundError: no edition of that id was announced.
    """
    return compute(await load_facts(uow, edition_id), on)


async def load_facts(uow: UnitOfWork, edition_id: UUID) -> Facts:
    """Read all that an edition's figures are made of, with the edition before it."""
    async with repository.open_snapshot(uow.session) as session:
        snapshot = UnitOfWork(session, uow.now, uow.source, uow.origin)
        facts = await _load(snapshot, edition_id)
        if facts is None:
            raise NotFoundError("edition", edition_id)
        return facts


async def _load(uow: UnitOfWork, edition_id: UUID, *, with_before: bool = True) -> Facts | None:
    session = uow.session
    steps = await list_steps(session, edition_id)
    edition = fold(steps)
    if edition is None:
        return None
    positions = {found.source: found.sequence for found in await list_positions(session, str(edition_id))}
    own, unnumbered = await get_own_position(session, edition_id)
    if own is not None:
        positions |= {OWN_SOURCE: own, uow.source: own}  # positions go on over the epochs
    return Facts(
        edition=edition,
        plan=fold_plan(steps),
        participants={found.application_id: found for found in await list_participants(session, edition_id)},
        places=await list_places(session, edition_id),
        attendances=await list_attendances(session, edition_id),
        entries=await list_entries(session, edition_id),
        notices=await count_notices(session, edition_id),
        positions=positions,
        unnumbered=unnumbered,
        parked=await repository.count_parked(session, edition_id),
        before=await _load_before(uow, edition_id, edition) if with_before else None,
    )


async def _load_before(uow: UnitOfWork, edition_id: UUID, edition: Edition) -> Facts | None:
    """Return the facts of the newest edition that was over before this one began."""
    first = edition.held.first if edition.held else edition.planned.first
    found: list[tuple[date, UUID]] = []
    for other_id in await repository.list_edition_ids(uow.session):
        other = fold(await list_steps(uow.session, other_id)) if other_id != edition_id else None
        if other is not None and other.actual is not None and other.actual.last < first:
            found.append((other.actual.last, other_id))
    return await _load(uow, max(found)[1], with_before=False) if found else None


def compute(facts: Facts, on: date | None) -> FigureSet:
    """Return the figures of an edition, or of its day ``on``."""
    entries = [entry for entry in facts.entries if on is None or entry.on == on]
    manned = list_manned(facts, on)
    coverage = domain.measure_coverage(manned)
    started = facts.edition.started
    counts: dict[str, int | None] = {"booths_planned": facts.edition.booths_planned}
    if started:
        counts |= domain.count_booths(manned)
        counts["fill_rate"] = domain.share_in_tenths(counts["booths_actual"] or 0, facts.edition.booths_planned)
    if on is None:
        counts |= _count_exhibitors(facts)
    figures = {name: None if value is None else Figure(value) for name, value in counts.items()}
    sums = {measure.value: _sum(entries, measure, facts.plan) for measure in SUMS}
    figures |= sums
    figures |= _sales_by_zone(entries, facts.plan)
    share = domain.share_in_tenths(coverage.reported, coverage.manned)
    figures["coverage"] = None if share is None else Figure(share)
    if on is None and facts.before is not None:
        figures |= _changes(facts, facts.before, sums)
    partial = {name: coverage for name in _booth_sums(entries) if coverage.manned and not coverage.is_full}
    return FigureSet(facts, on, figures, partial)


def until(facts: Facts, day: date) -> Facts:
    """Return the facts as far as they are of days up to one day, for sums so far."""
    return replace(
        facts,
        attendances=[found for found in facts.attendances if found.on <= day],
        entries=[entry for entry in facts.entries if entry.on <= day],
    )


def list_exhibitors(facts: Facts) -> list[Participant]:
    """Return who counts: the accepted ones ever checked in; before the fair those that hold a place."""
    if facts.edition.started:
        found = {attendance.application_id for attendance in facts.attendances}
    else:
        found = {place.application_id for place in facts.places if place.holds}
    return [facts.participants[application_id] for application_id in sorted(found & facts.participants.keys())]


def list_manned(facts: Facts, on: date | None) -> list[domain.Manned]:
    """Return the booths manned, by day and booth, and whether a figure of each came in."""
    reported = {(entry.on, entry.code) for entry in facts.entries if entry.place is PlaceKind.BOOTH}
    return [
        domain.Manned(
            booth_code=found.booth_code,
            on=found.on,
            zone_code=facts.plan.zone_of.get(found.booth_code),
            province_code=province_of(facts, found.application_id),
            reported=(found.on, found.booth_code) in reported,
        )
        for found in facts.attendances
        if on is None or found.on == on
    ]


def province_of(facts: Facts, application_id: UUID) -> str | None:
    """Return a participant's province; None of a foreign or unknown one."""
    found = facts.participants.get(application_id)
    return None if found is None else found.province_code


def last_official_day(edition: Edition) -> date:
    """Return the last day of the days held, else of the calendar in force, else of the first one."""
    return (edition.held or edition.planned).last


def theme_provinces(edition: Edition) -> frozenset[str]:
    """Return the provinces of an edition's theme: its own list, else the theme region's in the register in force."""
    if edition.theme_provinces is not None:
        return frozenset(edition.theme_provinces)
    provinces = get_registers().provinces_of(register_of(edition)).values()
    return frozenset(province.code for province in provinces if province.region == edition.theme_region)


def register_of(edition: Edition) -> str:
    """Return which register of provinces an edition's codes belong to."""
    return edition.province_register or register_on(last_official_day(edition))


def _count_exhibitors(facts: Facts) -> dict[str, int | None]:
    exhibitors = [
        domain.Exhibitor(
            vendor_id=found.vendor_id,
            vendor_type=found.vendor_type,
            province_code=found.province_code,
            goods=tuple(domain.Good(good.product_id, good.stars, good.valid_to) for good in found.products),
        )
        for found in list_exhibitors(facts)
    ]
    counts: dict[str, int | None] = {**domain.count_products(exhibitors, last_official_day(facts.edition))}
    if not facts.edition.started:
        return {"booths_actual": None, "fill_rate": None, "vendors": None, "provinces": None, **counts}
    return {
        **domain.count_vendors(exhibitors),
        **domain.count_provinces(exhibitors, theme_provinces(facts.edition)),
        **counts,
    }


def _sum(entries: Sequence[Entry], measure: Measure, plan: FloorPlan) -> Figure | None:
    parts = day_parts(entries, measure, plan.zone_of)
    return add_up(parts[place] for place in sorted(parts))


def _sales_by_zone(entries: Sequence[Entry], plan: FloorPlan) -> dict[str, Figure | None]:
    by_zone: dict[str, list[Figure]] = {}
    for (_, kind, code), figure in sorted(day_parts(entries, Measure.SALES_VND, plan.zone_of).items(), key=_place):
        zone = code if kind is PlaceKind.ZONE else plan.zone_of.get(code)
        if zone is not None:
            by_zone.setdefault(f"sales_vnd__{zone.lower()}", []).append(figure)
    return {name: add_up(figures) for name, figures in sorted(by_zone.items())}


def _place(item: tuple[PlaceDay, Figure]) -> PlaceDay:
    return item[0]


def _booth_sums(entries: Sequence[Entry]) -> list[str]:
    """Return the sums that are made of booths, beside which coverage is told."""
    kinds = {entry.place for entry in entries if Measure.VISITS in entry.figures}
    visits = [Measure.VISITS.value] if kinds == {PlaceKind.BOOTH} else []
    return visits + [measure.value for measure in SUMS if measure is not Measure.VISITS]


def _changes(facts: Facts, before: Facts, sums: Mapping[str, Figure | None]) -> dict[str, Figure | None]:
    """Return visits and sales a day against the edition before."""
    days, days_before = facts.edition.held, before.edition.held
    found: dict[str, Figure | None] = {}
    for measure in (Measure.VISITS, Measure.SALES_VND):
        now, then = sums[measure.value], _sum(before.entries, measure, before.plan)
        if now is None or then is None or days is None or days_before is None:
            continue
        change = domain.change_per_day_in_tenths(now.value, days.count, then.value, days_before.count)
        if change is not None:
            qualifier = add_up([now, then])
            loosened = qualifier.qualifier if qualifier else Qualifier.EXACT
            kept = Qualifier.EXACT if loosened is Qualifier.EXACT else Qualifier.ABOUT
            found[f"change_per_day__{measure.value.removesuffix('_vnd')}"] = Figure(change, kept)
    return found
