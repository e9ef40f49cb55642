"""An edition as the fold of its steps: calendars, papers, target, floor plan; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

STATES = {
    "edition_announced": "announced",
    "registration_opened": "registration_open",
    "registration_closed": "registration_closed",
    "edition_suspended": "suspended",
    "edition_started": "live",
    "edition_ended": "ended",
    "edition_cancelled": "cancelled",
}


@dataclass(frozen=True)
class Step:
    """One event about the edition as a whole, in its own words."""

    name: str
    source: str
    sequence: int
    told_at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Days:
    """A period of days, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def each(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.count)]


@dataclass(frozen=True)
class PaperRef:
    """A numbered paper and the step that rests on it."""

    step: str
    type: str
    number: str | None
    notation: str | None
    issued_on: date | None
    issuing_agency_code: str
    title: str


@dataclass(frozen=True)
class Change:
    """A change of the plan: suspended (no new days), rescheduled, cancelled, or another number of booths."""

    step: str
    reason_code: str
    days: Days | None
    paper: PaperRef | None
    booths_before: int | None = None
    booths: int | None = None


@dataclass(frozen=True)
class Edition:
    """An edition as it stands after its last step.

    Attributes:
        planned: the calendar first announced.
        scheduled: the calendar in force; None while suspended or cancelled.
        actual: the days held, once it is over.
        booths_announced: the target first announced.
        booths_planned: the target in force at the start, before the start the target in force now.
        zones: name and booth codes by zone of the newest floor plan.
    """

    code: str
    name: str
    theme_region: str
    theme_provinces: tuple[str, ...] | None
    province_register: str | None
    venue: str
    host_agencies: tuple[str, ...]
    executing_agencies: tuple[str, ...]
    official_days: int
    booths_announced: int
    booths_planned: int
    planned: Days
    scheduled: Days | None
    actual: Days | None = None
    state: str = "announced"
    started: bool = False
    papers: tuple[PaperRef, ...] = ()
    changes: tuple[Change, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def held(self) -> Days | None:
        """The days of the fair: those held, else those in force."""
        return self.actual or self.scheduled


@dataclass(frozen=True)
class FloorPlan:
    """Where booths stand: zone names by code, zone by booth; of the newest version."""

    version: int
    zone_names: Mapping[str, str]
    zone_of: Mapping[str, str]


def _days(period: Mapping[str, str]) -> Days:
    return Days(date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))


def _paper(step: Step) -> PaperRef | None:
    paper = step.body.get("legal_document")
    if paper is None:
        return None
    issued_on = paper["issued_on"]
    return PaperRef(
        step=step.name,
        type=paper["type"],
        number=paper["number"],
        notation=paper["notation"],
        issued_on=None if issued_on is None else date.fromisoformat(issued_on),
        issuing_agency_code=paper["issuing_agency_code"],
        title=paper["title"],
    )


def _announce(step: Step) -> Edition:
    body = step.body
    provinces = body.get("theme_province_codes")
    return Edition(
        code=body["code"],
        name=body["name"]["vi"],
        theme_region=body["theme_region"],
        theme_provinces=None if provinces is None else tuple(provinces),
        province_register=body.get("province_register"),
        venue=body["venue"]["name"]["vi"],
        host_agencies=tuple(body["host_agency_codes"]),
        executing_agencies=tuple(body["executing_agency_codes"]),
        official_days=body["official_days"],
        booths_announced=body["booth_target"],
        booths_planned=body["booth_target"],
        planned=_days(body["planned"]),
        scheduled=_days(body["planned"]),
    )


def _advance(edition: Edition, step: Step) -> Edition:
    body = step.body
    edition = replace(edition, state=STATES.get(step.name, edition.state))
    match step.name:
        case "edition_suspended" | "edition_cancelled" | "edition_rescheduled":
            return _change_calendar(edition, step)
        case "edition_capacity_changed":
            return _change_capacity(edition, step)
        case "edition_started":
            return replace(edition, started=True)
        case "edition_ended":
            return replace(edition, actual=_days(body["actual"]))
        case "registration_closed":
            return replace(edition, counts={name: body[name] for name in ("submitted", "accepted", "pending")})
        case _:
            return edition


def _change_calendar(edition: Edition, step: Step) -> Edition:
    days = _days(step.body["new"]) if step.name == "edition_rescheduled" else None
    change = Change(step.name, step.body["reason_code"], days, _paper(step))
    state = edition.state if days is None else "rescheduled"
    return replace(edition, scheduled=days, state=state, changes=(*edition.changes, change))


def _change_capacity(edition: Edition, step: Step) -> Edition:
    told = [change.booths for change in edition.changes if change.booths is not None]
    before, booths = [edition.booths_announced, *told][-1], step.body["booth_target"]
    change = Change(step.name, step.body["reason_code"], None, _paper(step), before, booths)
    planned = edition.booths_planned if edition.started else booths
    return replace(edition, booths_planned=planned, changes=(*edition.changes, change))


def fold(steps: Iterable[Step]) -> Edition | None:
    """Return the edition that its steps make, in the order of each source; None before it was announced."""
    edition: Edition | None = None
    ordered = sorted(steps, key=_place)
    for step in ordered:
        if step.name == "edition_announced":
            edition = _announce(step)
        elif edition is not None:
            edition = _advance(edition, step)
        if edition is not None and (paper := _paper(step)) is not None:
            edition = replace(edition, papers=(*edition.papers, paper))
    return edition


def _place(step: Step) -> tuple[bool, str, int, int]:
    """Return a step's place: registration's first, each owner's by epoch and sequence (`/ocop/<owner>[/<epoch>]`)."""
    _, _, owner, *epoch = step.source.split("/")
    return owner != "registration", owner, int(epoch[0]) if epoch else 1, step.sequence


def fold_plan(steps: Iterable[Step]) -> FloorPlan:
    """Return the newest floor plan; an empty one before any was published."""
    plans = [step for step in steps if step.name == "floor_plan_published"]
    if not plans:
        return FloorPlan(0, {}, {})
    body = max(plans, key=lambda step: step.sequence).body
    return FloorPlan(
        version=body["version"],
        zone_names={zone["zone_code"]: zone["name"]["vi"] for zone in body["zones"]},
        zone_of={booth["booth_code"]: booth["zone_code"] for booth in body["booths"]},
    )
