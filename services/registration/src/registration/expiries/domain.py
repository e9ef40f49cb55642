"""When a certificate is to be warned of, and by which threshold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from registration.rules.domain import CertificateLife, expires_on

MONTHS_DIFFER = timedelta(days=3)
"""The most in their length, so also between a day months back and one whose life of as many months ends today."""


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


def issued_between(life: CertificateLife, today: date) -> tuple[date, date]:
    """Return days between which every certificate was issued that has reached a threshold today; a few may be too many."""
    back = replace(life, months=-life.months)
    reached = today + timedelta(days=max(life.warn_days, default=0))
    return expires_on(back, today) - MONTHS_DIFFER, expires_on(back, reached) + MONTHS_DIFFER
