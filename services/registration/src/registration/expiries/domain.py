"""When a certificate is to be warned of, and by which threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Expiry:
    """A certificate, by its product and last valid day, and the threshold in days that it is warned of by."""

    product_id: UUID
    valid_to: date
    threshold: int


def threshold_of(warn_days: Sequence[int], valid_to: date, today: date) -> int | None:
    """Return the least threshold that is reached; None where none is, or the certificate has lapsed already."""
    left = days_left(valid_to, today)
    return min((days for days in warn_days if left <= days), default=None) if left > 0 else None


def days_left(valid_to: date, today: date) -> int:
    """Return how many days a certificate is valid from today on."""
    return (valid_to - today).days + 1
