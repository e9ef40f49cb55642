"""How Vietnamese papers say figures, money, shares and dates: pure functions from values to words."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from common.papers.wording import say_decimal, say_number

MISSING = "chưa có số liệu"
TEN = 10
TEN_THOUSAND = 10_000
MILLION = 1_000_000
BILLION = 1_000_000_000
QUALIFIER_WORDS = {"exact": "", "more_than": "hơn", "nearly": "gần", "about": "khoảng", "estimated": "ước"}
ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")


class Reported(Protocol):
    """A figure with how exact it is."""

    @property
    def value(self) -> int: ...
    @property
    def qualifier(self) -> str: ...
    @property
    def is_estimate(self) -> bool: ...


def say_money(value_vnd: int) -> str:
    """Return money for prose: in tỷ or triệu where at most two decimals say it exactly, else in full digits."""
    for unit, name in ((BILLION, "tỷ"), (MILLION, "triệu")):
        if value_vnd >= unit and value_vnd % (unit // 100) == 0:
            return f"{say_decimal(Decimal(value_vnd) / unit)} {name} đồng"
    return f"{say_number(value_vnd)} đồng"


def say_qualifier(figure: Reported) -> str:
    """Return the words before a figure with a space behind: ``ước hơn ``; nothing for an exact one, nor for none at all."""
    word = QUALIFIER_WORDS.get(figure.qualifier, "khoảng")
    if figure.value == 0 and word != "khoảng":  # "hơn 0" says nothing
        return ""
    words = ["ước"] if figure.is_estimate and word != "ước" else []
    return "".join(f"{part} " for part in (*words, word) if part)


def say_count(figure: Reported | None, noun: str) -> str:
    """Return a count with its noun: ``hơn 2.000 sản phẩm``."""
    return MISSING if figure is None else f"{say_qualifier(figure)}{say_in_text(figure.value)} {noun}"


def say_visits(figure: Reported | None) -> str:
    """Return visits; in vạn only where ``hơn`` stands before an exact multiple of ten thousand."""
    if figure is None:
        return MISSING
    many, rest = divmod(figure.value, TEN_THOUSAND)
    if many and not rest and figure.qualifier == "more_than":
        return f"{say_qualifier(figure)}{say_number(many)} vạn lượt khách"
    return say_count(figure, "lượt khách")


def say_sales(figure: Reported | None) -> str:
    """Return money with its qualifier: ``ước hơn 8 tỷ đồng``."""
    return MISSING if figure is None else f"{say_qualifier(figure)}{say_money(figure.value)}"


def say_received(figure: Reported | None) -> str:
    """Return a clause on visits: ``đón hơn 5 vạn lượt khách``, or that nothing is known of them."""
    return f"lượt khách {MISSING}" if figure is None else f"đón {say_visits(figure)}"


def say_signed(contracts: Reported | None, memoranda: Reported | None, covered: str = "") -> str:
    """Return a clause on what was signed; what is not known of is named apart, ``covered`` stands behind what is."""
    told = ((contracts, "hợp đồng"), (memoranda, "biên bản ghi nhớ"))
    known = ", ".join(say_count(figure, noun) for figure, noun in told if figure is not None)
    unknown = ", ".join(noun for figure, noun in told if figure is None)
    clauses = (f"ký {known}{covered}" if known else "", f"{unknown} {MISSING}" if unknown else "")
    return "; ".join(clause for clause in clauses if clause)


def say_in_text(value: int) -> str:
    """Return a number of things as running text has it: ``05``, ``12``, ``1.054``; none is ``0``."""
    return f"0{value}" if 0 < value < TEN else say_number(value)


def say_ordinal(value: int) -> str:
    """Return which one in a row it is: ``thứ nhất``, ``thứ tư``; in digits beyond the tenth."""
    return f"thứ {ORDINALS[value - 1] if 0 < value <= len(ORDINALS) else value}"


def say_day(day: date) -> str:
    """Return a day in running text: ``09/10/2020``."""
    return f"{day:%d/%m/%Y}"


def say_days(first: date, last: date) -> str:
    """Return a period of days in running text, naming month and year once where both ends share them."""
    if first == last:
        return f"ngày {say_day(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"từ ngày {first:%d} đến ngày {say_day(last)}"
    start = f"{first:%d/%m}" if first.year == last.year else say_day(first)
    return f"từ ngày {start} đến ngày {say_day(last)}"


def upper_first(text: str) -> str:
    """Return the text with a large first letter."""
    return text[:1].upper() + text[1:]
