"""Editions over HTTP: mistakes named by field, acts by their papers, each act in its state."""

import pytest
from tests.registration.conftest import PAPER, World, errors_of

from common.contracts.registration import (
    EditionAnnounced,
    EditionCancelled,
    EditionCapacityChanged,
    EditionRescheduled,
)
from common.tokens import Role


async def test_an_edition_with_mistakes_is_refused_with_all_of_them(world: World) -> None:
    answer = await world.plan(
        venue={"name": {"vi": "Phố"}, "province_code": "99"},
        theme_province_codes=["01", "03"],
        host_agency_codes=["nobody"],
        planned={"from": "2020-08-24", "to": "2020-08-20"},
        registration={"opens_at": "2020-07-24T10:00:00Z", "closes_at": "2020-07-01T01:00:00Z"},
    )
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "venue.province_code": "unknown_province",
        "theme_province_codes[1]": "unknown_province",
        "host_agency_codes[0]": "unknown_agency",
        "planned.to": "period_invalid",
        "registration.closes_at": "ends_before_it_begins",
    }
    assert (await world.call("GET", "/editions", Role.ORGANISER)).json()["items"] == []


async def test_more_official_days_than_are_planned_are_refused_beside_other_mistakes(world: World) -> None:
    planned = {"from": "2020-08-20", "to": "2020-08-24"}
    answer = await world.plan(planned=planned, official_days=6, host_agency_codes=["nobody"])
    assert answer.status_code == 422
    assert errors_of(answer) == {"official_days": "more_than_planned", "host_agency_codes[0]": "unknown_agency"}
    assert (await world.plan(planned=planned, official_days=5)).status_code == 201


async def test_a_paper_of_an_agency_that_nobody_entered_is_refused_and_changes_nothing(world: World) -> None:
    planned = (await world.plan()).json()
    path = f"/editions/{planned['edition_id']}/approval"
    paper = {**PAPER, "issuing_agency_code": "nobody"}
    answer = await world.call("POST", path, Role.ORGANISER, {"legal_document": paper})
    assert answer.status_code == 422
    assert errors_of(answer) == {"legal_document.issuing_agency_code": "unknown_agency"}
    answer = await world.call("POST", path, Role.ORGANISER, {"legal_document": PAPER})
    assert answer.json()["state"] == "approved"


async def test_quotas_whose_floors_exceed_the_booths_name_the_quotas_that_clash(world: World) -> None:
    quotas = [
        {"dimension": "region", "code": "red_river_delta", "floor": 100},
        {"dimension": "country", "code": "foreign", "floor": 60},
        {"dimension": "product_group", "code": "food", "floor": 10},
    ]
    answer = await world.plan(quotas=quotas)
    assert answer.status_code == 422
    assert errors_of(answer) == {"quotas[0].floor": "quotas_clash", "quotas[1].floor": "quotas_clash"}


@pytest.mark.parametrize("name", ["x" * 5000, "Kỳ\x07 2"])
async def test_a_name_too_long_or_with_control_characters_is_refused(world: World, name: str) -> None:
    answer = await world.plan(name={"vi": name})
    assert answer.status_code == 422
    assert set(errors_of(answer)) == {"name.vi"}


async def test_an_edition_is_announced_with_its_register_and_paper(fair: World) -> None:
    told = (await fair.harness.emitted(EditionAnnounced))[0]
    assert told.province_register == "2020"
    assert told.legal_document is not None
    assert (told.legal_document.number, told.legal_document.notation) == ("100", "KH-UBND")
    assert [(quota.dimension, quota.floor, quota.ceiling) for quota in told.quotas] == [("country", 6, None)]


@pytest.mark.parametrize("act", ["approval", "suspension", "rescheduling", "cancellation"])
async def test_an_act_that_needs_a_paper_is_refused_without_one(world: World, act: str) -> None:
    world.edition_id = (await world.plan()).json()["edition_id"]
    bodies = {
        "approval": {},
        "suspension": {"reason_code": "covid_19"},
        "rescheduling": {"reason_code": "covid_19", "new": {"from": "2020-10-09", "to": "2020-10-12"}},
        "cancellation": {"reason_code": "covid_19", "legal_document": {**PAPER, "number": None, "notation": None}},
    }
    answer = await world.act(act, bodies[act])
    assert answer.status_code == 422
    assert all(field.startswith("legal_document") for field in errors_of(answer))
    assert (await world.call("GET", f"/editions/{world.edition_id}", Role.ORGANISER)).json()["state"] == "planned"


