"""An invitation round: how many booths each agency may fill, what became of its letter, and when it is reminded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.calendar import next_working
from common.errors import ConflictError, FieldProblem
from registration.editions.domain import Edition, QuotaBounds
from registration.quotas.domain import FOREIGN, Quota

MOST_REMINDERS = 5


class AlreadyInvitedError(ConflictError):
    """The letter is numbered and sent; what it says is not changed any more."""

    code = "already_invited"


class NotInvitedError(ConflictError):
    """The letter has no number yet, so nobody was invited by it."""

    code = "not_invited"


class AlreadyNominatedError(ConflictError):
    """The agency has nominated; single applications are withdrawn, the invitation is not declined any more."""

    code = "already_nominated"


class Stage(StrEnum):
    """How far an agency has come with its invitation."""

    NOT_SENT = "not_sent"
    SILENT = "silent"
    OPENED = "opened"
    RETURNED = "returned"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Round:
    """What is the same in all letters of an edition, and its dates; ``set_at`` is when the dates were set."""

    edition_id: UUID
    issuing_agency_code: str
    notation: str
    reply_by_at: datetime
    reminders_at: tuple[datetime, ...]
    basis_ids: tuple[UUID, ...]
    signer_role: str
    recipients: tuple[str, ...]
    set_at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """One agency's invitation; floor and ceiling are booths, ``reminders`` counts the dates reminded of or passed over.

    Attributes:
        document_id: the letter's number; None while it is a draft.
        opened_at: when somebody first followed the link in the mail; a mail filter that follows links counts too.
        answered_at: when it was noticed that the agency has nominated.
    """

    invitation_id: UUID
    edition_id: UUID
    agency_code: str
    party_id: UUID
    floor: int | None
    ceiling: int | None
    signer_name: str = ""
    document_id: UUID | None = None
    invited_at: datetime | None = None
    opened_at: datetime | None = None
    downloaded_at: datetime | None = None
    answered_at: datetime | None = None
    declined_at: datetime | None = None
    decline_reason: str | None = None
    reminders: int = 0
    reminded_at: datetime | None = None


def bounds_of(invitation: Invitation, edition: Edition, province_code: str | None) -> QuotaBounds | None:
    """Return how many booths an agency may fill: its own, else those that its province has in all."""
    if invitation.floor is not None or invitation.ceiling is not None:
        return QuotaBounds("agency", invitation.agency_code, invitation.floor, invitation.ceiling)
    return edition.quota_of_province(province_code)


@dataclass(frozen=True)
class Pause:
    """A time in which the edition was suspended; None is not over yet."""

    since: datetime
    until: datetime | None


def moved(planned: datetime, pauses: Sequence[Pause]) -> datetime | None:
    """Return when a date comes that stood still in each pause, pauses in order; None while one of them lasts."""
    at = planned
    for pause in pauses:
        if pause.since >= at:
            break
        if pause.until is None:
            return None
        at += pause.until - pause.since
    return at


def reply_by_of(plan: Round, pauses: Sequence[Pause]) -> datetime | None:
    """Return until when agencies answer; a date that pauses have moved falls on a working day. None while one lasts."""
    at = moved(plan.reply_by_at, pauses)
    return at if at is None or at == plan.reply_by_at else next_working(at)


@dataclass(frozen=True)
class ReplyBy:
    """Until when an agency is to send its list, as moved by suspensions; None while one lasts."""

    at: datetime | None


def stage_of(invitation: Invitation, *, has_answered: bool) -> Stage:
    """Return how far the agency has come; a nomination counts for more than a refusal before it."""
    if has_answered:
        return Stage.RETURNED
    if invitation.invited_at is None:
        return Stage.NOT_SENT
    if invitation.declined_at is not None:
        return Stage.DECLINED
    was_seen = invitation.opened_at is not None or invitation.downloaded_at is not None
    return Stage.OPENED if was_seen else Stage.SILENT


def invite(invitation: Invitation, document_id: UUID, signer_name: str, now: datetime) -> Invitation:
    """Return the invitation with its numbered letter; raises AlreadyInvitedError."""
    if invitation.document_id is not None:
        raise AlreadyInvitedError("Công văn đã có số và đã gửi.", "The letter has its number and was sent.")
    return replace(invitation, document_id=document_id, signer_name=signer_name, invited_at=now)


def see(invitation: Invitation, now: datetime, *, has_downloaded: bool) -> Invitation:
    """Return the invitation as seen; the first time is kept."""
    _check_sent(invitation)
    downloaded = now if has_downloaded else None
    return replace(
        invitation,
        opened_at=invitation.opened_at or now,
        downloaded_at=invitation.downloaded_at or downloaded,
    )


def decline(invitation: Invitation, reason: str, now: datetime, *, has_nominated: bool) -> Invitation:
    """Return the invitation declined; the first refusal stands. Raises NotInvitedError, AlreadyNominatedError."""
    _check_sent(invitation)
    if has_nominated:
        raise AlreadyNominatedError(
            "Cơ quan đã đề cử; hãy rút từng hồ sơ nếu không tham gia nữa.",
            "The agency has nominated; withdraw the applications one by one instead.",
        )
    if invitation.declined_at is not None:
        return invitation
    return replace(invitation, declined_at=now, decline_reason=reason)


def _check_sent(invitation: Invitation) -> None:
    if invitation.invited_at is None:
        raise NotInvitedError("Công văn mời chưa được gửi.", "The letter of invitation has not been sent.")


def remind(invitation: Invitation, plan: Round, pauses: Sequence[Pause], now: datetime) -> Invitation:
    """Return the invitation reminded where a date has come: once for all dates passed, never after the answer was due."""
    passed = sum(1 for at in plan.reminders_at if _has_come(at, pauses, now))
    reply_by_at = reply_by_of(plan, pauses)
    if passed <= invitation.reminders or (reply_by_at is not None and reply_by_at <= now):
        return invitation
    return replace(invitation, reminders=passed, reminded_at=now)


def skip_passed(invitation: Invitation, plan: Round, pauses: Sequence[Pause], now: datetime) -> Invitation:
    """Return a new invitation that is not reminded of dates before it was sent."""
    return replace(invitation, reminders=sum(1 for at in plan.reminders_at if _has_come(at, pauses, now)))


def next_reminder(invitation: Invitation, plan: Round, pauses: Sequence[Pause]) -> datetime | None:
    """Return when the agency is reminded next; None for never, or while the edition is suspended."""
    later = plan.reminders_at[invitation.reminders :]
    return moved(later[0], pauses) if later else None


def _has_come(planned: datetime, pauses: Sequence[Pause], now: datetime) -> bool:
    at = moved(planned, pauses)
    return at is not None and at <= now


def check_round(plan: Round, closes_at: datetime, now: datetime) -> Iterator[FieldProblem]:
    """Check the dates of a round: the answer before registration ends, reminders before the answer, each its own."""
    if plan.reply_by_at <= now:
        yield FieldProblem("reply_by_at", "in_the_past", "Hạn trả lời đã qua.", "The date has passed already.")
    if plan.reply_by_at > closes_at:
        yield FieldProblem(
            "reply_by_at",
            "after_registration",
            f"Hạn trả lời phải trước khi đóng đăng ký ({closes_at.isoformat()}).",
            f"Answers are due before the registration closes ({closes_at.isoformat()}).",
        )
    for place, at in enumerate(plan.reminders_at):
        if not now < at < plan.reply_by_at or at in plan.reminders_at[:place]:
            yield FieldProblem(
                f"reminders_at[{place}]",
                "reminder_out_of_place",
                "Ngày nhắc phải sau lúc này, trước hạn trả lời và không trùng nhau.",
                "A reminder lies after now, before the answer is due, and is not there twice.",
            )


@dataclass(frozen=True)
class Places:
    """The booths that an agency may fill; a body of foreign vendors fills those reserved for them."""

    agency_code: str
    province_code: str | None
    brings_foreign: bool
    floor: int | None
    ceiling: int | None


def check_places(rows: Sequence[Places], quotas: Collection[Quota], booths: int) -> Iterator[FieldProblem]:
    """Check each agency's own numbers, and those of all agencies of a province against the edition's quota."""
    for place, row in enumerate(rows):
        yield from _check_row(rows, place, row)
    bounds = {(quota.dimension, quota.code): quota for quota in quotas}
    groups: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        if row.brings_foreign:
            groups.setdefault(("country", FOREIGN), []).append(place)
        elif row.province_code is not None:
            groups.setdefault(("province", row.province_code), []).append(place)
    for key, places in groups.items():
        yield from _check_group(rows, places, bounds.get(key), ":".join(key))
    floors = [(place, row.floor) for place, row in enumerate(rows) if row.floor]
    total = sum(floor for _, floor in floors)
    if total > booths:
        for place, _ in floors:
            yield _clash(place, f"{total}", f"{booths}", "số gian của sự kiện", "the event's booths")


def _check_row(rows: Sequence[Places], place: int, row: Places) -> Iterator[FieldProblem]:
    if row.floor is not None and row.ceiling is not None and row.floor > row.ceiling:
        yield FieldProblem(
            f"agencies[{place}].floor",
            "floor_above_ceiling",
            "Mức tối thiểu lớn hơn mức tối đa.",
            "The floor is above the ceiling.",
        )
    if row.agency_code in {one.agency_code for one in rows[:place]}:
        yield FieldProblem(
            f"agencies[{place}].agency_code", "agency_twice", "Cơ quan đã có.", "The agency is there twice."
        )


def _check_group(
    rows: Sequence[Places], places: Sequence[int], quota: Quota | None, name: str
) -> Iterator[FieldProblem]:
    if quota is None:
        return
    floors = sum(rows[place].floor or 0 for place in places)
    ceilings = [rows[place].ceiling for place in places]
    if quota.ceiling is not None and floors > quota.ceiling:
        for place in places:
            yield _clash(place, f"{floors}", f"{quota.ceiling}", f"mức tối đa của {name}", f"the ceiling of {name}")
    if quota.floor is not None and all(one is not None for one in ceilings):
        total = sum(one or 0 for one in ceilings)
        if total < quota.floor:
            yield FieldProblem(
                f"agencies[{places[0]}].ceiling",
                "floor_out_of_reach",
                f"Tổng mức tối đa {total} gian nhỏ hơn mức tối thiểu {quota.floor} gian của {name}.",
                f"The ceilings add up to {total} booths; the floor of {name} is {quota.floor}.",
            )


def _clash(place: int, total: str, most: str, vi: str, en: str) -> FieldProblem:
    return FieldProblem(
        f"agencies[{place}].floor",
        "quotas_clash",
        f"Tổng mức tối thiểu {total} gian lớn hơn {vi} ({most}).",
        f"The floors add up to {total} booths, more than {en} ({most}).",
    )
