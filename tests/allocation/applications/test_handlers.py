"""What allocation keeps of an accepted application for its dossier."""

from datetime import date
from typing import Any

import pytest
from tests.allocation.conftest import accepted

from allocation.applications.handlers import to_application


def product(stars: int, valid_to: str | None) -> dict[str, Any]:
    return {**accepted("a").products[0].model_dump(mode="json"), "stars": stars, "certificate_valid_to": valid_to}


@pytest.mark.parametrize(
    ("products", "stars", "lapsed_on"),
    [
        ([product(4, "2022-11-10")], 4, None),
        ([product(0, "2020-08-01"), product(0, "2020-07-01")], 0, date(2020, 8, 1)),
        ([product(0, "2020-08-01"), product(3, "2021-08-01")], 3, None),
        ([product(0, None)], 0, None),
    ],
)
def test_stars_and_a_lapsed_certificate_are_those_of_all_products(
    products: list[dict[str, Any]], stars: int, lapsed_on: date | None
):
    application = to_application(accepted("a", products=products))
    assert (application.stars, application.lapsed_on) == (stars, lapsed_on)


def test_points_are_kept_by_what_they_are_for():
    reason: dict[str, Any] = {"text": {"vi": "x", "en": "x"}, "rule": None}
    told = [
        {**reason, "code": "tier_4", "data": {"points": 400}},
        {**reason, "code": "first_event", "data": {"points": 20}},
        {**reason, "code": "without", "data": {}},
    ]
    application = to_application(accepted("a", priority={"points": 420, "reasons": told}))
    assert application.merits == {"tier_4": 400, "first_event": 20, "without": 0}


@pytest.mark.parametrize(
    ("told", "merit", "is_first"), [(True, False, True), (False, True, False), (None, True, True), (None, False, False)]
)
def test_a_first_event_is_what_registration_says_and_before_it_said_so_what_its_points_say(
    *, told: bool | None, merit: bool, is_first: bool
):
    reasons = [{"code": "first_event", "text": {"vi": "x", "en": "x"}, "rule": None, "data": {"points": 20}}]
    priority = {"points": 20, "reasons": reasons if merit else []}
    assert to_application(accepted("a", priority=priority, is_first_event=told)).is_first_event is is_first
