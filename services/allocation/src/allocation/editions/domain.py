"""An edition's course as far as allocation depends on it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from common.errors import ConflictError

REGISTER_2025_FROM = date(2025, 7, 1)


class Stage(StrEnum):
    """How far an edition is; a suspension is told apart from it."""

    ANNOUNCED = "announced"
    OPEN = "registration_open"
    CLOSED = "registration_closed"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


OVER = (Stage.ENDED, Stage.CANCELLED)


class Policy(StrEnum):
    FIRST_COME = "first_come"
    OPTIMAL_AT_CLOSE = "optimal_at_close"


@dataclass(frozen=True)
class Text:
    vi: str
    en: str | None


@dataclass(frozen=True)
class Quota:
    """Bounds on the booths held by one group; None is no bound."""

    dimension: str
    code: str
    floor: int | None
    ceiling: int | None

    @property
    def group(self) -> str:
        return f"{self.dimension}:{self.code}"


@dataclass(frozen=True)
class Lot:
    """What is configured of the draw, for scenarios that are to come out the same; of what is None each edition draws its own."""

    seed: str | None = None
    secret: str | None = None

    def secret_of(self, edition_code: str) -> str | None:
        """Return an edition's own secret: who is shown that of one edition knows none of another."""
        if self.secret is None:
            return None
        return hmac.new(self.secret.encode(), edition_code.encode(), sha256).hexdigest()


@dataclass(frozen=True)
class Edition:
    """What allocation knows of an edition; ``first_on`` and ``last_on`` are the days in force.

    ``zone_capacities`` names only zones that may not be filled; ``released_run_id`` is the run that gave the places.
    ``seed`` decides among equals in every run: drawn before anybody has applied and never again, so that nobody can run
    until the lot falls as wished. ``draw_secret`` seals the names by which applicants are drawn, so that the seed, once it
    is public, tells nobody's number; None for an edition announced before there were secrets.
    ``priority_packs`` are the orders of priority that acceptances counted by, as registration told them, oldest first.
    ``is_behind``: a restored database is taking in again what registration told of it; until then no booth changes hands but
    by its holder's answer.
    """

    edition_id: UUID
    code: str
    name: Text
    venue: Text
    first_on: date
    last_on: date
    booth_target: int
    zone_capacities: dict[str, int]
    quotas: tuple[Quota, ...]
    policy: Policy
    province_register: str
    stage: Stage
    is_suspended: bool
    released_run_id: UUID | None
    seed: str
    draw_secret: str | None = None
    priority_packs: tuple[dict[str, Any], ...] | None = None
    is_behind: bool = False

    @property
    def is_over(self) -> bool:
        return self.stage in OVER

    @property
    def gives_places(self) -> bool:
        """Whether a free booth may go to the next in line."""
        given = self.policy is Policy.FIRST_COME or self.released_run_id is not None
        return given and not self.is_suspended and not self.is_over and not self.is_behind

    @property
    def wants_run(self) -> bool:
        """Whether the places of this edition are still to be found by a run."""
        closed = self.stage is Stage.CLOSED and not self.is_over
        is_found = self.released_run_id is not None or self.is_behind
        return self.policy is Policy.OPTIMAL_AT_CLOSE and closed and not is_found


class EditionNotReadyError(ConflictError):
    """The edition is at another stage than the command needs."""

    code = "edition_not_ready"


class EditionSuspendedError(ConflictError):
    """Nothing is given out while an edition is suspended."""

    code = "edition_suspended"

    def __init__(self) -> None:
        super().__init__(
            "Kỳ sự kiện đang tạm dừng; hãy chờ lịch mới.", "The edition is suspended; wait for its new dates."
        )


class EditionBehindError(ConflictError):
    """The edition is still taking in again what a restored database forgot."""

    code = "edition_behind"

    def __init__(self) -> None:
        super().__init__(
            "Dữ liệu vừa được khôi phục, kỳ sự kiện đang nhận lại thông tin từ bộ phận đăng ký; hãy thử lại sau ít phút."
            " Nếu kéo dài, hãy báo người vận hành.",
            "The database was restored, and what registration told of the edition is still coming in; try again in a few"
            " minutes. If it lasts, tell the operator.",
        )


