"""The steps of a story, as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime

from scenario.script.model import Days, Paper


@dataclass(frozen=True)
class Step:
    """A dated step of the story; ``line`` is where it stands in story.toml."""

    at: datetime
    line: int


Selection = tuple[str, ...] | None
"""Refs of applicants, or None for all whom the step can concern."""


@dataclass(frozen=True)
class Announce(Step):
    paper: Paper


@dataclass(frozen=True)
class Open(Step):
    pass


@dataclass(frozen=True)
class Nominate(Step):
    """Provinces send their lists; those of ``by_workbook`` as a spreadsheet, the ``mistyped`` with a wrong day at first."""

    province_codes: Selection
    by_workbook: tuple[str, ...] = ()
    mistyped: tuple[str, ...] = ()


@dataclass(frozen=True)
class SelfApply(Step):
    """Vendors register by themselves; those of ``by_draft`` in a draft first, a few of them on two phones at once.

    Those of ``by_mailed_link`` have its link mailed, and finish and send it by that.
    """

    applicants: Selection
    by_draft: tuple[str, ...] = ()
    on_two_phones: tuple[str, ...] = ()
    by_mailed_link: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submit(Step):
    applicants: Selection


@dataclass(frozen=True)
class Withdraw(Step):
    """``paper``: the letter by which the organiser withdraws for a vendor, of the day of the step."""

    applicants: tuple[str, ...]
    by: str
    reason_code: str
    paper: str | None


@dataclass(frozen=True)
class Review(Step):
    """Decide all that are open, as each evaluation says; ``accept_anyway`` overrides what needs a person."""

    reply_days: int
    accept_anyway: tuple[str, ...]
    override_reason: str | None


@dataclass(frozen=True)
class Supplement(Step):
    """Those asked hand in what they have found; those ``too_late`` let the date pass."""

    applicants: Selection
    too_late: tuple[str, ...] = ()


@dataclass(frozen=True)
class Close(Step):
    pass


@dataclass(frozen=True)
class Release(Step):
    paper: Paper


@dataclass(frozen=True)
class Answer(Step):
    """Answers to open offers: those named decline or stay silent, the rest confirm; shares are per cent by the seed."""

    decline: tuple[str, ...]
    silent: tuple[str, ...]
    decline_percent: int
    silent_percent: int
    by_link: int


@dataclass(frozen=True)
class Suspend(Step):
    paper: Paper
    reason_code: str


@dataclass(frozen=True)
class Reschedule(Step):
    new: Days
    paper: Paper
    reason_code: str


@dataclass(frozen=True)
class Start(Step):
    pass


@dataclass(frozen=True)
class CheckIn(Step):
    """Holders found at their booths on a day, all but the absent ones."""

    on: date
    absent: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A figure as reported: value, qualifier, and whether it is an estimate."""

    value: int
    qualifier: str
    is_estimate: bool


@dataclass(frozen=True)
class FigureEntry:
    """Figures of one place; ``booth_of`` names the holder of the booth meant."""

    booth_of: str | None
    zone_code: str | None
    gate_code: str | None
    figures: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True)
class Spread:
    """A day's totals dealt out over ``reporting_percent`` of the booths held, by the seed."""

    figures: tuple[tuple[str, Figure], ...]
    reporting_percent: int


@dataclass(frozen=True)
class DayFigures(Step):
    on: date
    source: str
    entries: tuple[FigureEntry, ...]
    spread: Spread | None


@dataclass(frozen=True)
class End(Step):
    pass


@dataclass(frozen=True)
class Report(Step):
    """A report made, checked, signed off, numbered (not daily ones) and issued; ``corrects`` names an earlier one."""

    name: str
    kind: str
    addressee_agency_code: str
    on: date | None
    signer_name: str
    signer_role: str
    number: str | None
    notation: str | None
    issued_on: date | None
    narrative: tuple[tuple[str, str], ...]
    corrects: str | None
    reason: str | None


@dataclass(frozen=True)
class Conclude(Step):
    """The edition's final state, by the paper of an issued result report."""

    report: str
