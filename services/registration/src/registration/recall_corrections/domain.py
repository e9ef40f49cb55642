"""What a recall taken back is, and which acceptances ended by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from registration.applications.domain import ApplicationState
from registration.lapses.domain import RECALLED, is_by_lapse


@dataclass(frozen=True, kw_only=True)
class KeptRecall:
    """A recall as entered, and its correction where it was taken back."""

    product_id: UUID
    revoked_on: date
    paper: str
    recorded_by: str
    recorded_at: datetime
    reason: str | None = None
    corrected_by: str | None = None
    corrected_at: datetime | None = None


def ended_by_recall(state: ApplicationState, reason_codes: Collection[str]) -> bool:
    """Tell whether an acceptance was taken back for a recall, and for nothing that the vendor did or the organiser ruled."""
    return state is ApplicationState.REVOKED and is_by_lapse(reason_codes, [RECALLED])
