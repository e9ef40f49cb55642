"""Computes every indicator of an edition, or of one of its days, from what has been folded."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceDay, PlaceKind, Qualifier, add_up, day_parts
from reporting.editions.domain import Edition, FloorPlan
from reporting.facts.domain import Facts, last_official_day, list_exhibitors, province_of, register_of
from reporting.facts.handlers import load_facts
from reporting.figures import domain
from reporting.figures.domain import FigureSet
from reporting.registers.repository import get_registers

SUMS = tuple(Measure)


async def get_figures(uow: UnitOfWork, edition_id: UUID, on: date | None) -> FigureSet:
    """Return the figures of an edition or of one of its days, all from one snapshot.

    Raises:
        NotFoundError: no edition of that id was announced.
    """
    return compute(await load_facts(uow, edition_id), on)


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


def theme_provinces(edition: Edition) -> frozenset[str]:
    """Return the provinces of an edition's theme: its own list, else the theme region's in the register in force."""
    if edition.theme_provinces is not None:
        return frozenset(edition.theme_provinces)
    provinces = get_registers().provinces_of(register_of(edition)).values()
    return frozenset(province.code for province in provinces if province.region == edition.theme_region)


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
