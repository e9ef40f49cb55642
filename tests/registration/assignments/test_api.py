"""Whose turn it is, and who may not because of an interest."""

from typing import Any

from tests.registration.conftest import World, a_row

from common.tokens import Role

Json = dict[str, Any]


async def set_reviewers(fair: World, *reviewers: Json) -> None:
    await fair.ok("PUT", f"/editions/{fair.edition_id}/reviewers", Role.ORGANISER, {"reviewers": list(reviewers)})


async def assign(fair: World) -> Json:
    return await fair.ok("POST", f"/editions/{fair.edition_id}/assignments", Role.ORGANISER)


async def decide_as(fair: World, subject: str, application: Json, **claims: Any) -> Any:
    path = f"/applications/{application['application_id']}/decisions"
    return await fair.call("POST", path, Role.REVIEWER, {"decision": "accept"}, subject=subject, **claims)


async def test_applications_go_round_in_turn_and_once(fair: World) -> None:
    await set_reviewers(fair, {"subject": "lan"}, {"subject": "minh"})
    applications = [await fair.submitted(a_row(number)) for number in range(1, 5)]
    turns = await assign(fair)
    assert [turns["assigned"][one["application_id"]] for one in applications] == ["lan", "minh", "lan", "minh"]
    assert (await assign(fair))["assigned"] == {}
    late = await fair.submitted(a_row(5))
    assert (await assign(fair))["assigned"] == {late["application_id"]: "lan"}


async def test_only_whose_turn_it_is_decides(fair: World) -> None:
    await set_reviewers(fair, {"subject": "lan"}, {"subject": "minh"})
    application = await fair.submitted()
    await assign(fair)
    refused = await decide_as(fair, "minh", application)
    assert (refused.status_code, refused.json()["code"]) == (403, "assigned_to_another")
    assert (await decide_as(fair, "lan", application)).status_code == 201


async def test_nobody_of_the_province_or_the_nominating_agency_is_given_it(fair: World) -> None:
    await set_reviewers(fair, {"subject": "ha", "province_code": "02"}, {"subject": "hg", "agency_code": "hg.snn"})
    application = await fair.submitted()
    assert (await assign(fair)) == {"assigned": {}, "nobodys": [application["application_id"]]}
    await set_reviewers(fair, {"subject": "ha", "province_code": "02"}, {"subject": "lan", "province_code": "01"})
    assert (await assign(fair))["assigned"] == {application["application_id"]: "lan"}


async def test_a_reviewer_of_the_vendors_own_province_decides_nothing_though_nobody_nominated_it(fair: World) -> None:
    drafted = (await fair.apply(a_row(1, vendor__province_code="01"))).json()
    application = (await fair.submit(drafted)).json()
    assert (await decide_as(fair, "lan", application, province_code="01")).status_code == 403
    assert (await decide_as(fair, "lan", application, province_code="02")).status_code == 201


async def test_who_declares_an_interest_hands_it_to_the_next_and_decides_nothing(fair: World) -> None:
    await set_reviewers(fair, {"subject": "lan"}, {"subject": "minh"})
    application = await fair.submitted()
    await assign(fair)
    path = f"/applications/{application['application_id']}/interests"
    handed = await fair.ok("POST", path, Role.REVIEWER, {"reason": "Người nhà"}, subject="lan")
    assert handed["reviewer"] == "minh"
    refused = await decide_as(fair, "lan", application)
    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_interest")
    assert (await fair.ok("POST", path, Role.REVIEWER, {"reason": "Người nhà"}, subject="minh"))["reviewer"] is None


async def test_a_reviewer_sees_its_own_assignments(fair: World) -> None:
    await set_reviewers(fair, {"subject": "lan"}, {"subject": "minh"})
    first, second = [await fair.submitted(a_row(number)) for number in (1, 2)]
    await assign(fair)
    path = f"/editions/{fair.edition_id}/assignments"
    mine = (await fair.call("GET", path, Role.REVIEWER, subject="minh")).json()
    assert [one["application_id"] for one in mine] == [second["application_id"]]
    everything = (await fair.call("GET", path, Role.ORGANISER)).json()
    assert {one["application_id"] for one in everything} == {first["application_id"], second["application_id"]}
