"""What a lapse is: a product that counted with its stars when the vendor was accepted and does no longer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.errors import DomainError
from registration.applications.domain import bars
from registration.vetting.domain import Lapsing

STARRED = "valid_star"
LAPSED = "certificate_lapsed"
NOTHING_LEFT = "nothing_eligible_left"
REFUTED = "paper_refuted"
RENEWED = "certificate_renewed"
RECALL_UNDONE = "recall_undone"
PAPER_LAPSED = "paper_lapsed"
INELIGIBLE = "ineligible"
OF_ACCEPTANCES = (NOTHING_LEFT, REFUTED, RENEWED, PAPER_LAPSED)
"""Tasks about an acceptance: with it they end. After a lapse the sign is looked at also where the acceptance ended by it."""
RECALLED = "certificate_revoked"
EXPIRED = "certificate_expired"
BY_THE_ORGANISER = frozenset({"false_declaration", "organiser_decision"})
"""Reasons that only a person gives; with them an acceptance would end without a lapse as well."""
BY_ITSELF = "registration"
"""As whom a task is done that new dates, or an end, have settled."""


class TaskDoneError(DomainError):
    """The task was done already."""

    code = "task_done"


@dataclass(frozen=True)
class CertificateLoss:
    """The recall of a product's certificate: the first day without validity, and by which paper."""

    product_id: UUID
    revoked_on: date
    paper: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that a person has to look at."""

    task_id: UUID
    edition_id: UUID
    application_id: UUID
    kind: str
    subject: str
    data: Mapping[str, str]
    opened_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None


def find_lapses(before: Mapping[UUID, str], now: Mapping[UUID, str]) -> tuple[UUID, ...]:
    """Return the products whose class was that of a valid star and is no more; product id to class."""
    return tuple(sorted(one for one, held in before.items() if held == STARRED and now.get(one) != STARRED))


def find_regained(before: Mapping[UUID, str], now: Mapping[UUID, str]) -> tuple[UUID, ...]:
    """Return the products that count again: with their stars, or at all."""
    return tuple(
        sorted(
            one
            for one, held in now.items()
            if before.get(one, held) != held and (held == STARRED or before[one] == INELIGIBLE)
        )
    )


def find_lapsing(before: Collection[Lapsing], now: Collection[Lapsing]) -> tuple[Lapsing, ...]:
    """Return the mandatory papers that lapse before the fair ends and did not when that was told last."""
    known = {(code, kind) for code, kind, _ in before}
    return tuple(sorted({one for one in now if one[:2] not in known}))


def products_of(task: Task) -> tuple[UUID, ...]:
    """Return the products that a task about lapses is about."""
    return tuple(UUID(one) for one in task.subject.split())


def codes_of(open_codes: Sequence[str], *, was_recalled: bool) -> tuple[str, ...]:
    """Return why an acceptance ends: the certificates first, then what else is open, by names."""
    return tuple(dict.fromkeys((RECALLED if was_recalled else EXPIRED, *open_codes)))


def is_by_lapse(reason_codes: Collection[str], lost: Collection[str] = (RECALLED, EXPIRED)) -> bool:
    """Tell whether these reasons are a lapse, and nothing that the vendor did or the organiser ruled."""
    codes = set(reason_codes)
    return not codes.isdisjoint(lost) and not bars(codes) and codes.isdisjoint(BY_THE_ORGANISER)
