"""Dates of fields: planned with the edition, kept by drafts, applications, supplements and workbooks; the organiser may still."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.registration.conftest import OPEN, PAPER, PAPERS, Json, World, a_row, errors_of
from tests.registration.drafts.test_api import HALF, Desk

from common.tokens import Role

BEFORE, AFTER = "2020-07-08T01:00:00Z", "2020-07-08T03:00:00Z"
LATER = datetime(2020, 7, 9, 2, tzinfo=UTC)


async def set_dates(fair: World, *dates: Json) -> Any:
    path = f"/editions/{fair.edition_id}/field-dates"
    return await fair.call("PUT", path, Role.ORGANISER, {"field_dates": list(dates)})


async def freeze(fair: World, field: str, at: str = BEFORE) -> None:
    assert (await set_dates(fair, {"field": field, "frozen_after": at})).status_code == 200


async def listed(fair: World) -> dict[str, Json]:
    async with fair.harness.client() as nobody:
        answer = await nobody.get(f"/registration/editions/{fair.edition_id}/field-dates")
    return {one["field"]: one for one in answer.json()}


def a_dossier(**changes: Any) -> Json:
    row = a_row(**changes)
    return {name: row[name] for name in ("products", "documents", "booths_wanted", "wishes")}


async def test_without_dates_of_its_own_an_edition_has_sensible_ones(fair: World) -> None:
    found = await listed(fair)
    for planned_from in ("booths_wanted", "wishes.corner", "wishes.power", "wishes.cooking"):
        assert found[planned_from]["frozen_after"] == "2020-07-24T10:00:00Z"
    assert found["vendor.trade_name"]["frozen_after"] == "2020-08-12T17:00:00Z"  # midnight in Vietnam, a week before
    assert (found["products"]["frozen_after"], found["vendor.address"]["frozen_after"]) == (None, None)
    assert (found["booths_wanted"]["is_needed"], found["booths_wanted"]["is_own"]) == (True, False)


async def test_dates_that_make_no_sense_are_refused_by_field(fair: World) -> None:
    answer = await set_dates(
        fair,
        {"field": "colour"},
        {"field": "products"},
        {"field": "products", "required_after": AFTER, "frozen_after": BEFORE},
    )
    assert errors_of(answer) == {
        "field_dates[0].field": "unknown_value",
        "field_dates[2].field": "field_twice",
        "field_dates[2].frozen_after": "frozen_before_required",
    }


async def test_what_was_handed_in_is_not_changed_after_the_date_and_the_refusal_says_what_to_do(fair: World) -> None:
    application = await fair.submitted(a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"]))
    assert (await fair.decide(application, "return")).is_success
    await freeze(fair, "booths_wanted")
    path = f"/applications/{application['application_id']}/dossier"
    vendor = {"vendor_id": application["vendor_id"]}
    refused = await fair.call("PUT", path, Role.VENDOR, a_dossier(booths_wanted=2), **vendor)
    assert errors_of(refused) == {"booths_wanted": "field_frozen"}
    [told] = refused.json()["errors"]
    assert "08:00 ngày 08/07/2020" in told["vi"]
    assert "Ban Tổ chức" in told["vi"]
    assert (await fair.call("PUT", path, Role.VENDOR, a_dossier(), **vendor)).is_success  # the label, asked for


async def test_a_field_that_is_not_needed_is_no_longer_taken_after_its_date(fair: World) -> None:
    await freeze(fair, "wishes.corner")
    late = await fair.apply(a_row(wishes__corner=True))
    assert errors_of(late) == {"wishes.corner": "field_frozen"}
    assert (await fair.apply(a_row())).status_code == 201
    nominated = await fair.nominate(a_row(2, wishes__corner=True))
    assert errors_of(nominated) == {"rows[0].wishes.corner": "field_frozen"}


async def test_what_no_application_can_do_without_may_be_handed_in_for_the_first_time(fair: World) -> None:
    await freeze(fair, "booths_wanted")
    assert (await fair.apply(a_row(booths_wanted=2))).status_code == 201


async def test_a_draft_keeps_what_it_said_before_the_date_and_takes_no_change_after_it(fair: World) -> None:
    await freeze(fair, "wishes.corner", AFTER)
    row = a_row(wishes__corner=True)
    content = {name: row[name] for name in ("vendor", "contact", "products", "documents", "booths_wanted", "wishes")}
    desk = Desk(fair)
    assert (await desk.save(content)).status_code == 200
    with fair.harness.at(LATER):
        changed = {**content, "wishes": {"corner": None}}
        assert errors_of(await desk.save(changed, '"1"')) == {"wishes.corner": "field_frozen"}
        assert errors_of(await Desk(fair).save({**HALF, "wishes": {"corner": True}})) == {
            "wishes.corner": "field_frozen"
        }
        assert (await desk.save({**content, "booths_wanted": 2}, '"1"')).status_code == 200
        sent = await desk.send()
    assert (sent.status_code, sent.json()["wishes"]["corner"]) == (200, True)


async def test_a_field_required_by_now_is_asked_for_when_a_dossier_is_handed_in(fair: World) -> None:
    early, late = [await fair.drafted(a_row(number, vendor__address=None)) for number in (1, 2)]
    assert (await set_dates(fair, {"field": "vendor.address", "required_after": AFTER})).is_success
    assert (await fair.submit(early)).status_code == 200
    desk = Desk(fair)
    assert "vendor.address" not in {one["field"] for one in (await desk.save(HALF)).json()["missing"]}
    with fair.harness.at(LATER):
        assert errors_of(await fair.submit(late)) == {"vendor.address": "required_now"}
        assert errors_of(await fair.apply(a_row(3, vendor__address=None))) == {"vendor.address": "required_now"}
        assert "vendor.address" in {one["field"] for one in (await desk.kept())["missing"]}


async def test_while_an_edition_is_suspended_dates_stand_still_and_get_the_time_back(fair: World) -> None:
    application = await fair.submitted(a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"]))
    assert (await fair.decide(application, "return")).is_success
    await freeze(fair, "booths_wanted", AFTER)
    assert (await fair.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    path = f"/applications/{application['application_id']}/dossier"
    vendor = {"vendor_id": application["vendor_id"]}
    fair.harness.clock.set(LATER)
    assert (await fair.call("PUT", path, Role.VENDOR, a_dossier(booths_wanted=2), **vendor)).is_success
    new = {"new": {"from": "2020-09-10", "to": "2020-09-14"}, "reason_code": "covid_19", "legal_document": PAPER}
    assert (await fair.act("rescheduling", new)).is_success
    assert (await listed(fair))["booths_wanted"]["frozen_after"] == "2020-07-09T03:00:00Z"
    assert (LATER - OPEN).days == 1


@pytest.mark.parametrize("role", [Role.VENDOR, Role.PROVINCE, Role.REVIEWER])
async def test_only_the_organiser_sets_dates(fair: World, role: Role) -> None:
    path = f"/editions/{fair.edition_id}/field-dates"
    assert (await fair.call("PUT", path, role, {"field_dates": []})).status_code == 403
