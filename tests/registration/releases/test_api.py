"""Tentative decisions: nobody is told before the release, a second person agrees, and what was looked at is what is told."""

import asyncio
from typing import Any

import pytest
from tests.registration.conftest import ASKED, EDITION, PAPER, PAPERS, World, a_row

from common.contracts.registration import ApplicationAccepted, ApplicationRejected, ApplicationReturned
from common.tokens import Role

Json = dict[str, Any]
TOLD = (ApplicationAccepted, ApplicationRejected, ApplicationReturned)


@pytest.fixture
async def strict(fair: World) -> World:
    """A fair whose rejections and overrides need two persons, and whose decisions are told together."""
    path = f"/editions/{fair.edition_id}/review-policy"
    policy = {"second_person": True, "released_together": True}
    assert await fair.ok("PUT", path, Role.ORGANISER, policy) == policy
    return fair


async def propose(fair: World, application: Json, decision: str, subject: str = "lan", **more: Any) -> Any:
    path = f"/applications/{application['application_id']}/tentative-decisions"
    return await fair.call("POST", path, Role.REVIEWER, {"decision": decision, **more}, subject=subject)


async def answer(fair: World, decision: Json, subject: str, *, agrees: bool = True, **claims: Any) -> Any:
    path = f"/tentative-decisions/{decision['decision_id']}/answer"
    return await fair.call("POST", path, Role.REVIEWER, {"agrees": agrees}, subject=subject, **claims)


async def preview(fair: World) -> Json:
    return await fair.ok("GET", f"/editions/{fair.edition_id}/decision-preview", Role.ORGANISER)


async def release(fair: World, digest: str) -> Any:
    return await fair.call("POST", f"/editions/{fair.edition_id}/decision-release", Role.ORGANISER, {"digest": digest})


async def test_nobody_is_told_of_a_proposal(strict: World) -> None:
    application = await strict.submitted()
    assert (await propose(strict, application, "accept")).json()["state"] == "proposed"
    assert await strict.harness.emitted(*TOLD) == []
    seen = await strict.ok("GET", f"/applications/{application['application_id']}", Role.REVIEWER)
    assert seen["state"] == "submitted"


