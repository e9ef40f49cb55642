"""Numbered papers: number, notation, type, and what is wrong with an entry of one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from common.errors import FieldProblem
from common.papers.issue_dates import check_issued_on

PAPER_TYPES = ("KH", "QĐ", "BC", "TB", "TTr", "BB", "GM", "CTr", "HD", "HĐ", "NQ", "NĐ", "TT", "CT", "CV")
PAPER_FORM = re.compile(r"\d{1,5}/([12]\d{3}/)?[A-ZĐ][A-Za-zĐđ]*\d{0,2}(-[A-ZĐ][A-Za-zĐđ&]*\d{0,2})*")


@dataclass(frozen=True)
class Paper:
    """A numbered paper that an act rests on."""

    type: str
    number: str | None
    notation: str | None
    issued_on: date | None
    issuing_agency_code: str
    title: str


def check_paper(
    paper: Paper | None, field: str = "legal_document", *, required: bool, today: date
) -> Iterator[FieldProblem]:
    """Check the paper of an act: there where one is required, dated, by today, numbered in the right notation."""
    if paper is None:
        if required:
            yield FieldProblem(field, "paper_missing", "Cần văn bản có số, ký hiệu.", "A numbered paper is needed.")
        return
    yield from check_notation(paper, field)
    if required and paper.issued_on is None:
        yield FieldProblem(f"{field}.issued_on", "paper_missing", "Thiếu ngày ban hành.", "The date is missing.")
    yield from check_issued_on(paper.issued_on, today, field)


def check_notation(paper: Paper, field: str) -> Iterator[FieldProblem]:
    """Check number and notation of a paper, and its type against the notation's first part."""
    for part in ("number", "notation"):
        if not getattr(paper, part):
            yield FieldProblem(f"{field}.{part}", "paper_missing", "Thiếu số, ký hiệu.", "The number is missing.")
    if not paper.number or not paper.notation:
        return
    if not PAPER_FORM.fullmatch(f"{paper.number}/{paper.notation}"):
        yield FieldProblem(
            f"{field}.{'notation' if paper.number.partition('/')[0].isdecimal() else 'number'}",
            "notation_invalid",
            "Số, ký hiệu không đúng dạng, ví dụ 100/KH-UBND.",
            "Number and notation do not have the form of 100/KH-UBND.",
        )
        return
    named = paper.notation.rpartition("/")[2].partition("-")[0]
    if named in PAPER_TYPES and named != paper.type:
        yield FieldProblem(
            f"{field}.type", "type_mismatch", f"Ký hiệu là của loại {named}.", f"The notation is of type {named}."
        )