def register_in_force(on: date) -> str:
    """Return the register of provinces of a day (202/2025/QH15)."""
    return "2025" if on >= REGISTER_2025_FROM else "2020"


def note_priority(edition: Edition, pack: dict[str, Any] | None) -> Edition:
    """Return an edition that knows a pack; what was told of a version first stays."""
    known = edition.priority_packs or ()
    if pack is None or pack["version"] in {each["version"] for each in known}:
        return edition
    return replace(edition, priority_packs=(*known, pack))


def reschedule(edition: Edition, first_on: date, last_on: date) -> Edition:
    """Return an edition with new dates; one stopped while live is made ready again."""
    stage = Stage.CLOSED if edition.stage is Stage.LIVE else edition.stage
    return replace(edition, first_on=first_on, last_on=last_on, stage=stage, is_suspended=False)


def resize(edition: Edition, booth_target: int, zones: Mapping[str, int]) -> Edition:
    """Return an edition with another number of booths, and of the zones that are named."""
    return replace(edition, booth_target=booth_target, zone_capacities={**edition.zone_capacities, **zones})


def require_up_to_date(edition: Edition) -> None:
    """Raise while a restored database still takes in again what registration told of the edition."""
    if edition.is_behind:
        raise EditionBehindError


def require_run(edition: Edition) -> None:
    """Raise unless a run may be started for this edition."""
    require_up_to_date(edition)
    if edition.policy is Policy.FIRST_COME:
        raise EditionNotReadyError(
            "Kỳ sự kiện này xếp gian hàng theo thứ tự đăng ký, không chạy phương án.",
            "This edition gives its booths in order of arrival; it has no runs.",
            policy=str(edition.policy),
        )
    if edition.released_run_id is not None:
        raise EditionNotReadyError(
            "Phương án đã được công bố; không chạy lại.",
            "A run has been released; there is no other.",
            released_run_id=str(edition.released_run_id),
        )
    if edition.stage is not Stage.CLOSED:
        raise EditionNotReadyError(
            "Chỉ chạy phương án khi đã đóng đăng ký.",
            "A run needs registration to be closed.",
            stage=str(edition.stage),
        )


def require_unreleased(edition: Edition) -> None:
    """Raise unless places are still to be found by a run: what the committee says of a run comes before its release."""
    if edition.policy is Policy.FIRST_COME or edition.released_run_id is not None or edition.is_over:
        raise EditionNotReadyError(
            "Kỳ sự kiện không còn chờ phương án: đã công bố, đã kết thúc hoặc xếp theo thứ tự đăng ký.",
            "No run is awaited: one is released, the edition is over, or it gives its booths in order of arrival.",
            stage=str(edition.stage),
        )


def require_not_over(edition: Edition) -> None:
    """Raise for an edition that has ended or is cancelled."""
    require_up_to_date(edition)
    if edition.is_over:
        raise EditionNotReadyError(
            "Kỳ sự kiện đã kết thúc hoặc đã hủy.", "The edition is over.", stage=str(edition.stage)
        )


def require_open_rules(edition: Edition, *, has_answered: bool) -> None:
    """Raise unless the edition's own rules may still change: nobody has a place, or waits for one, by those in force."""
    if edition.released_run_id is not None or edition.is_over:
        raise EditionNotReadyError(
            "Phương án đã được công bố hoặc kỳ sự kiện đã kết thúc; không đổi quy định.",
            "A run has been released or the edition is over; its rules stay as they are.",
        )
    if has_answered:
        raise EditionNotReadyError(
            "Kỳ sự kiện này xếp gian hàng theo thứ tự đăng ký và đã có hồ sơ được xếp gian hoặc vào danh sách chờ;"
            " không đổi quy định.",
            "This edition gives its booths in order of arrival, and some have a place or wait for one already;"
            " its rules stay as they are.",
            policy=str(edition.policy),
        )


def require_live(edition: Edition) -> None:
    """Raise unless the fair is on."""
    require_up_to_date(edition)
    if edition.stage is not Stage.LIVE:
        raise EditionNotReadyError(
            "Kỳ sự kiện chưa khai mạc hoặc đã kết thúc.", "The fair is not on.", stage=str(edition.stage)
        )
