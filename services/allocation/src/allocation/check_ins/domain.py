"""What an inspector may note of a booth on a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from common.errors import ConflictError, DomainError


@dataclass(frozen=True)
class CheckIn:
    """What was seen of a holder on a day, at all its booths at once."""

    application_id: UUID
    edition_id: UUID
    on: date
    is_present: bool


class NotAFairDayError(DomainError):
    """The day is none of the fair's, or has not come."""

    code = "not_a_fair_day"
    status = 422


class BoothWithoutHolderError(ConflictError):
    """Nobody has confirmed this booth."""

    code = "booth_without_holder"

    def __init__(self, booth_code: str) -> None:
        super().__init__(
            f"Gian {booth_code} chưa có chủ thể xác nhận.",
            f"Nobody has confirmed booth {booth_code}.",
            field="booth_code",
        )


class SeenBeforeError(ConflictError):
    """The holder was at its booth that day."""

    code = "seen_before"

    def __init__(self, on: date) -> None:
        super().__init__(
            f"Chủ thể đã có mặt ngày {on:%d/%m/%Y}; không ghi vắng mặt được.",
            f"The holder was at its booth on {on.isoformat()}; it cannot be a no-show.",
            field="on",
        )


class NotANoShowError(ConflictError):
    """The holder was not noted as missing today, or came since."""

    code = "not_a_no_show"

    def __init__(self, booth_code: str) -> None:
        super().__init__(
            f"Hôm nay chưa ghi vắng mặt ở gian {booth_code}.",
            f"Nobody noted today that the holder of booth {booth_code} is missing.",
            field="booth_code",
        )


class GraceNotOverError(ConflictError):
    """The holder may still come."""

    code = "grace_not_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "Chưa hết thời gian chờ chủ thể; hãy thử lại sau.",
            "The holder may still come; try again later.",
            until=until.isoformat(),
        )


def require_missed(
    booth_code: str, seen: CheckIn | None, seen_at: datetime | None, grace: timedelta, now: datetime
) -> None:
    """Raise NotANoShowError or GraceNotOverError unless a holder was noted as missing and the grace is over."""
    if seen is None or seen.is_present or seen_at is None:
        raise NotANoShowError(booth_code)
    if now < seen_at + grace:
        raise GraceNotOverError(seen_at + grace)


def require_day(on: date, first_on: date, last_on: date, today: date) -> None:
    """Raise NotAFairDayError unless the day is one of the fair's and has begun."""
    if not first_on <= on <= last_on or on > today:
        raise NotAFairDayError(
            f"Ngày {on:%d/%m/%Y} không thuộc các ngày hội chợ đã diễn ra ({first_on:%d/%m} – {last_on:%d/%m/%Y}).",
            f"{on.isoformat()} is none of the fair's days so far ({first_on.isoformat()} to {last_on.isoformat()}).",
            field="on",
        )


def note(before: CheckIn | None, seen: CheckIn) -> CheckIn | None:
    """Return what is new about a holder's day; None if it was noted already. Raises SeenBeforeError."""
    if before is None or (seen.is_present and not before.is_present):
        return seen
    if before.is_present and not seen.is_present:
        raise SeenBeforeError(seen.on)
    return None
