"""Papers as other papers cite them: by name in running text, and as legal bases; pure."""

from collections.abc import Iterable
from datetime import date

from common.papers.wording import say_about
from reporting.editions.domain import Edition, PaperRef
from reporting.registers.domain import Registers
from reporting.wording.domain import say_day


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


def legal_bases(edition: Edition, registers: Registers) -> tuple[str, ...]:
    """Return the lines "Căn cứ": each paper of the edition once, each line ending with ";", the last with "."."""
    named = (paper for paper in edition.papers if paper.step.startswith("edition_"))
    lines = [f"Căn cứ {name_paper(paper, registers)} {say_about(paper.title)}" for paper in _once(named)]
    return tuple(line + ("." if index == len(lines) - 1 else ";") for index, line in enumerate(lines))


def _once(papers: Iterable[PaperRef]) -> list[PaperRef]:
    found: dict[tuple[str | None, str | None, date | None], PaperRef] = {}
    for paper in papers:
        found.setdefault((paper.number, paper.notation, paper.issued_on), paper)
    return list(found.values())
