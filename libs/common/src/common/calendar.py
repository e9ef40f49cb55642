"""Calendar days as Vietnam counts them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(1900, 2201)
"""The years of every day that people may write: any other is a slip of the pen, and near the calendar's ends nothing
can be counted on or back."""


def local_date(instant: datetime) -> date:
    """Return the Vietnamese calendar day of an aware instant."""
    return instant.astimezone(VIETNAM).date()
