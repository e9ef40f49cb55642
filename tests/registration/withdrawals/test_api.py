"""A withdrawal gives a reason of the list; the code is told, the note kept, both stand in the history."""

from typing import Any

import pytest
from tests.registration.conftest import ASKED, Json, World, errors_of

from common.contracts.registration import ApplicationWithdrawn
from common.tokens import Role
from notifications.messages.packs import reason_words
from registration.withdrawals.domain import REASONS

HG = {"agency_code": "hg.snn", "province_code": "02"}


async def withdraw(
    fair: World, application: Json, role: Role, code: str, note: str | None = None, request: Json | None = None
) -> Any:
    claims = {Role.VENDOR: {"vendor_id": application["vendor_id"]}, Role.PROVINCE: HG}.get(role, {})
    body = {"reason_code": code} | ({"note": note} if note else {}) | ({"request": request} if request else {})
    return await fair.tell(application, "withdrawal", role, body, **claims, subject="lan")


async def test_the_history_shows_who_withdrew_from_which_state_and_why(fair: World) -> None:
    application = await fair.accepted()
    answer = await withdraw(fair, application, Role.PROVINCE, "products_not_ready", "Mưa bão, mất mùa chè")
    assert answer.json()["state"] == "withdrawn"
    path = f"/applications/{application['application_id']}/amendments"
    history = (await fair.call("GET", path, Role.VENDOR, vendor_id=application["vendor_id"])).json()
    assert [
        {name: one[name] for name in ("field", "old_value", "new_value", "by", "reason", "note")} for one in history
    ] == [
        {
            "field": "state",
            "old_value": "accepted",
            "new_value": "withdrawn",
            "by": "agency",
            "reason": "products_not_ready",
            "note": "Mưa bão, mất mùa chè",
        }
    ]
    assert history[0]["agency_code"] == "hg.snn"


async def test_the_event_tells_the_code_and_never_the_note(fair: World) -> None:
    await withdraw(fair, await fair.accepted(), Role.VENDOR, "other", "Chị Lan ốm")
    [told] = await fair.harness.emitted(ApplicationWithdrawn)
    assert (told.by, told.reason_code) == ("vendor", "other")
    assert "Lan" not in told.model_dump_json()


@pytest.mark.parametrize(
    ("role", "code", "note", "field"),
    [
        (Role.VENDOR, "no_mood", None, "reason_code"),
        (Role.VENDOR, "nominated_by_mistake", None, "reason_code"),
        (Role.VENDOR, "other", None, "note"),
        (Role.PROVINCE, "other", "  ", "note"),
    ],
)
async def test_a_reason_is_one_of_the_list_that_who_withdraws_may_give(
    fair: World, role: Role, code: str, note: str | None, field: str
) -> None:
    application = await fair.submitted()
    refused = await withdraw(fair, application, role, code, note)
    assert (refused.status_code, list(errors_of(refused))) == (422, [field])
    assert await fair.harness.emitted(ApplicationWithdrawn) == []
    assert (await withdraw(fair, application, role, "cannot_attend")).status_code == 200


async def test_an_organiser_withdraws_nothing_without_the_paper_that_asks_for_it(fair: World) -> None:
    application = await fair.accepted()
    alone = await withdraw(fair, application, Role.ORGANISER, "cannot_attend")
    assert (alone.status_code, errors_of(alone)) == (422, {"request": "paper_missing"})
    early = await withdraw(
        fair, application, Role.ORGANISER, "asked_by_vendor", None, {**ASKED, "issued_on": "2020-07-09"}
    )
    assert (early.status_code, errors_of(early)) == (422, {"request.issued_on": "in_the_future"})
    assert await fair.harness.emitted(ApplicationWithdrawn) == []
    assert (await withdraw(fair, application, Role.ORGANISER, "asked_by_vendor", None, ASKED)).is_success
    path = f"/applications/{application['application_id']}/amendments"
    [kept] = (await fair.call("GET", path, Role.VENDOR, vendor_id=application["vendor_id"])).json()
    assert (kept["by"], kept["paper"], kept["paper_issued_on"]) == ("organiser", ASKED["paper"], ASKED["issued_on"])
    [told] = await fair.harness.emitted(ApplicationWithdrawn)
    assert (told.by, "03/HTX" in told.model_dump_json()) == ("organiser", False)


async def test_an_organiser_with_an_interest_withdraws_for_nobody(fair: World) -> None:
    application = await fair.accepted()
    assert (await fair.tell(application, "interests", Role.REVIEWER, {"reason": "Họ hàng"}, subject="lan")).is_success
    refused = await withdraw(fair, application, Role.ORGANISER, "asked_by_vendor", None, ASKED)
    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_interest")


async def test_everybody_reads_the_list(fair: World) -> None:
    async with fair.harness.client() as nobody:
        listed = (await nobody.get("/registration/withdrawal-reasons")).json()
    assert [one["code"] for one in listed] == list(REASONS)
    assert all(one["vi"] and one["en"] for one in listed)


@pytest.mark.parametrize("code", sorted(set(REASONS) - {"other"}))
def test_notices_have_words_for_every_reason(code: str) -> None:
    words = reason_words(code)
    assert words is not None
    assert words.vi
    assert words.en
