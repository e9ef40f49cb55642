"""After a restore that may have lost lines no new support is entered before somebody says that they are there again."""

import pytest
from sqlalchemy import text
from tests.registration.conftest import World
from tests.registration.subsidies.test_api import Json, ledger, support

from common.delivery.unit_of_work import UnitOfWork
from common.tokens import Role

HOLD = text(
    """INSERT INTO forgotten_events (position, settled_at, how, note) VALUES (-2, :now, 'by_hand', '{"vi": "", "en": ""}')"""
)
CONFIRMATION = {"reason": "Đã đối chiếu chứng từ chi từ 28 đến 30 tháng 7"}


@pytest.fixture
async def held(fair: World) -> World:
    """What settle leaves of a restore."""

    async def hold(uow: UnitOfWork) -> None:
        await uow.session.execute(HOLD, {"now": uow.now})

    await fair.harness.run(hold)
    return fair


async def enter_again(fair: World, vendor_id: str) -> Json:
    body = {"vendor_id": vendor_id, "purpose": "booth", "funded_by": "Tỉnh Hà Giang", "again_by": "UNC 17"}
    return await fair.ok("POST", f"/editions/{fair.edition_id}/support-lines", Role.ORGANISER, body)


async def read(fair: World, role: Role = Role.AUDITOR) -> Json:
    return await fair.ok("GET", "/support-ledger", role)


async def test_new_support_is_held_and_a_lost_line_is_entered_again_by_its_paper(held: World) -> None:
    vendor_id = (await held.submitted())["vendor_id"]
    refused = await support(held, vendor_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "support_held")
    assert "nhập lại" in refused.json()["detail_vi"]
    assert await ledger(held) == []
    first = await enter_again(held, vendor_id)
    assert first["reason"] == "UNC 17"
    doubled = await support(held, vendor_id)
    assert doubled.json()["code"] == "already_supported"
    assert doubled.json()["details"]["first_line_id"] == first["line_id"]


async def test_a_line_is_taken_back_while_new_ones_are_held(held: World) -> None:
    line = await enter_again(held, (await held.submitted())["vendor_id"])
    path, body = f"/support-lines/{line['line_id']}/reversal", {"reason": "Rút trước khai mạc"}
    assert await held.ok("POST", path, Role.ORGANISER, body)


async def test_who_says_that_the_lines_are_there_again_lets_new_ones_be_entered_and_is_named(held: World) -> None:
    vendor_id = (await held.submitted())["vendor_id"]
    before = await read(held)
    assert (before["is_held"], [one["confirmed_by"] for one in before["holds"]]) == (True, [None])
    path = "/support-ledger/confirmation"
    assert (await held.call("POST", path, Role.ORGANISER, {"reason": ""})).status_code == 422
    assert (await held.call("POST", path, Role.AUDITOR, CONFIRMATION)).status_code == 403
    after = await held.ok("POST", path, Role.ORGANISER, CONFIRMATION)
    assert after == await read(held, Role.OPERATOR)
    [hold] = after["holds"]
    assert (after["is_held"], hold["is_open"], hold["reason"]) == (False, False, CONFIRMATION["reason"])
    assert hold["confirmed_by"]
    assert hold["confirmed_at"]
    assert (await support(held, vendor_id)).status_code == 201
    assert (await held.call("POST", path, Role.ORGANISER, CONFIRMATION)).json()["code"] == "support_not_held"


async def test_a_ledger_that_lost_nothing_holds_nothing(fair: World) -> None:
    assert await read(fair) == {"is_held": False, "holds": []}
    assert (await fair.call("POST", "/support-ledger/confirmation", Role.ORGANISER, CONFIRMATION)).status_code == 409
