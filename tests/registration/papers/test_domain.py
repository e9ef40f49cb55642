"""Number and notation of papers."""

from dataclasses import replace
from datetime import date

import pytest

from registration.papers.domain import Paper, check_paper

TODAY = date(2020, 5, 15)


def a_paper(written: str, kind: str = "KH") -> Paper:
    number, _, notation = written.partition("/")
    return Paper(kind, number, notation, date(2020, 5, 15), "hn.ubnd", "Kế hoạch")


def problems(paper: Paper | None, *, required: bool = True) -> dict[str, str]:
    return {problem.field: problem.code for problem in check_paper(paper, required=required, today=TODAY)}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("100/KH-UBND", "KH"),
        ("3060/UBND-KT", "CV"),
        ("02/TB-BCĐ", "TB"),
        ("4078/QĐ-BNN-VPĐP", "QĐ"),
        ("04/CTr-UBND", "CTr"),
        ("26/2026/QĐ-TTg", "QĐ"),
        ("91/2025/QH15", "L"),
    ],
)
def test_notations_in_use_are_taken(written: str, kind: str) -> None:
    assert problems(a_paper(written, kind)) == {}


@pytest.mark.parametrize("written", ["100-KH/UBND", "100/kh-ubnd", "100/KH UBND", "123456/KH-UBND"])
def test_malformed_notations_are_refused(written: str) -> None:
    assert set(problems(a_paper(written)).values()) == {"notation_invalid"}


def test_a_notation_without_a_number_is_refused() -> None:
    assert problems(a_paper("100KH-UBND")) == {"legal_document.notation": "paper_missing"}


def test_a_type_that_is_not_that_of_the_notation_is_refused() -> None:
    assert problems(a_paper("100/KH-UBND", "QĐ")) == {"legal_document.type": "type_mismatch"}


def test_a_paper_of_a_day_that_has_not_come_is_refused_needed_or_not() -> None:
    tomorrow = replace(a_paper("100/KH-UBND"), issued_on=date(2020, 5, 16))
    for required in (True, False):
        assert problems(tomorrow, required=required) == {"legal_document.issued_on": "in_the_future"}


def test_a_missing_paper_matters_where_one_is_required_only() -> None:
    assert problems(None) == {"legal_document": "paper_missing"}
    assert problems(None, required=False) == {}
