"""The life of a certificate at the ends of the calendar, for days that were stored before such were refused."""

from datetime import date

import pytest

from registration.rules.domain import (
    Certificate,
    CertificateLife,
    CertificateState,
    certificate_state,
    expires_on,
    last_valid_day,
)

LIFE = CertificateLife(
    version="1", valid_from=date(2019, 8, 21), valid_to=None, months=36, expiring_days=90, warn_days=()
)
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize("issued_on", [date(9999, 12, 31), date(9997, 1, 1), date(9996, 12, 31), date.min])
def test_no_day_of_issue_is_too_late_or_too_early_to_count_from(issued_on: date) -> None:
    assert issued_on < expires_on(LIFE, issued_on) or issued_on == date.max
    assert last_valid_day(LIFE, Certificate(issued_on)) <= date.max
    expected = CertificateState.EXPIRED if issued_on == date.min else CertificateState.NOT_YET
    assert certificate_state(LIFE, Certificate(issued_on), TODAY) == expected


def test_a_certificate_revoked_on_the_first_day_of_all_has_a_last_day() -> None:
    assert last_valid_day(LIFE, Certificate(date(2020, 1, 1), date.min)) == date.min
