"""What may come of a try to deliver, and when one tries again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class AttemptState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What the channel said; LOST: it may have taken the notice, NOT_TRIED: it was not asked."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    LOST = "lost"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class Result:
    """The outcome of one try.

    Attributes:
        reply_code: the mail server's, where it answered.
        reason_code: why, for a permanent outcome.
    """

    outcome: Outcome
    reply_code: int | None = None
    reason_code: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One try as stored."""

    notice_id: UUID
    number: int
    state: AttemptState
    started_at: datetime
    ended_at: datetime | None = None
    reply_code: int | None = None
    content_sha256: str | None = None


@dataclass(frozen=True)
class RetryPolicy:
    """Waits between tries grow; after the last one the notice has failed.

    Attributes:
        waits: the wait after each try.
        jitter: the part of a wait by which chance may change it, so that tries spread.
        doubt: the wait before a notice of unknown outcome is sent once more.
        doubts: how often an unknown outcome is answered by sending once more.
    """

    waits: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=20),
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(hours=6),
        timedelta(hours=12),
    )
    jitter: float = 0.2
    doubt: timedelta = timedelta(minutes=5)
    doubts: int = 1


ATTEMPT_STATES = {
    Outcome.SENT: AttemptState.SENT,
    Outcome.TEMPORARY: AttemptState.FAILED,
    Outcome.PERMANENT: AttemptState.FAILED,
    Outcome.LOST: AttemptState.UNKNOWN,
}


def wait_after(policy: RetryPolicy, attempts: int, chance: float) -> timedelta | None:
    """Return the wait after that many tries, ``chance`` from 0 to 1; None where there is no further try."""
    if attempts > len(policy.waits):
        return None
    return policy.waits[attempts - 1] * (1 + policy.jitter * (2 * chance - 1))
