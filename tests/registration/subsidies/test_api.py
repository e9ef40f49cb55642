"""Nothing is supported twice: not by another payer, not under another name, not when two ask at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.registration.conftest import PAPER, World, a_product, a_row
from tests.registration.duplicates.test_api import decide, pairs, search, two_ways_in

from common.contracts.registration import ApplicationAccepted
from common.tokens import Role

Json = dict[str, Any]


async def support(fair: World, vendor_id: str, payer: str = "Hà Nội", purpose: str = "booth") -> Any:
    body = {"vendor_id": vendor_id, "purpose": purpose, "funded_by": payer, "amount_vnd": 3_000_000}
    return await fair.call("POST", f"/editions/{fair.edition_id}/support-lines", Role.ORGANISER, body)


async def ledger(fair: World) -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/support-lines", Role.AUDITOR)).json()


NEW = a_product(
    recognised_year=2021,
    decision={"number": "1010", "notation": "QĐ-UBND", "issued_on": "2021-11-11", "level": "province"},
    certificate={"number": "HG-010", "issued_on": "2021-11-11"},
)


@pytest.fixture
async def highland(world: World) -> World:
    """An edition of 2022 for which a rate of support is known, open for registration."""
    days = {"from": "2022-08-31", "to": "2022-09-04"}
    window = {"opens_at": "2022-07-01T01:00:00Z", "closes_at": "2022-08-10T10:00:00Z"}
    planned = await world.plan(code="G9", planned=days, registration=window, theme_region="northern_mountains")
    assert planned.status_code == 201, planned.text
    world.edition_id = planned.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(datetime(2022, 7, 10, 2, tzinfo=UTC))
    assert (await world.act("opening")).is_success
    return world


async def test_a_second_support_for_the_same_is_refused_with_the_first_named(fair: World) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    first = (await support(fair, vendor_id, "Tỉnh Hà Giang")).json()
    refused = await support(fair, vendor_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_supported")
    assert "Tỉnh Hà Giang" in refused.json()["detail"]
    assert refused.json()["details"]["first_line_id"] == first["line_id"]
    assert (await support(fair, vendor_id, purpose="transport")).status_code == 201


async def test_what_was_taken_back_may_be_supported_again_once(fair: World) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    first = (await support(fair, vendor_id)).json()
    path, body = f"/support-lines/{first['line_id']}/reversal", {"reason": "Rút trước khai mạc"}
    assert (await fair.ok("POST", path, Role.ORGANISER, body))["amount_vnd"] == -3_000_000
    assert (await fair.call("POST", path, Role.ORGANISER, body)).json()["code"] == "not_reversible"
    assert (await support(fair, vendor_id)).status_code == 201
    assert (await support(fair, vendor_id)).status_code == 409


async def test_vendors_merged_later_are_one_producer_for_the_ledger(fair: World) -> None:
    first, second = await two_ways_in(fair)
    assert (await support(fair, first["vendor_id"])).status_code == 201
    await search(fair)
    await decide(fair, (await pairs(fair))[0], "same")
    refused = await support(fair, second["vendor_id"], "Tỉnh Hà Giang")
    assert (refused.status_code, refused.json()["details"]["funded_by"]) == (409, "Hà Nội")


async def test_lines_that_a_merge_finds_doubled_name_the_first(fair: World) -> None:
    first, second = await two_ways_in(fair)
    paid = [(await support(fair, one["vendor_id"])).json()["line_id"] for one in (first, second)]
    assert [line["doubles_line_id"] for line in await ledger(fair)] == [None, None]
    await search(fair)
    await decide(fair, (await pairs(fair))[0], "same")
    assert [line["doubles_line_id"] for line in await ledger(fair)] == [None, paid[0]]


async def test_after_a_merge_was_taken_back_each_has_its_own_line(fair: World) -> None:
    first, second = await two_ways_in(fair)
    for one in (first, second):
        await support(fair, one["vendor_id"])
    await search(fair)
    [pair] = await pairs(fair)
    await decide(fair, pair, "same")
    path = f"/duplicate-pairs/{pair['pair_id']}/separation"
    await fair.ok("POST", path, Role.ORGANISER, {"reason": "Không phải một chủ thể"})
    lines = await ledger(fair)
    assert [line["doubles_line_id"] for line in lines] == [None, None]
    assert [line["producer_id"] for line in lines] == [first["vendor_id"], second["vendor_id"]]
    assert (await support(fair, second["vendor_id"], purpose="transport")).status_code == 201


async def test_of_two_payers_at_once_one_is_entered(fair: World) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    answers = await asyncio.gather(*[support(fair, vendor_id, payer) for payer in ("Hà Nội", "Hà Giang")])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await ledger(fair)) == 1


async def accepted_of(fair: World) -> Json:
    return (await fair.harness.emitted(ApplicationAccepted))[-1].model_dump(mode="json")


async def test_an_acceptance_grants_no_support_that_the_ledger_has_already_and_names_its_line(highland: World) -> None:
    application = await highland.submitted(a_row(1, products=[NEW]))
    first = (await support(highland, application["vendor_id"], "Tỉnh Hà Giang")).json()
    assert (await highland.decide(application, "accept")).status_code == 201
    told = (await accepted_of(highland))["support"]
    assert (told["rate_percent"], told["max_booths"], told["reason"]["code"]) == (0, 0, "already_supported")
    assert told["reason"]["data"]["first_line_id"] == first["line_id"]
    assert "Hà Giang" not in str(told)  # who pays was typed by somebody


async def test_support_for_another_purpose_or_taken_back_stands_in_the_way_of_nothing(highland: World) -> None:
    application = await highland.submitted(a_row(1, products=[NEW]))
    await support(highland, application["vendor_id"], purpose="transport")
    line = (await support(highland, application["vendor_id"])).json()
    body = {"reason": "Nhập nhầm"}
    await highland.ok("POST", f"/support-lines/{line['line_id']}/reversal", Role.ORGANISER, body)
    assert (await highland.decide(application, "accept")).status_code == 201
    assert (await accepted_of(highland))["support"]["rate_percent"] > 0


async def test_the_line_that_pays_what_was_granted_does_not_take_the_grant_away(highland: World) -> None:
    application = await highland.accepted(a_row(1, products=[NEW, a_product(**{**NEW, "name": "Mật ong"})]))
    granted = (await accepted_of(highland))["support"]
    highland.harness.clock.set(highland.harness.clock.now() + timedelta(days=1))
    assert (await support(highland, application["vendor_id"])).status_code == 201
    body = {"revoked_on": "2022-09-01", "paper": "Quyết định 812/QĐ-UBND"}
    await highland.ok("PUT", f"/products/{application['product_ids'][1]}/recall", Role.REVIEWER, body)
    await highland.ok("POST", f"/editions/{highland.edition_id}/certificate-checks", Role.ORGANISER)
    assert len(await highland.harness.emitted(ApplicationAccepted)) == 2
    assert (await accepted_of(highland))["support"] == granted
