"""When the holder of an open offer is reminded."""

from datetime import datetime, timedelta


def remind_at(offered_at: datetime, reply_by_at: datetime, lead: timedelta) -> datetime | None:
    """Return when to remind; None where the offer is so short that the reminder would come with it."""
    moment = reply_by_at - lead
    return moment if moment > offered_at else None
