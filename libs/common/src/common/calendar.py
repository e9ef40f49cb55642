"""Calendar days and working days as Vietnam counts them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.days_off import is_day_off

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(1900, 2201)
"""The years of every day that people may write: any other is a slip of the pen, and near the calendar's ends nothing
can be counted on or back."""


def local_date(instant: datetime) -> date:
    """Return the Vietnamese calendar day of an aware instant."""
    return instant.astimezone(VIETNAM).date()


SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Tell whether offices work: Monday to Friday but for public holidays."""
    return day.weekday() < SATURDAY and not is_day_off(day)


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