async def test_an_act_out_of_its_state_is_a_conflict(fair: World) -> None:
    for act in ("opening", "publication", "readiness", "start", "end"):
        answer = await fair.act(act)
        assert (answer.status_code, answer.json()["code"]) == (409, "edition_state"), act
    answer = await fair.act("report", {"legal_document": PAPER})
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_state")


async def test_the_history_of_dates_keeps_every_version_with_its_paper(fair: World) -> None:
    paper = {**PAPER, "type": "CV", "number": "4101", "notation": "UBND-KT"}
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    assert (await fair.act("rescheduling", {"reason_code": "covid_19", "new": new, "legal_document": paper})).is_success
    detail = (await fair.call("GET", f"/editions/{fair.edition_id}", Role.ORGANISER)).json()
    assert [(one["version"], one["planned"]["from"]) for one in detail["schedule"]] == [
        (1, "2020-08-20"),
        (2, "2020-10-09"),
    ]
    assert detail["schedule"][1]["legal_document"]["number"] == "4101"
    assert [one["act"] for one in detail["acts"]] == ["approve", "open", "reschedule"]


async def test_a_capacity_is_told_with_its_zones_and_needs_no_paper(fair: World) -> None:
    body = {"booth_target": 90, "zones": [{"zone_code": "A", "capacity": 40}], "reason_code": "covid_19"}
    assert (await fair.act("capacity", body)).json()["booth_target"] == 90
    told = (await fair.harness.emitted(EditionCapacityChanged))[0]
    assert (told.booth_target, told.zones[0].capacity, told.legal_document) == (90, 40, None)
    too_many = {**body, "zones": [{"zone_code": "A", "capacity": 91}]}
    assert errors_of(await fair.act("capacity", too_many)) == {"zones": "zones_exceed_target"}


async def test_new_dates_that_are_sent_again_are_told_once(fair: World) -> None:
    body = {"reason_code": "covid_19", "new": {"from": "2020-10-09", "to": "2020-10-12"}, "legal_document": PAPER}
    answers = [await fair.act("rescheduling", body) for _ in range(2)]
    assert [one.json()["schedule_version"] for one in answers] == [2, 2]
    assert len(await fair.harness.emitted(EditionRescheduled)) == 1
    assert (await fair.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    assert (await fair.act("rescheduling", body)).json()["schedule_version"] == 3  # back on the same dates
    assert len(await fair.harness.emitted(EditionRescheduled)) == 2


async def test_a_number_of_booths_that_is_sent_again_is_told_once(fair: World) -> None:
    body = {"booth_target": 90, "reason_code": "covid_19"}
    assert [(await fair.act("capacity", body)).json()["booth_target"] for _ in range(2)] == [90, 90]
    assert len(await fair.harness.emitted(EditionCapacityChanged)) == 1


async def test_a_cancelled_edition_stays_cancelled(fair: World) -> None:
    assert (await fair.act("cancellation", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    assert len(await fair.harness.emitted(EditionCancelled)) == 1
    assert (await fair.act("cancellation", {"reason_code": "covid_19", "legal_document": PAPER})).status_code == 409


async def test_a_reason_that_is_none_is_refused_with_those_that_there_are(fair: World) -> None:
    answer = await fair.act("cancellation", {"reason_code": "moon", "legal_document": PAPER})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "reason_code"
    assert "weather" in error["en"]
    assert await fair.harness.emitted(EditionCancelled) == []


async def test_a_paper_of_tomorrow_cancels_nothing(fair: World) -> None:
    paper = {**PAPER, "issued_on": "2020-07-09"}
    answer = await fair.act("cancellation", {"reason_code": "weather", "legal_document": paper})
    assert errors_of(answer) == {"legal_document.issued_on": "in_the_future"}
    assert await fair.harness.emitted(EditionCancelled) == []


async def test_a_closed_registration_may_open_again_for_a_reason(fair: World) -> None:
    assert (await fair.act("closing")).is_success
    reopened = await fair.act("reopening", {"reason_code": "too_few_vendors", "closes_at": "2020-07-30T10:00:00Z"})
    assert reopened.json()["registration"]["closes_at"] == "2020-07-30T10:00:00Z"
    assert (await fair.nominate()).status_code == 422
    await fair.drafted()


async def test_a_code_is_taken_once(fair: World) -> None:
    assert (await fair.plan()).status_code == 409
