"""All that one edition's figures are made of, and who counts in it; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from reporting.day_figures.domain import Entry
from reporting.editions.domain import Edition, FloorPlan
from reporting.participations.domain import Attendance, Participant, Place
from reporting.registers.domain import register_on


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


def province_of(facts: Facts, application_id: UUID) -> str | None:
    """Return a participant's province; None of a foreign or unknown one."""
    found = facts.participants.get(application_id)
    return None if found is None else found.province_code


def last_official_day(edition: Edition) -> date:
    """Return the last day of the days held, else of the calendar in force, else of the first one."""
    return (edition.held or edition.planned).last


def register_of(edition: Edition) -> str:
    """Return which register of provinces an edition's codes belong to."""
    return edition.province_register or register_on(last_official_day(edition))
