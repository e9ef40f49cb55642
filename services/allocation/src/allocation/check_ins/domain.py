"""What an inspector may note of a booth on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from allocation.places.domain import Place, see
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


@dataclass(frozen=True)
class Seen:
    """Whether somebody was at a booth."""

    booth_code: str
    present: bool


@dataclass(frozen=True)
class NotNoted:
    """A booth of which nothing could be noted, and why."""

    booth_code: str
    why: ConflictError


@dataclass(frozen=True)
class Round:
    """What came of a walk along the street.

    Attributes:
        places: how each holder stands that was seen, booth by booth, in the order of the walk.
        news: what is to be told, in that order; a holder that was missing and then came stands in it twice.
        refused: the booths of which nothing was noted.
    """

    places: list[Place] = field(default_factory=list)
    news: list[tuple[CheckIn, Place]] = field(default_factory=list)
    refused: list[NotNoted] = field(default_factory=list)

    def news_of_each(self) -> list[CheckIn]:
        """Return the last news of each holder."""
        return list({news.application_id: news for news, _ in self.news}.values())

    def changed_places(self) -> list[Place]:
        """Return each place of which there is news, as it stands now."""
        return list({place.application_id: place for _, place in self.news}.values())


def go_round(seen: Sequence[Seen], holders: Mapping[str, Place], before: Mapping[UUID, CheckIn], on: date) -> Round:
    """Note what was seen, look by look; ``holders`` are those who confirmed, by booth, ``before`` what is noted that day."""
    known, told = dict(before), Round()
    standing = {place.application_id: place for place in holders.values()}
    for look in seen:
        holder = holders.get(look.booth_code)
        if holder is None:
            told.refused.append(NotNoted(look.booth_code, BoothWithoutHolderError(look.booth_code)))
            continue
        check_in = CheckIn(holder.application_id, holder.edition_id, on, look.present)
        try:
            news = note(known.get(holder.application_id), check_in)
        except SeenBeforeError as error:
            told.refused.append(NotNoted(look.booth_code, error))
            continue
        if news is not None:
            known[news.application_id] = news
            standing[news.application_id] = see(holder, present=news.is_present)
            told.news.append((news, standing[news.application_id]))
        told.places.append(standing[holder.application_id])
    return told
