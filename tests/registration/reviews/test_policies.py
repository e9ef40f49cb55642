"""How an edition is reviewed: set, tightened at any time, and not loosened once applications are taken."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.registration.conftest import OPEN, PAPER, World

from common.tokens import Role
from registration.editions.states import EditionState
from registration.reviews.domain import Policy, SecondPersonKeptError, check_policy

DIRECT = {"second_person": False, "released_together": False}
STRICT = {"second_person": True, "released_together": True}
STOPPED = {"reason_code": "covid_19", "legal_document": PAPER}


async def put(fair: World, policy: dict[str, bool], subject: str = "lan"):
    path = f"/editions/{fair.edition_id}/review-policy"
    return await fair.call("PUT", path, Role.ORGANISER, policy, subject=subject)


async def test_a_second_person_is_not_given_up_once_applications_are_taken(fair: World) -> None:
    application = await fair.submitted()
    assert (await put(fair, STRICT)).is_success
    refused = await put(fair, DIRECT)
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_kept")
    assert (await fair.act("suspension", STOPPED)).is_success
    assert (await put(fair, DIRECT)).json()["code"] == "second_person_kept"
    path = f"/editions/{fair.edition_id}/review-policy"
    assert await fair.ok("GET", path, Role.REVIEWER) == STRICT
    alone = await fair.decide(application, "reject", reason_codes=["R07"])
    assert alone.status_code == 409


async def test_whether_decisions_are_told_together_may_change(fair: World) -> None:
    assert (await put(fair, STRICT)).is_success
    assert (await put(fair, {**STRICT, "released_together": False})).is_success


async def test_each_change_is_kept_with_who_made_it(fair: World) -> None:
    for policy, who in (
        (DIRECT, "ha"),
        (STRICT, "lan"),
        (STRICT, "minh"),
        ({**STRICT, "released_together": False}, "ha"),
    ):
        assert (await put(fair, policy, who)).is_success
    async with fair.harness.client(Role.REVIEWER) as client:
        listed = (await client.get(f"/registration/editions/{fair.edition_id}/review-policy/changes")).json()
    assert [(one["second_person"], one["released_together"], one["set_by"]) for one in listed] == [
        (True, True, "lan"),
        (True, False, "ha"),
    ]
    assert all(one["set_at"] for one in listed)


async def test_what_a_replica_of_the_version_before_set_stands_in_the_history_too(fair: World) -> None:
    """It keeps what is in force alone."""
    assert (await put(fair, DIRECT | {"released_together": True}, "ha")).is_success
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE review_policies SET second_person = true, set_by = 'lan', set_at = set_at + interval '1 hour'")
        )
    path = f"/editions/{fair.edition_id}/review-policy/changes"
    for who in ("ha", "lan"), ("ha", "lan", "minh"):
        listed = (await fair.call("GET", path, Role.REVIEWER)).json()
        assert [one["set_by"] for one in listed] == list(who)
        fair.harness.clock.set(OPEN + timedelta(hours=2))
        assert (await put(fair, {**STRICT, "released_together": False}, "minh")).is_success


@pytest.mark.parametrize("state", EditionState)
def test_it_is_loosened_only_before_the_registration_opens(state: EditionState) -> None:
    check_policy(Policy(second_person=False), Policy(second_person=True), state)
    if state in ("planned", "approved"):
        return check_policy(Policy(second_person=True), Policy(), state)
    with pytest.raises(SecondPersonKeptError):
        check_policy(Policy(second_person=True), Policy(), state)
    return None
