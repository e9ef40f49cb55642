"""Applicants are warned before their certificates lapse: once for each certificate and threshold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers
from tests.registration.conftest import World, a_product, a_row, make_tax_id

from common.contracts.registration import CertificateExpiring
from registration.expiries.domain import issued_between, threshold_of
from registration.expiries.handlers import warn_of_expiries
from registration.rules.domain import Certificate, CertificateLife, last_valid_day

LAST = date(2020, 9, 29)
"""The last valid day of a certificate of 30/9/2017: 84 days from 8 July 2020 on."""
OLD = {"number": "HG-007", "issued_on": "2017-09-30"}


@pytest.mark.parametrize(
    ("today", "threshold"),
    [
        (LAST - timedelta(days=90), None),
        (LAST - timedelta(days=89), 90),
        (LAST - timedelta(days=30), 90),
        (LAST - timedelta(days=29), 30),
        (LAST - timedelta(days=6), 7),
        (LAST, 7),
        (LAST + timedelta(days=1), None),
    ],
)
def test_the_least_threshold_that_is_reached_counts(today: date, threshold: int | None) -> None:
    assert threshold_of((90, 30, 7), LAST, today) == threshold


@given(issued_on=dates(date(2015, 1, 1), date(2022, 1, 1)), left=integers(1, 90), months=integers(1, 60))
def test_each_certificate_that_is_to_be_warned_of_was_issued_between_the_days_looked_for(
    issued_on: date, left: int, months: int
) -> None:
    dated: Any = {"version": "1", "valid_from": date(2019, 1, 1), "valid_to": None}
    life = CertificateLife(**dated, months=months, expiring_days=90, warn_days=(90, 30, 7))
    today = last_valid_day(life, Certificate(issued_on, None)) - timedelta(days=left - 1)
    first, last = issued_between(life, today)
    assert first <= issued_on <= last


async def look(fair: World, on: date) -> list[tuple[int, list[str]]]:
    """Look once on a day; return what has been told until now."""
    fair.harness.clock.set(datetime(on.year, on.month, on.day, 2, tzinfo=UTC))
    await fair.harness.run(warn_of_expiries, 10)
    told = await fair.harness.emitted(CertificateExpiring)
    return [(one.days_left, [product.name for product in one.products]) for one in told]


async def test_each_certificate_is_warned_of_once_for_each_threshold(fair: World) -> None:
    two = [a_product(certificate=OLD), a_product(name="Mật ong", product_group="food")]
    application = await fair.accepted(a_row(products=two))
    assert await look(fair, date(2020, 7, 9)) == [(83, ["Chè Shan tuyết"])]
    assert len(await look(fair, date(2020, 7, 10))) == 1
    assert (await look(fair, date(2020, 8, 31)))[1:] == [(30, ["Chè Shan tuyết"])]
    assert (await look(fair, date(2020, 9, 25)))[2:] == [(5, ["Chè Shan tuyết"])]
    assert len(await look(fair, date(2020, 9, 26))) == 3
    assert len(await look(fair, date(2020, 9, 30))) == 3
    [first, *_] = await fair.harness.emitted(CertificateExpiring)
    assert (str(first.application_id), first.products[0].certificate_valid_to) == (application["application_id"], LAST)


async def test_an_edition_is_looked_through_once_a_day(fair: World) -> None:
    assert await fair.harness.run(warn_of_expiries, 10) == 1
    assert await fair.harness.run(warn_of_expiries, 10) == 0


async def test_a_recalled_certificate_and_an_application_that_has_ended_are_not_warned_of(fair: World) -> None:
    recalled = a_product(certificate={**OLD, "revoked_on": "2020-09-29"})
    await fair.accepted(a_row(products=[recalled]))
    draft = (await fair.nominate(a_row(2, products=[a_product(certificate=OLD)]))).json()["rows"][0]
    assert draft["state"] == "draft", make_tax_id(2)
    assert await look(fair, date(2020, 7, 9)) == []


async def test_several_certificates_of_one_applicant_are_told_in_one(fair: World) -> None:
    products = [a_product(certificate=OLD), a_product(name="Mật ong", product_group="food", certificate=OLD)]
    await fair.accepted(a_row(products=products))
    assert await look(fair, date(2020, 7, 9)) == [(83, ["Chè Shan tuyết", "Mật ong"])]
