"""Takes figures of the fair days in, and tells them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import Qualifier as WireQualifier
from common.contracts.base import ReportedFigure
from common.contracts.reporting import DayFiguresRecorded, FigureSource
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError, NotKnownYetError
from reporting.day_figures import repository
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceKind
from reporting.editions.domain import Edition, fold, fold_plan
from reporting.editions.repository import list_steps
from reporting.entries.domain import DraftEntry, Fair, check_entries
from reporting.participations.repository import list_attendances_on, list_places


async def record_day_figures(
    uow: UnitOfWork,
    edition_id: UUID,
    drafts: Sequence[DraftEntry],
    *,
    source: str,
    entered_by: str,
    vendor_id: UUID | None,
) -> list[UUID]:
    """Store figures of a fair day and tell them; a source's second word on the same place and day replaces its first.

    Raises:
        NotFoundError: the edition is not known.
        InvalidInputError: every mistake by field; nothing is stored.
    """
    await repository.lock_entries(uow.session, edition_id)
    fair = await _load_fair(uow, edition_id, {draft.on for draft in drafts}, vendor_id)
    problems = check_entries(drafts, fair)
    if problems:
        raise InvalidInputError(problems)
    entries = [_entry(draft, source) for draft in drafts]
    current = await repository.find_current(uow.session, edition_id, source, {entry.on for entry in entries})
    replaced = [current.get((entry.on, entry.place, entry.code)) for entry in entries]
    await repository.retire_entries(uow.session, [entry_id for entry_id in replaced if entry_id is not None])
    return [
        await _record(uow, edition_id, entry, old, entered_by) for entry, old in zip(entries, replaced, strict=True)
    ]


async def _record(uow: UnitOfWork, edition_id: UUID, entry: Entry, replaced: UUID | None, entered_by: str) -> UUID:
    entry_id = uow.new_id()
    event_id = uow.emit(_told(edition_id, entry_id, replaced, entry))
    await repository.add_entry(
        uow.session,
        edition_id,
        entry,
        entry_id=entry_id,
        replaces_entry_id=replaced,
        event_id=event_id,
        entered_at=uow.now,
        entered_by=entered_by,
    )
    return entry_id


async def _load_fair(uow: UnitOfWork, edition_id: UUID, days: set[date], vendor_id: UUID | None) -> Fair:
    steps = await list_steps(uow.session, edition_id)
    edition = fold(steps)
    if edition is None:
        raise NotKnownYetError("edition", edition_id)
    return Fair(
        days=_official_days(edition),
        today=local_date(uow.now),
        holders=await _load_holders(uow, edition_id, days),
        zones=frozenset(fold_plan(steps).zone_names),
        vendor_id=vendor_id,
    )


def _official_days(edition: Edition) -> frozenset[date]:
    return frozenset() if edition.held is None else frozenset(edition.held.each())


async def _load_holders(uow: UnitOfWork, edition_id: UUID, days: set[date]) -> dict[tuple[date, str], UUID]:
    """Return who holds each booth on some days: who was there on the day, else who holds it now."""
    places = [place for place in await list_places(uow.session, edition_id) if place.holds]
    holders = {(day, code): place.vendor_id for place in places for code in place.booth_codes for day in days}
    for found in await list_attendances_on(uow.session, edition_id, days):
        holders[found.on, found.booth_code] = found.vendor_id
    return holders


def _entry(draft: DraftEntry, source: str) -> Entry:
    (place, code), *_ = draft.places
    known = {measure: figure for measure, figure in draft.figures.items() if figure is not None}
    return Entry(draft.on, place, code, source, known)


def _told(edition_id: UUID, entry_id: UUID, replaced: UUID | None, entry: Entry) -> DayFiguresRecorded:
    def reported(measure: Measure) -> ReportedFigure | None:
        figure = entry.figures.get(measure)
        return None if figure is None else to_reported(figure)

    return DayFiguresRecorded(
        edition_id=edition_id,
        entry_id=entry_id,
        replaces_entry_id=replaced,
        on=entry.on,
        booth_code=entry.code if entry.place is PlaceKind.BOOTH else None,
        zone_code=entry.code if entry.place is PlaceKind.ZONE else None,
        gate_code=entry.code if entry.place is PlaceKind.GATE else None,
        visits=reported(Measure.VISITS),
        sales_vnd=reported(Measure.SALES_VND),
        ocop_sales_vnd=reported(Measure.OCOP_SALES_VND),
        contracts=reported(Measure.CONTRACTS),
        memoranda=reported(Measure.MEMORANDA),
        source=FigureSource(entry.source),
    )


def to_reported(figure: Figure) -> ReportedFigure:
    """Return a figure in the form that events carry."""
    return ReportedFigure(
        value=figure.value, qualifier=WireQualifier(figure.qualifier.value), is_estimate=figure.is_estimate
    )
