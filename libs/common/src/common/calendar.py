"""Calendar days and working days as Vietnam counts them."""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(1900, 2201)
"""The years of every day that people may write: any other is a slip of the pen, and near the calendar's ends nothing
can be counted on or back."""


def local_date(instant: datetime) -> date:
    """Return the Vietnamese calendar day of an aware instant."""
    return instant.astimezone(VIETNAM).date()


SATURDAY = 5
HOLIDAYS = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Days off of every year (Labour Code 2019, article 112), month and day."""
LUNAR: dict[int, tuple[date, date]] = {
    2020: (date(2020, 1, 25), date(2020, 4, 2)),
    2021: (date(2021, 2, 12), date(2021, 4, 21)),
    2022: (date(2022, 2, 1), date(2022, 4, 10)),
    2023: (date(2023, 1, 22), date(2023, 4, 29)),
    2024: (date(2024, 2, 10), date(2024, 4, 18)),
    2025: (date(2025, 1, 29), date(2025, 4, 7)),
    2026: (date(2026, 2, 17), date(2026, 4, 26)),
    2027: (date(2027, 2, 6), date(2027, 4, 16)),
    2028: (date(2028, 1, 26), date(2028, 4, 4)),
    2029: (date(2029, 2, 13), date(2029, 4, 23)),
    2030: (date(2030, 2, 3), date(2030, 4, 12)),
}
"""The first day of Tết and the day of the Hùng Kings by the lunar calendar, by year."""
TET = range(-2, 3)
"""The days off around the first of Tết are set anew each year; from 2020 to 2026 they were these."""
BESIDE_NATIONAL_DAY = {2021: 3, 2022: 1, 2023: 1, 2024: 3, 2025: 1, 2026: 1}
"""The second day off at 2 September, by year: the first or the third; where it is not known, none is counted."""


@cache
def days_off(year: int) -> frozenset[date]:
    """Return the public holidays of a year, with the day off that stands in for one at a weekend."""
    named = {date(year, month, day) for month, day in HOLIDAYS}
    if year in LUNAR:
        tet, kings = LUNAR[year]
        named |= {kings, *(tet + timedelta(days=count) for count in TET)}
    if year in BESIDE_NATIONAL_DAY:
        named.add(date(year, 9, BESIDE_NATIONAL_DAY[year]))
    off = set(named)
    for day in sorted(named):
        instead = day
        while day.weekday() >= SATURDAY and (instead.weekday() >= SATURDAY or instead in off):
            instead += timedelta(days=1)
        off.add(instead)
    return frozenset(off)


def is_working_day(day: date) -> bool:
    """Tell whether offices work: Monday to Friday but for public holidays."""
    return day.weekday() < SATURDAY and day not in days_off(day.year)


def next_working(instant: datetime) -> datetime:
    """Return an instant, or the same hour of the next working day where it lies on none, days as Hanoi counts them."""
    while not is_working_day(local_date(instant)):
        instant += timedelta(days=1)
    return instant


def last_working(day: date) -> date:
    """Return a day, or the last working day before it where it is none."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
