"""How administrative papers write numbers, their own number, date and head, who signs, and what other papers are about."""

import re
from datetime import date
from decimal import Decimal
from textwrap import wrap

HEAD_WIDTH = 24
"""Capitals that fit into a line of the agency's name at the head of a paper."""


def say_number(value: int) -> str:
    """Return digits with dots between thousands: 1054 is ``1.054``."""
    return f"{value:,}".replace(",", ".")


def say_decimal(value: Decimal) -> str:
    """Return a decimal number with a comma and no closing zeros: 1.190 is ``1,19``."""
    whole, _, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    return say_number(int(whole)) + (f",{rest}" if rest else "")


def say_tenths(tenths: int) -> str:
    """Return a percentage given in tenths: 125 is ``12,5%``."""
    return f"{say_decimal(Decimal(tenths) / 10)}%"


def say_date_line(place: str, day: date | None, year: int) -> str:
    """Return place and date of the head: days 1-9 and months 1-2 with a leading 0; a draft leaves both blank."""
    if day is None:
        return f"{place}, ngày        tháng        năm {year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def say_number_line(number: str | None, notation: str) -> str:
    """Return the number line: ``Số: 05/BC-SNN``; a draft leaves the number blank."""
    return f"Số:          /{notation}" if number is None else f"Số: {number.zfill(2)}/{notation}"


def say_head(name: str) -> tuple[str, ...]:
    """Return an agency's name in capitals, in as few lines as fit and these as even as can be.

    A department (Sở) goes without its province, which the agency above it names.
    """
    whole = re.sub(r"^(Sở .+?) (thành phố|tỉnh) .+$", r"\1", name).upper()
    before, joined, after = whole.partition(" VÀ ")
    halves = (before, f"VÀ {after}")
    if joined and len(whole) > HEAD_WIDTH and max(map(len, halves)) <= HEAD_WIDTH:
        return halves
    fewest = len(wrap(whole, HEAD_WIDTH))
    width = next(width for width in range(1, HEAD_WIDTH + 1) if len(wrap(whole, width)) == fewest)
    return tuple(wrap(whole, width))


def say_signing(role: str) -> tuple[str, ...]:
    """Return the lines above a signature; who signs for the head says so: KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC."""
    lines = [line.strip() for line in role.upper().replace("\n", "/").split("/") if line.strip()]
    if len(lines) == 1 and lines[0].startswith("PHÓ "):
        return (f"KT. {lines[0].removeprefix('PHÓ ')}", lines[0])
    return tuple(lines)


def say_about(title: str) -> str:
    """Return a title behind the paper's name; ``về`` goes before it unless the title has its own."""
    stripped = lower_first(title.strip().rstrip(".;"))
    says_itself = stripped.startswith("v/v ") or " về " in f" {stripped} "
    return stripped if says_itself else f"về {stripped}"


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless it starts with an abbreviation in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
