"""What reporting tells: figures of the fair days and issued reports."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from common.contracts.base import Code, Digest, Event, OpenEnum, Period, ReportedFigure, Value


class FigureSource(OpenEnum):
    """Who reported a figure."""

    VENDOR = "vendor"
    INSPECTOR = "inspector"
    ORGANISER = "organiser"
    OTHER = "other"


class ReportKind(OpenEnum):
    """Which of the papers a report is: of a day, of the result, of the progress, of half a year or of a year."""

    DAILY = "daily"
    RESULT = "result"
    PROGRESS = "progress"
    HALF_YEAR = "half_year"
    YEAR = "year"
    OTHER = "other"


# Bounds stand beside patterns, never in them: a counted class of all letters is unrolled, 18 MB in every service for this one.
Path = Annotated[
    str,
    Field(pattern=r"^/[\w.\-/]+$", max_length=200, json_schema_extra={"x-classification": "code"}),
]
"""A path below the service's public address."""


class ReportFile(Value):
    """A file of a report: its format's code, the digest of its bytes, and where it is read."""

    format: Code
    sha256: Digest
    href: Path


class DayFiguresRecorded(Event):
    """A day's figures of one booth, zone or gate; the second entry of a source replaces its first."""

    subject_field: ClassVar[str] = "entry_id"
    edition_id: UUID
    entry_id: UUID
    replaces_entry_id: UUID | None
    on: date
    booth_code: Code | None
    zone_code: Code | None
    gate_code: Code | None
    visits: ReportedFigure | None
    sales_vnd: ReportedFigure | None
    ocop_sales_vnd: ReportedFigure | None
    contracts: ReportedFigure | None
    memoranda: ReportedFigure | None
    source: FigureSource


class ReportIssued(Event):
    """A report is frozen; ``positions`` say up to which ``ce_sequence`` of each source it counts."""

    subject_field: ClassVar[str] = "report_id"
    report_id: UUID
    edition_id: UUID | None
    kind: ReportKind
    addressee_agency_code: Code
    version: int
    replaces_report_id: UUID | None
    covers: Period
    number: Code | None
    notation: Code | None
    issued_on: date | None
    figures: dict[str, ReportedFigure | None]
    positions: dict[str, int]
    files: tuple[ReportFile, ...]


class ReportWithdrawn(Event):
    """An issued report no longer stands."""

    subject_field: ClassVar[str] = "report_id"
    report_id: UUID
    edition_id: UUID | None
    reason_code: Code
