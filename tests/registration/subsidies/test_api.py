"""Nothing is supported twice: not by another payer, not under another name, not when two ask at once."""

import asyncio
from typing import Any

from tests.registration.conftest import World
from tests.registration.duplicates.test_api import decide, pairs, search, two_ways_in

from common.tokens import Role

Json = dict[str, Any]


async def support(fair: World, vendor_id: str, payer: str = "Hà Nội", purpose: str = "booth") -> Any:
    body = {"vendor_id": vendor_id, "purpose": purpose, "funded_by": payer, "amount_vnd": 3_000_000}
    return await fair.call("POST", f"/editions/{fair.edition_id}/support-lines", Role.ORGANISER, body)


async def ledger(fair: World) -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/support-lines", Role.AUDITOR)).json()


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


async def test_of_two_payers_at_once_one_is_entered(fair: World) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    answers = await asyncio.gather(*[support(fair, vendor_id, payer) for payer in ("Hà Nội", "Hà Giang")])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await ledger(fair)) == 1
