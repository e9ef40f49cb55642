"""Makes the parts that every report has: head, legal bases, recipients, names of papers in running text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from reporting.editions.domain import Edition, PaperRef
from reporting.papers.domain import Annex, Block, Paper, Signature
from reporting.registers.domain import Agency, Registers
from reporting.registers.repository import get_registers
from reporting.wording.domain import lower_first, say_date_line, say_day, say_number_line


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


def head_of(agency_code: str, day: date) -> Head:
    """Return the head of a paper of an agency under its name of the day; an unknown code is shown as it is."""
    registers = get_registers()
    agency = registers.agency(agency_code, day) or _unknown(agency_code)
    parent = registers.agency(agency.parent_code, day) if agency.parent_code else None
    return Head(agency, parent)


def _unknown(code: str) -> Agency:
    return Agency(code, code, code, (code.upper(),), None, None, "Hà Nội", date.min, None)


def number_line(head: Head, number: str | None, notation: str | None) -> str:
    """Return the number line; without a number the agency's usual notation stands behind a gap."""
    return say_number_line(number, notation or head.agency.report_notation or "BC")


def date_line(head: Head, issued_on: date | None, year: int) -> str:
    """Return the line of place and date, blank in a draft."""
    return say_date_line(head.agency.place, issued_on, year)


def name_paper(paper: PaperRef, registers: Registers, *, with_agency: bool = True) -> str:
    """Return a paper in running text: ``Thông báo số 15/TB-BCĐ ngày 20/08/2020 của …``."""
    parts = [registers.paper_type_name(paper.type)]
    if paper.number is not None:
        parts.append(f"số {paper.number.zfill(2)}/{paper.notation}" if paper.notation else f"số {paper.number}")
    if paper.issued_on is not None:
        parts.append(f"ngày {say_day(paper.issued_on)}")
        if with_agency:
            parts.append(f"của {registers.agency_name(paper.issuing_agency_code, paper.issued_on)}")
    return " ".join(parts)


def legal_bases(edition: Edition) -> tuple[str, ...]:
    """Return the lines "Căn cứ": each paper of the edition once, each line ending with ";", the last with "."."""
    registers = get_registers()
    named = (paper for paper in edition.papers if paper.step.startswith("edition_"))
    lines = [f"Căn cứ {name_paper(paper, registers)} {_about(paper.title)}" for paper in _once(named)]
    return tuple(line + ("." if index == len(lines) - 1 else ";") for index, line in enumerate(lines))


def _about(title: str) -> str:
    stripped = title.strip().rstrip(".;")
    return lower_first(stripped) if stripped.lower().startswith(("về ", "v/v ")) else f"về {lower_first(stripped)}"


def _once(papers: Iterable[PaperRef]) -> list[PaperRef]:
    found: dict[tuple[str | None, str | None, date | None], PaperRef] = {}
    for paper in papers:
        found.setdefault((paper.number, paper.notation, paper.issued_on), paper)
    return list(found.values())


def signature_lines(role: str) -> tuple[str, ...]:
    """Return the lines above a signature; who signs for the head says so: KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC."""
    lines = [line.strip() for line in role.upper().replace("\n", "/").split("/") if line.strip()]
    if len(lines) == 1 and lines[0].startswith("PHÓ "):
        return (f"KT. {lines[0].removeprefix('PHÓ ')}", lines[0])
    return tuple(lines)


@dataclass(frozen=True)
class Marks:
    """What a paper gets after its text: number, date and signature; all of them missing in a draft."""

    is_numbered: bool
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
        blocks=blocks,
        signature=Signature((), ""),
        recipients=(*(f"- {one};" for one in recipients), "- Lưu: VT, VPĐP."),
        annexes=annexes,
        author="",
        keywords=keywords,
        dated=datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC),
    )


def mark(paper: Paper, agency_code: str, marks: Marks, today: date) -> Paper:
    """Return the paper with head, number, date and signature; a draft leaves the last three blank."""
    day = marks.issued_on or today
    head = head_of(agency_code, day)
    dated = marks.issued_on or paper.dated.date()
    signature = Signature(signature_lines(marks.signer_role or ""), marks.signer_name or "")
    return replace(
        paper,
        parent_agency=head.parent_lines,
        issuing_agency=head.issuing_lines,
        number_line=number_line(head, marks.number, marks.notation) if marks.is_numbered else "",
        date_line=date_line(head, marks.issued_on, day.year),
        signature=signature if marks.issued_on else Signature((), ""),
        author=head.agency.name,
        dated=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
    )
