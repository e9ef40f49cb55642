"""Calendar days as Vietnam counts them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_date(instant: datetime) -> date:
    """Return the Vietnamese calendar day of an aware instant."""
    return instant.astimezone(VIETNAM).date()
