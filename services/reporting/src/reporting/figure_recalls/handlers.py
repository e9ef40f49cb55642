"""Folds figures of the fair days back: their events carry all but who typed them in."""

from common.contracts.base import ReportedFigure
from common.contracts.reporting import DayFiguresRecorded
from common.delivery.settling import NOTHING, REAPPLIED, RESTORED, Settled, told_at
from common.delivery.unit_of_work import UnitOfWork
from reporting.day_figures import repository
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceKind, Qualifier


async def recall_figures(uow: UnitOfWork, event: DayFiguresRecorded) -> Settled:
    """Enter figures again under their own id; they replace what they replaced."""
    if uow.cause is None:
        return NOTHING
    entry = _to_entry(event)
    current = await repository.find_current(uow.session, event.edition_id, entry.source, {entry.on})
    replaced = {event.replaces_entry_id, current.get((entry.on, entry.place, entry.code))} - {None}
    await repository.retire_entries(uow.session, [entry_id for entry_id in replaced if entry_id is not None])
    await repository.add_entry(
        uow.session,
        event.edition_id,
        entry,
        entry_id=event.entry_id,
        replaces_entry_id=event.replaces_entry_id,
        event_id=uow.cause.event_id,
        entered_at=told_at(uow),
        entered_by=RESTORED,
    )
    return REAPPLIED


def _to_entry(event: DayFiguresRecorded) -> Entry:
    codes = {PlaceKind.BOOTH: event.booth_code, PlaceKind.ZONE: event.zone_code, PlaceKind.GATE: event.gate_code}
    [(place, code)] = [(place, code) for place, code in codes.items() if code is not None]
    told: dict[Measure, ReportedFigure | None] = {measure: getattr(event, measure.value) for measure in Measure}
    figures = {measure: _to_figure(figure) for measure, figure in told.items() if figure is not None}
    return Entry(event.on, place, code, event.source.value, figures)


def _to_figure(figure: ReportedFigure) -> Figure:
    return Figure(figure.value, Qualifier(figure.qualifier.value), figure.is_estimate)
