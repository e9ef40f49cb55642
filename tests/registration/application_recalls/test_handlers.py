"""Applications that a restored database forgot are what was told of them again, or withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from tests.recalling import MakeRecalling, Recalling, outcomes
from tests.registration.conftest import ASKED, OPEN, World, a_row

from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
)
from common.tokens import Role
from registration.expiries.handlers import warn_of_expiries
from registration.reply_dates.handlers import reject_unanswered


@pytest.fixture
def back(fair: World, recalling: MakeRecalling) -> Recalling:
    return recalling(fair.harness)


async def state_of(fair: World, application: dict[str, Any]) -> dict[str, Any]:
    """Return an application but for what the rules said, which is said anew."""
    found = await fair.ok("GET", f"/applications/{application['application_id']}", Role.ORGANISER)
    return {name: value for name, value in found.items() if name != "evaluation"}


async def test_a_hand_in_and_its_acceptance_are_folded_back_and_the_consents_asked_for(
    fair: World, back: Recalling
) -> None:
    draft = await fair.drafted()
    await back.back_up()
    fair.harness.clock.set(OPEN + timedelta(minutes=5))
    assert (await fair.submit(draft)).is_success
    assert (await fair.decide(draft, "accept")).is_success
    before = await state_of(fair, draft)
    await back.go_back()
    fair.harness.clock.set(OPEN + timedelta(hours=1))
    assert outcomes(await back.settle()) == [
        ("application_submitted", "by_hand"),
        ("application_accepted", "reapplied"),
    ]
    assert await state_of(fair, draft) == before
    assert await fair.harness.emitted(ApplicationSubmitted, ApplicationAccepted) == []
    assert (await fair.submit(draft)).status_code == 409
    assert (await fair.decide(draft, "accept")).status_code == 409


async def test_one_begun_after_the_backup_is_withdrawn_once_behind_all_that_was_told_of_it(
    fair: World, back: Recalling
) -> None:
    await back.back_up()
    draft = await fair.accepted()
    await back.go_back()
    assert outcomes(await back.settle()) == [("application_submitted", "voided"), ("application_accepted", "voided")]
    [told] = await fair.harness.emitted()
    assert isinstance(told, ApplicationWithdrawn)
    assert (str(told.application_id), told.by, told.reason_code) == (draft["application_id"], "organiser", "restored")
    assert (await fair.submitted())["application_id"] != draft["application_id"]  # the vendor comes again


async def test_one_begun_and_withdrawn_after_the_backup_needs_nothing(fair: World, back: Recalling) -> None:
    await back.back_up()
    application = await fair.submitted()
    path = f"/applications/{application['application_id']}/withdrawal"
    await fair.ok("POST", path, Role.ORGANISER, {"reason_code": "applied_twice", "request": ASKED})
    await back.go_back()
    assert {how for _, how in outcomes(await back.settle())} == {"nothing"}
    assert await fair.harness.emitted() == []


async def test_a_return_is_folded_back_with_its_date_which_is_kept_by_the_timer(fair: World, back: Recalling) -> None:
    application = await fair.submitted()
    await back.back_up()
    assert (await fair.decide(application, "return", reason_codes=["R07"])).is_success
    before = await state_of(fair, application)
    await back.go_back()
    assert outcomes(await back.settle()) == [("application_returned", "reapplied")]
    assert await state_of(fair, application) == before
    with fair.harness.at(OPEN + timedelta(days=30)):
        assert await fair.harness.run(reject_unanswered, 10) == 1


@pytest.mark.parametrize("decision", ["reject", "revoke", "withdraw"])
async def test_an_end_is_folded_back(fair: World, back: Recalling, decision: str) -> None:
    application = await (fair.accepted() if decision == "revoke" else fair.submitted())
    path = f"/applications/{application['application_id']}"
    await back.back_up()
    if decision == "reject":
        assert (await fair.decide(application, "reject", reason_codes=["R07"])).is_success
    elif decision == "revoke":
        await fair.ok("POST", f"{path}/revocation", Role.ORGANISER, {"reason_codes": ["R07"]})
    else:
        await fair.ok("POST", f"{path}/withdrawal", Role.ORGANISER, {"reason_code": "too_costly", "request": ASKED})
    before = await state_of(fair, application)
    await back.go_back()
    assert [how for _, how in outcomes(await back.settle())] == ["reapplied"]
    assert await state_of(fair, application) == before


async def test_a_warned_certificate_is_not_warned_of_again(fair: World, back: Recalling) -> None:
    product = a_row()["products"][0]
    product["certificate"]["issued_on"] = product["decision"]["issued_on"] = "2017-09-10"
    product["recognised_year"] = 2017
    await fair.submitted(a_row(products=[product]))
    await back.back_up()
    await fair.harness.run(warn_of_expiries, 10)
    forgotten = await back.go_back()
    assert outcomes(await back.settle()) == [("certificate_expiring", "reapplied")] * forgotten
    assert forgotten == 1
    await fair.harness.run(warn_of_expiries, 10)
    assert await fair.harness.emitted(CertificateExpiring) == []


async def test_a_proposed_decision_that_was_told_does_not_wait_any_more(fair: World, back: Recalling) -> None:
    application = await fair.submitted()
    path = f"/applications/{application['application_id']}/tentative-decisions"
    proposal = await fair.call("POST", path, Role.REVIEWER, {"decision": "accept"})
    assert proposal.is_success, proposal.text
    await back.back_up()
    preview = await fair.ok("GET", f"/editions/{fair.edition_id}/decision-preview", Role.ORGANISER)
    await fair.ok(
        "POST", f"/editions/{fair.edition_id}/decision-release", Role.ORGANISER, {"digest": preview["digest"]}
    )
    assert await back.go_back() == 1
    assert outcomes(await back.settle()) == [("application_accepted", "reapplied")]
    again = await fair.ok("GET", f"/editions/{fair.edition_id}/decision-preview", Role.ORGANISER)
    assert (again["letters"], again["waiting"], again["outdated"]) == ([], [], [])
