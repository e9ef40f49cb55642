"""A report's life: who may do what when, its number, and what a correction changed; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from common.errors import DomainError, FieldProblem, InvalidInputError
from reporting.reports.states import CORRECTED, NUMBERED_DAILY, STATE_NAMES, ReportState, ReportStateError

NUMBER = re.compile(r"\d{1,5}")
NOTATION = re.compile(r"[A-ZĐ][A-Za-zĐđ]*\d{0,2}(-[A-ZĐ][A-Za-zĐđ&]*\d{0,2})*")
HEADINGS = (
    "direction",
    "publicity",
    "culture",
    "safety",
    "finance",
    "strengths",
    "shortcomings",
    "causes",
    "tasks",
    "proposals",
    "incidents",
)
"""The headings that an organiser may write itself, in the order of the report."""


class ReportKind(StrEnum):
    DAILY = "daily"
    RESULT = "result"


class ReportExistsError(DomainError):
    """There is a report of this kind, addressee and day already; it is corrected by a new version."""

    code: ClassVar[str] = "report_exists"

    def __init__(self) -> None:
        super().__init__(
            "Đã có báo cáo loại này cho cơ quan nhận này; hãy tạo bản đính chính hoặc thu hồi bản cũ.",
            "There is a report of this kind to this agency already; correct it, or withdraw it first.",
        )


class NumberTakenError(DomainError):
    """The number was given to another paper of that year."""

    code: ClassVar[str] = "number_taken"

    def __init__(self, number: str, notation: str) -> None:
        super().__init__(
            f"Số {number}/{notation} đã được cấp cho văn bản khác trong năm.",
            f"The number {number}/{notation} was given to another paper of that year.",
            field="number",
        )


class NotReadyError(DomainError):
    """The edition is not far enough for the report, or figures are still on their way."""

    code: ClassVar[str] = "report_not_ready"


@dataclass(frozen=True)
class FrozenFigure:
    """A figure as it stood when the report was made."""

    value: int
    qualifier: str
    is_estimate: bool


@dataclass(frozen=True)
class Change:
    """A figure that a correction changed; None is unknown."""

    name: str
    old: FrozenFigure | None
    new: FrozenFigure | None


@dataclass(frozen=True)
class Report:
    """A version of a report; its figures never change once it is made.

    Attributes:
        on: the day of a daily report.
        first, last: the days that it covers.
        positions: last event counted of each source.
        replaces_report_id: the version that this one corrects.
        changes: the figures that differ from that version.
    """

    report_id: UUID
    edition_id: UUID
    kind: ReportKind
    issuing_agency_code: str
    addressee_agency_code: str
    on: date | None
    version: int
    state: ReportState
    first: date
    last: date
    figures: Mapping[str, FrozenFigure | None]
    positions: Mapping[str, int]
    narrative: Mapping[str, str]
    replaces_report_id: UUID | None = None
    correction_reason: str | None = None
    changes: tuple[Change, ...] = ()
    signer_name: str | None = None
    signer_role: str | None = None
    number: str | None = None
    notation: str | None = None
    issued_on: date | None = None
    files: Mapping[str, str] = field(default_factory=dict[str, str])


NEXT: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.CHECKED: frozenset({ReportState.DRAFT}),
    ReportState.SIGNED_OFF: frozenset({ReportState.CHECKED}),
    ReportState.NUMBERED: frozenset({ReportState.SIGNED_OFF}),
    ReportState.SUPERSEDED: frozenset({ReportState.ISSUED}),
    ReportState.WITHDRAWN: frozenset(ReportState) - {ReportState.SUPERSEDED, ReportState.WITHDRAWN},
}
"""From which states each state is reached; issuing depends on the kind."""


def _move(report: Report, state: ReportState) -> Report:
    allowed = NEXT.get(state)
    if allowed is None:
        allowed = frozenset({ReportState.SIGNED_OFF if report.kind is ReportKind.DAILY else ReportState.NUMBERED})
    if report.state not in allowed:
        raise ReportStateError(report.state, STATE_NAMES[state])
    return replace(report, state=state)


def check(report: Report) -> Report:
    """The reporting officer has checked the draft."""
    return _move(report, ReportState.CHECKED)


def sign_off(report: Report, name: str, role: str) -> Report:
    """The head of the unit lets the report go out under its name."""
    return replace(_move(report, ReportState.SIGNED_OFF), signer_name=name, signer_role=role)


def number_report(report: Report, number: str, notation: str, issued_on: date, today: date) -> Report:
    """The clerk gives number and date; numbers 1-9 are written 01-09.

    Raises:
        InvalidInputError: number or notation is malformed, or the date lies ahead or before the days reported on.
    """
    problems: list[FieldProblem] = []
    if not NUMBER.fullmatch(number) or not int(number):
        problems.append(FieldProblem("number", "number_malformed", "Số gồm 1 đến 5 chữ số.", "1 to 5 digits."))
    if not NOTATION.fullmatch(notation):
        told = "Ký hiệu không đúng mẫu, ví dụ BC-SNN."
        problems.append(FieldProblem("notation", "notation_malformed", told, "Not a notation such as BC-SNN."))
    if not report.last <= issued_on <= today:
        told = f"Ngày ban hành phải từ {report.last:%d/%m/%Y} đến {today:%d/%m/%Y}."
        problems.append(FieldProblem("issued_on", "date_out_of_range", told, f"Between {report.last} and {today}."))
    if problems:
        raise InvalidInputError(problems)
    if report.kind is ReportKind.DAILY:
        raise ReportStateError(report.state, NUMBERED_DAILY)
    moved = _move(report, ReportState.NUMBERED)
    return replace(moved, number=number.lstrip("0").zfill(2), notation=notation, issued_on=issued_on)


def issue(report: Report, today: date) -> Report:
    """The report goes out; a daily one gets its date now."""
    return replace(_move(report, ReportState.ISSUED), issued_on=report.issued_on or today)


def supersede(report: Report) -> Report:
    """A newer version has taken the place of an issued one."""
    return _move(report, ReportState.SUPERSEDED)


def withdraw(report: Report) -> Report:
    """The report no longer stands."""
    return _move(report, ReportState.WITHDRAWN)


def must_be_issued(report: Report) -> None:
    """Only an issued report can be corrected; a draft is withdrawn and made anew."""
    if report.state is not ReportState.ISSUED:
        raise ReportStateError(report.state, CORRECTED)


def list_changes(old: Mapping[str, FrozenFigure | None], new: Mapping[str, FrozenFigure | None]) -> tuple[Change, ...]:
    """Return the figures that differ between two versions, in the order of the newer one."""
    names = [*new, *(name for name in old if name not in new)]
    return tuple(Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def headings_without_words(report: Report) -> list[str]:
    """Return the headings that an organiser may still write something under, in the order of the report."""
    of_kind = [heading for heading in HEADINGS if (heading == "incidents") == (report.kind is ReportKind.DAILY)]
    return [heading for heading in of_kind if not report.narrative.get(heading, "").strip()]
