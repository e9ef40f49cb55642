"""Makes the parts that every report has: head, number and date, recipients, signature."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from common.papers.domain import Annex, Block, Paper, Paragraph, Signature
from common.papers.wording import say_date_line, say_number_line, say_signing
from reporting.registers.domain import Agency, Registers


@dataclass(frozen=True)
class Head:
    """Who reports: the agency, and the one above it."""

    agency: Agency
    parent: Agency | None

    @property
    def issuing_lines(self) -> tuple[str, ...]:
        return self.agency.head_lines

    @property
    def parent_lines(self) -> tuple[str, ...]:
        return () if self.parent is None else self.parent.head_lines


def head_of(agency_code: str, day: date, registers: Registers) -> Head:
    """Return the head of a paper of an agency under its name of the day; an unknown code is shown as it is."""
    agency = registers.agency_or_code(agency_code, day)
    parent = registers.agency(agency.parent_code, day) if agency.parent_code else None
    return Head(agency, parent)


def number_line(head: Head, number: str | None, notation: str | None) -> str:
    """Return the number line; without a number the agency's usual notation stands behind a gap."""
    return say_number_line(number, notation or head.agency.report_notation or "BC")


def date_line(head: Head, issued_on: date | None, year: int) -> str:
    """Return the line of place and date, blank in a draft."""
    return say_date_line(head.agency.place, issued_on, year)


@dataclass(frozen=True)
class Marks:
    """What a paper gets after its text: number, date and signature; all of them missing in a draft."""

    number: str | None = None
    notation: str | None = None
    issued_on: date | None = None
    signer_name: str | None = None
    signer_role: str | None = None


def assemble(
    *,
    subject: str,
    addressee: str,
    recipients: Iterable[str],
    bases: tuple[str, ...],
    blocks: tuple[Block, ...],
    annexes: tuple[Annex, ...],
    keywords: tuple[str, ...],
    last_day: date,
) -> Paper:
    """Return a report's text; head, number, date and signature are put on by ``mark``."""
    return Paper(
        parent_agency=(),
        issuing_agency=(),
        number_line="",
        date_line="",
        type_name="BÁO CÁO",
        subject=subject,
        addressees=(addressee,),
        bases=bases,
        blocks=_closed(blocks),
        signature=Signature((), ""),
        recipients=(*(f"- {one};" for one in recipients), "- Lưu: VT, VPĐP."),
        annexes=annexes,
        author="",
        keywords=keywords,
        dated=datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC),
    )


def _closed(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the text with the mark behind its last word, ``./.``; a table needs none."""
    *others, last = blocks
    return (*others, Paragraph(f"{last.text.rstrip('. ')}./.")) if isinstance(last, Paragraph) else blocks


def mark(paper: Paper, agency_code: str, marks: Marks, today: date, registers: Registers) -> Paper:
    """Return the paper with head, number, date and signature; a draft leaves the last three blank, a daily report its number."""
    day = marks.issued_on or today
    head = head_of(agency_code, day, registers)
    dated = marks.issued_on or paper.dated.date()
    signature = Signature(say_signing(marks.signer_role or ""), marks.signer_name or "")
    return replace(
        paper,
        parent_agency=head.parent_lines,
        issuing_agency=head.issuing_lines,
        number_line=number_line(head, marks.number, marks.notation),
        date_line=date_line(head, marks.issued_on, day.year),
        signature=signature if marks.issued_on else Signature((), ""),
        author=head.agency.name,
        dated=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
    )
