"""How administrative papers write numbers, their own number and the line of place and date."""

from datetime import date
from decimal import Decimal


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
