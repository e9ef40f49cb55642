"""Decisions: what the rules allow, who may decide, and what passes or moves with the dates."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.harness import Harness
from tests.registration.conftest import PAPER, PAPERS, World, a_foreign_row, a_product, a_row, errors_of

from common.contracts.registration import ApplicationAccepted, ApplicationRejected, ApplicationReturned
from common.tokens import Role
from registration.reply_dates.handlers import find_next_due, reject_unanswered

RESCHEDULED = {
    "new": {"from": "2020-10-09", "to": "2020-10-12"},
    "reason_code": "covid_19",
    "legal_document": {**PAPER, "type": "CV", "number": "4101", "notation": "UBND-KT"},
}
SUSPENDED = {
    "reason_code": "covid_19",
    "legal_document": {**PAPER, "type": "TB", "number": "15", "notation": "TB-BCĐ"},
}


def without(*kinds: str) -> list[dict[str, Any]]:
    return [{"kind": kind} for kind in PAPERS if kind not in kinds]


async def evaluations(world: World, application: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/registration/applications/{application['application_id']}/evaluations"
    async with world.harness.client(Role.REVIEWER) as client:
        return (await client.get(path)).json()


async def test_an_acceptance_is_told_with_what_the_rules_gave(fair: World) -> None:
    products = [a_product(), a_product(name="Đồ chơi", product_group="toys", stars=0, decision=None, certificate=None)]
    await fair.accepted(a_row(products=products, wishes={"cooking": True}))
    told = (await fair.harness.emitted(ApplicationAccepted))[0]
    assert (told.wishes.cooking, told.is_first_event) == (True, True)
    assert (told.nominating_province_code, told.nomination_rank) == ("02", 1)
    assert [product.name for product in told.products] == ["Chè Shan tuyết"]
    assert (told.booths_granted, told.support, told.on_appeal) == (1, None, False)
    assert [(reason.code, reason.data["points"]) for reason in told.priority.reasons] == [
        ("tier_4", 400),
        ("clean_record", 40),
        ("first_event", 20),
        ("new_product", 10),
        ("early", 9),
    ]
    assert told.priority.points == 479


async def test_every_evaluation_is_kept_with_versions_inputs_and_the_outcome_of_each_rule(fair: World) -> None:
    application = await fair.accepted(a_row(documents=without()))
    kept = await evaluations(fair, application)
    assert [one["occasion"] for one in kept] == ["submission", "decision"]
    assert kept[0]["packs"]["eligibility"] == "2020-05"
    assert kept[0]["packs"]["provinces"] == "2020"
    assert kept[0]["inputs"]["paper_kinds"] == sorted(PAPERS)
    outcomes = {rule["code"]: rule["passed"] for rule in kept[0]["rules"]}
    assert outcomes == dict.fromkeys(outcomes, True)
    assert {"R02", "R05", "R06", "R07", "R09", "R12", "R14", "R19"} <= outcomes.keys()


async def test_an_acceptance_against_open_codes_is_refused_with_the_codes(fair: World) -> None:
    application = await fair.submitted(a_row(documents=without("label", "food_safety_certificate")))
    refused = await fair.decide(application, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "open_codes")
    assert "R09" in refused.json()["detail"]
    assert "R12" in refused.json()["detail"]
    overridden = await fair.decide(application, "accept", override={"reason": "Đã xem bản gốc tại sở"})
    assert overridden.json()["state"] == "accepted"


async def test_no_reason_makes_up_for_a_missing_product(fair: World) -> None:
    application = await fair.submitted(a_row(documents=without("traceability")))
    refused = await fair.decide(application, "accept", override={"reason": "Vẫn cho tham gia"})
    assert (refused.status_code, refused.json()["code"]) == (409, "open_codes")
    assert "R05" in refused.json()["detail"]


async def test_an_awarding_agency_that_was_not_competent_waits_for_a_person(fair: World) -> None:
    product = a_product(decision={"issued_on": "2019-11-11", "level": "district"})
    application = await fair.submitted(a_row(products=[product]))
    assert application["evaluation"]["outcome"] == "manual"
    assert (await fair.decide(application, "accept")).status_code == 409
    assert (await fair.decide(application, "accept", override={"reason": "Đã xác minh với tỉnh"})).is_success
    assert (await fair.harness.emitted(ApplicationAccepted))[0].products[0].stars == 4


async def test_an_unproven_star_is_asked_for_once_and_then_does_not_count(fair: World) -> None:
    product = a_product(certificate=None, **{"class": "speciality"})
    application = await fair.submitted(a_row(products=[product]))
    assert application["evaluation"]["outcome"] == "return"
    assert (await fair.decide(application, "return")).is_success
    again = (await fair.submit(application)).json()["evaluation"]
    assert (again["outcome"], again["tier"]) == ("accept", "tier_6")


async def test_a_return_names_its_reasons_and_its_date(fair: World) -> None:
    application = await fair.submitted(a_row(documents=without("label")))
    assert (await fair.decide(application, "return")).json()["state"] == "returned"
    told = (await fair.harness.emitted(ApplicationReturned))[0]
    assert [(reason.code, reason.rule) for reason in told.reasons] == [("label_missing", "eligibility/2020-05#R12")]
    assert told.reply_by_at == datetime(2020, 7, 15, 2, tzinfo=UTC)


async def test_a_return_or_rejection_without_any_reason_is_refused(fair: World) -> None:
    application = await fair.submitted()
    for decision in ("return", "reject"):
        answer = await fair.decide(application, decision)
        assert (answer.status_code, answer.json()["code"]) == (422, "reason_missing")
    unknown = await fair.decide(application, "reject", reason_codes=["R99"])
    assert errors_of(unknown) == {"reason_codes[0]": "unknown_code"}


@pytest.mark.parametrize("claims", [{"agency_code": "hg.snn"}, {"province_code": "02"}])
async def test_a_reviewer_of_the_nominating_agency_or_province_decides_nothing(
    fair: World, claims: dict[str, str]
) -> None:
    application = await fair.submitted()
    assert (await fair.decide(application, "accept", **claims)).status_code == 403
    assert (await fair.decide(application, "accept", agency_code="hn.snn", province_code="01")).is_success


async def test_a_foreign_vendor_needs_its_invitation_and_its_sublabel(fair: World) -> None:
    row = a_foreign_row(documents=without())
    made = (await fair.apply(row)).json()
    view = (await fair.submit(made)).json()["evaluation"]
    assert {reason["code"] for reason in view["reasons"]} == {"nomination_missing", "foreign_papers_missing"}
    complete = (await fair.apply(a_foreign_row(901))).json()
    view = (await fair.submit(complete)).json()["evaluation"]
    assert (view["outcome"], view["tier"]) == ("accept", "foreign")


async def test_a_return_without_an_answer_becomes_a_rejection_after_its_date(fair: World) -> None:
    harness: Harness = fair.harness
    application = await fair.submitted(a_row(documents=without("label")))
    assert (await fair.decide(application, "return", reply_by_at="2020-07-15T02:00:00Z")).is_success
    due = datetime(2020, 7, 15, 2, tzinfo=UTC)
    assert await harness.run(find_next_due) == due
    with harness.at(due):
        assert await harness.run(reject_unanswered, 200) == 0
    with harness.at(datetime(2020, 7, 15, 2, 0, 1, tzinfo=UTC)):
        assert await harness.run(reject_unanswered, 200) == 1
        assert await harness.run(reject_unanswered, 200) == 0
    told = await harness.emitted(ApplicationRejected)
    assert [[reason.code for reason in one.reasons] for one in told] == [["label_missing", "no_reply"]]


async def test_reply_dates_stand_still_while_the_edition_is_suspended(fair: World) -> None:
    harness = fair.harness
    application = await fair.submitted(a_row(documents=without("label")))
    assert (await fair.decide(application, "return", reply_by_at="2020-07-15T02:00:00Z")).is_success
    assert (await fair.act("suspension", SUSPENDED)).is_success  # on 8 July, a week before the date
    harness.clock.set(datetime(2020, 7, 28, 2, tzinfo=UTC))
    assert await harness.run(find_next_due) is None
    assert await harness.run(reject_unanswered, 200) == 0
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    assert await harness.run(reject_unanswered, 200) == 0
    assert await harness.run(find_next_due) == datetime(2020, 8, 4, 2, tzinfo=UTC)