async def test_a_direct_decision_is_refused_where_all_are_told_together(strict: World) -> None:
    refused = await strict.decide(await strict.submitted(), "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "released_together")


async def test_all_that_is_ready_is_told_together_as_it_was_looked_at(strict: World) -> None:
    accepted, returned, rejected = [
        await strict.submitted(row)
        for row in (a_row(1), a_row(2, documents=[{"kind": kind} for kind in PAPERS if kind != "label"]), a_row(3))
    ]
    await propose(strict, accepted, "accept")
    await propose(strict, returned, "return")
    no = (await propose(strict, rejected, "reject", reason_codes=["R20"])).json()
    first = await preview(strict)
    assert [one["decision"]["decision_id"] for one in first["waiting"]] == [no["decision_id"]]
    assert (await answer(strict, no, "minh")).json()["state"] == "agreed"
    outdated = await release(strict, first["digest"])
    assert (outdated.status_code, outdated.json()["code"]) == (409, "preview_outdated")
    seen = await preview(strict)
    assert [(one["application_id"], one["purpose"]) for one in seen["letters"]] == [
        (accepted["application_id"], "application_accepted"),
        (returned["application_id"], "application_returned"),
        (rejected["application_id"], "application_rejected"),
    ]
    assert seen["letters"][1]["reasons"][0]["data"] == {"missing": "label", "products": 1}
    assert all(reason["text"]["vi"] for one in seen["letters"] for reason in one["reasons"])
    assert (await release(strict, seen["digest"])).status_code == 200
    assert [type(event) for event in await strict.harness.emitted(*TOLD)] == [
        ApplicationAccepted,
        ApplicationReturned,
        ApplicationRejected,
    ]
    assert (await preview(strict))["letters"] == []


async def test_who_proposes_a_rejection_does_not_agree_to_it(strict: World) -> None:
    no = (await propose(strict, await strict.submitted(), "reject", reason_codes=["R20"])).json()
    refused = await answer(strict, no, "lan")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
    assert (await answer(strict, no, "ha", province_code="02")).status_code == 403
    assert (await answer(strict, no, "minh", agrees=False)).json()["state"] == "refused"
    again = await answer(strict, no, "minh")
    assert (again.status_code, again.json()["code"]) == (409, "decision_state")


async def test_an_override_needs_a_second_person_too(strict: World) -> None:
    row = a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"])
    application = await strict.submitted(row)
    await propose(strict, application, "accept", override={"reason": "Đã xem bản gốc"})
    seen = await preview(strict)
    assert (seen["letters"], len(seen["waiting"])) == ([], 1)


async def test_the_preview_says_who_is_over_and_how_quotas_are_used(strict: World) -> None:
    quotas = [*EDITION["quotas"], {"dimension": "province", "code": "02", "floor": None, "ceiling": 2}]
    answer_ = await strict.plan(code="G3", quotas=quotas)
    edition_id = answer_.json()["edition_id"]
    strict.edition_id = edition_id
    assert (await strict.act("approval", {"legal_document": PAPER})).is_success
    assert (await strict.act("opening")).is_success
    applications = [await strict.submitted(a_row(number)) for number in (1, 2, 3)]
    assert (await strict.decide(applications[0], "accept")).is_success
    for application in applications[1:]:
        await propose(strict, application, "accept")
    seen = await preview(strict)
    [foreign, province] = seen["quotas"]
    assert (foreign["before"], foreign["after"]) == (0, 0)
    assert (province["before"], province["after"], province["ceiling"]) == (1, 3, 2)
    assert province["over"] == [applications[2]["application_id"]]
    assert (seen["booths"], seen["booth_target"], seen["behind_target"]) == (3, 150, [])


async def test_a_proposal_that_the_vendor_has_overtaken_is_not_told(strict: World) -> None:
    application = await strict.submitted()
    await propose(strict, application, "accept")
    await strict.tell(application, "withdrawal", Role.ORGANISER, {"reason_code": "cannot_attend", "request": ASKED})
    seen = await preview(strict)
    assert [one["problem"]["code"] for one in seen["outdated"]] == ["application_state"]
    assert (await release(strict, seen["digest"])).status_code == 200
    assert await strict.harness.emitted(*TOLD) == []


async def test_of_two_reviewers_who_propose_at_once_one_is_kept(strict: World) -> None:
    application = await strict.submitted()
    answers = await asyncio.gather(
        *[propose(strict, application, "accept", subject) for subject in ("lan", "minh", "ha", "nam")]
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json().get("code") for one in answers} == {None, "decision_open"}


async def test_of_several_second_persons_at_once_one_is_heard(strict: World) -> None:
    no = (await propose(strict, await strict.submitted(), "reject", reason_codes=["R20"])).json()
    people = ("minh", "ha", "nam", "an", "binh", "chi")
    await asyncio.gather(*[preview(strict) for _ in people])  # each has its connection: nobody is late by opening one
    answers = await asyncio.gather(*[answer(strict, no, who, agrees=len(who) > 2) for who in people])
    assert sorted(one.status_code for one in answers) == [200, *[409] * 5]


async def test_of_two_releases_at_once_one_tells(strict: World) -> None:
    for number in (1, 2, 3):
        await propose(strict, await strict.submitted(a_row(number)), "accept")
    digest = (await preview(strict))["digest"]
    answers = await asyncio.gather(*[release(strict, digest) for _ in range(3)])
    assert sorted(one.status_code for one in answers) == [200, 409, 409]
    assert len(await strict.harness.emitted(ApplicationAccepted)) == 3


async def test_a_proposal_given_up_makes_room_for_another(strict: World) -> None:
    application = await strict.submitted()
    first = (await propose(strict, application, "accept")).json()
    path = f"/tentative-decisions/{first['decision_id']}/withdrawal"
    assert (await strict.ok("POST", path, Role.REVIEWER))["state"] == "taken_back"
    assert (await propose(strict, application, "reject", reason_codes=["R20"])).status_code == 201
