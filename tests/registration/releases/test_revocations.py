"""An acceptance is taken back by two where the edition asks for it: proposed, agreed to, looked at, told."""

from typing import Any

import pytest
from tests.registration.conftest import EDITION, PAPER, World, a_row, errors_of
from tests.registration.releases.test_api import answer, preview, release

from common.contracts.registration import ApplicationRevoked
from common.tokens import Role

Json = dict[str, Any]


@pytest.fixture
async def accepted(fair: World) -> Json:
    """An accepted application of an edition that has become one of two pairs of eyes."""
    application = await fair.accepted()
    await set_policy(fair, second=True, together=False)
    return application


async def set_policy(fair: World, *, second: bool, together: bool) -> None:
    policy = {"second_person": second, "released_together": together}
    await fair.ok("PUT", f"/editions/{fair.edition_id}/review-policy", Role.ORGANISER, policy)


async def propose(fair: World, application: Json, *codes: str, subject: str = "lan", **claims: Any) -> Any:
    body = {"reason_codes": codes}
    return await fair.tell(application, "tentative-revocations", Role.ORGANISER, body, subject=subject, **claims)


async def test_one_person_takes_no_acceptance_back(fair: World, accepted: Json) -> None:
    refused = await fair.tell(accepted, "revocation", Role.ORGANISER, {"reason_codes": ["violation"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
    assert await fair.harness.emitted(ApplicationRevoked) == []
    seen = await fair.ok("GET", f"/applications/{accepted['application_id']}", Role.REVIEWER)
    assert seen["state"] == "accepted"


async def test_it_is_told_once_another_has_agreed_and_what_follows_was_looked_at(fair: World, accepted: Json) -> None:
    proposed = await propose(fair, accepted, "V01")
    assert (proposed.status_code, proposed.json()["verdict"]) == (201, "revoke")
    decision = proposed.json()
    assert ([], [decision["decision_id"]]) == _ids(await preview(fair))
    own = await answer(fair, decision, "lan")
    assert (own.status_code, own.json()["code"]) == (409, "second_person_needed")
    assert (await answer(fair, decision, "minh")).json()["state"] == "agreed"
    assert await fair.harness.emitted(ApplicationRevoked) == []
    seen = await preview(fair)
    [letter] = seen["letters"]
    assert (letter["purpose"], letter["bars"]) == ("application_revoked", True)
    assert [reason["code"] for reason in letter["reasons"]] == ["violation"]
    assert (await release(fair, seen["digest"])).status_code == 200
    [told] = await fair.harness.emitted(ApplicationRevoked)
    assert [reason.code for reason in told.reasons] == ["violation"]
    after = await fair.ok("GET", f"/applications/{accepted['application_id']}", Role.REVIEWER)
    assert (after["state"], after["reason_codes"]) == ("revoked", ["violation"])


def _ids(seen: Json) -> tuple[list[str], list[str]]:
    letters = [one["application_id"] for one in seen["letters"]]
    return letters, [one["decision"]["decision_id"] for one in seen["waiting"]]


async def test_who_has_an_interest_neither_proposes_nor_agrees(fair: World, accepted: Json) -> None:
    refused = await propose(fair, accepted, "violation", province_code="02")
    assert refused.status_code == 403
    declared = await fair.tell(accepted, "interests", Role.REVIEWER, {"reason": "Họ hàng"}, subject="lan")
    assert declared.is_success
    refused = await propose(fair, accepted, "violation")
    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_interest")
    decision = (await propose(fair, accepted, "violation", subject="minh")).json()
    assert (await answer(fair, decision, "lan")).json()["code"] == "conflict_of_interest"
    assert (await answer(fair, decision, "ha", agency_code="hg.snn")).status_code == 403


async def test_an_interest_blocks_also_where_one_person_decides(fair: World) -> None:
    application = await fair.accepted()
    await fair.tell(application, "interests", Role.REVIEWER, {"reason": "Họ hàng"}, subject="lan")
    body = {"reason_codes": ["violation"]}
    refused = await fair.tell(application, "revocation", Role.ORGANISER, body, subject="lan")
    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_interest")
    assert (await fair.tell(application, "revocation", Role.ORGANISER, body, subject="minh")).is_success


async def test_it_may_be_told_at_once_where_only_the_decisions_of_a_review_are_told_together(fair: World) -> None:
    application = await fair.accepted()
    await set_policy(fair, second=False, together=True)
    assert (await fair.tell(application, "revocation", Role.ORGANISER, {"reason_codes": ["violation"]})).is_success


async def test_it_needs_a_known_reason_and_an_acceptance(fair: World, accepted: Json) -> None:
    assert errors_of(await propose(fair, accepted, "mood")) == {"reason_codes[0]": "unknown_code"}
    waiting = await fair.submitted(a_row(2))
    refused = await propose(fair, waiting, "violation")
    assert (refused.status_code, refused.json()["code"]) == (409, "application_state")


async def test_a_reviewer_rules_no_revocation_among_its_decisions(fair: World, accepted: Json) -> None:
    for way in ("decisions", "tentative-decisions"):
        refused = await fair.tell(accepted, way, Role.REVIEWER, {"decision": "revoke", "reason_codes": ["violation"]})
        assert refused.status_code == 422
    assert (
        await fair.tell(accepted, "tentative-revocations", Role.REVIEWER, {"reason_codes": ["V01"]})
    ).status_code == 403


async def test_the_preview_counts_its_booths_no_more(fair: World) -> None:
    quotas = [*EDITION["quotas"], {"dimension": "province", "code": "02", "floor": None, "ceiling": 2}]
    fair.edition_id = (await fair.plan(code="G3", quotas=quotas)).json()["edition_id"]
    assert (await fair.act("approval", {"legal_document": PAPER})).is_success
    assert (await fair.act("opening")).is_success
    applications = [await fair.accepted(a_row(number)) for number in (1, 2, 3)]
    await set_policy(fair, second=True, together=False)
    decision = (await propose(fair, applications[0], "violation")).json()
    province = (await preview(fair))["quotas"][1]
    assert (province["before"], province["after"], len(province["over"])) == (3, 3, 1)
    await answer(fair, decision, "minh")
    seen = await preview(fair)
    province = seen["quotas"][1]
    assert (province["before"], province["after"], province["over"], seen["booths"]) == (3, 2, [], 2)


async def test_a_new_certificate_that_came_meanwhile_makes_the_proposal_outdated(fair: World, accepted: Json) -> None:
    decision = (await propose(fair, accepted, "certificate_revoked")).json()
    await answer(fair, decision, "minh")
    renewal = {"product_id": accepted["product_ids"][0], "certificate": {"number": "HG-115", "issued_on": "2020-07-01"}}
    assert (await fair.tell(accepted, "renewals", Role.ORGANISER, {"products": [renewal]})).status_code == 201
    seen = await preview(fair)
    assert ([one["problem"]["code"] for one in seen["outdated"]], seen["letters"]) == (["dossier_changed"], [])
