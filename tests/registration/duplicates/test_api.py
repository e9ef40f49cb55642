"""The same producer come twice: shown side by side, decided by a person, remembered, merged."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from tests.registration.conftest import World, a_row, make_tax_id

from common.contracts.registration import ApplicationAccepted
from common.tokens import Role
from registration.merges.tables import VendorMergeRow

Json = dict[str, Any]


async def two_ways_in(fair: World) -> tuple[Json, Json]:
    """One producer: named by its province as a cooperative, and come by itself as a household of another province."""
    first = await fair.submitted(a_row(1, vendor__legal_name="Hợp tác xã Chè Phìn Hồ"))
    row = a_row(2, vendor__legal_name="Hộ kinh doanh chè Phìn Hồ", vendor__province_code="01")
    drafted = (await fair.apply({**row, "contact": {**row["contact"], "phone": "0912 345 678"}})).json()
    second = (await fair.submit(drafted)).json()
    return first, second


async def search(fair: World) -> Json:
    return await fair.ok("POST", "/duplicate-searches", Role.REVIEWER)


async def pairs(fair: World, query: str = "") -> list[Json]:
    answer = await fair.call("GET", f"/duplicate-pairs{query}", Role.REVIEWER)
    return answer.json()


async def decide(fair: World, pair: Json, verdict: str, **more: Any) -> Any:
    body = {"verdict": verdict, "reason": "Đã đối chiếu giấy tờ", **more}
    return await fair.call("POST", f"/duplicate-pairs/{pair['pair_id']}/decision", Role.ORGANISER, body)


async def test_a_pair_is_shown_side_by_side_with_what_speaks_for_it(fair: World) -> None:
    first, second = await two_ways_in(fair)
    assert await search(fair) == {"vendors": 2, "waiting": 1, "remembered": 0}
    [pair] = await pairs(fair)
    assert [sign["name"] for sign in pair["signs"]] == ["phone", "name", "products"]
    assert all(sign["vi"] and sign["en"] for sign in pair["signs"])
    assert [pair[side]["vendor_id"] for side in ("first", "second")] == [first["vendor_id"], second["vendor_id"]]
    assert [pair[side]["province_code"] for side in ("first", "second")] == ["02", "01"]
    assert [pair[side]["applications"][0]["channel"] for side in ("first", "second")] == ["nominated", "self"]
    assert {pair[side]["phone"] for side in ("first", "second")} == {"…678"}


async def test_two_that_a_person_found_different_are_not_shown_again(fair: World) -> None:
    await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    assert (await decide(fair, pair, "different")).is_success
    assert await search(fair) == {"vendors": 2, "waiting": 0, "remembered": 1}
    assert await pairs(fair) == []
    assert [one["verdict"] for one in await pairs(fair, "?verdict=different")] == ["different"]
    again = await decide(fair, pair, "same")
    assert (again.status_code, again.json()["code"]) == (409, "pair_decided")


async def test_one_producer_has_one_application_an_edition_the_first(fair: World) -> None:
    first, second = await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    assert (await decide(fair, pair, "same")).json()["verdict"] == "same"
    refused = await fair.decide(second, "accept")
    assert (refused.status_code, "R01" in refused.json()["detail"]) == (409, True)
    assert (await fair.decide(first, "accept")).is_success
    assert [str(told.vendor_id) for told in await fair.harness.emitted(ApplicationAccepted)] == [first["vendor_id"]]


async def test_who_comes_under_the_merged_tax_number_is_the_kept_producer(fair: World) -> None:
    await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    await decide(fair, pair, "same", kept_vendor_id=pair["first"]["vendor_id"])
    again = await fair.nominate(a_row(2, vendor__legal_name="Tên khác hẳn", vendor__tax_id=make_tax_id(2)))
    assert [one["code"] for one in again.json()["errors"]] == ["duplicate_vendor"]
    assert await search(fair) == {"vendors": 1, "waiting": 0, "remembered": 0}


async def test_the_vendor_kept_is_one_of_the_two(fair: World) -> None:
    await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    other = await decide(fair, pair, "same", kept_vendor_id=pair["pair_id"])
    assert (other.status_code, other.json()["code"]) == (422, "not_of_pair")
    assert len(await pairs(fair)) == 1


async def separate(fair: World, pair: Json, reason: str = "Hai hộ dùng chung điện thoại") -> Any:
    path = f"/duplicate-pairs/{pair['pair_id']}/separation"
    return await fair.call("POST", path, Role.ORGANISER, {"reason": reason})


@pytest.mark.parametrize("keeps", ["first", "second"])
async def test_two_that_are_not_the_same_after_all_are_two_again_and_that_is_remembered(
    fair: World, keeps: str
) -> None:
    first, second = await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    await decide(fair, pair, "same", kept_vendor_id=pair[keeps]["vendor_id"])
    assert (await fair.decide(second, "accept")).status_code == 409  # R01
    apart = (await separate(fair, pair)).json()
    assert (apart["verdict"], apart["reason"]) == ("different", "Hai hộ dùng chung điện thoại")
    assert [(one["verdict"], one["reason"]) for one in apart["earlier"]] == [("same", "Đã đối chiếu giấy tờ")]
    assert await search(fair) == {"vendors": 2, "waiting": 0, "remembered": 1}
    for application in (first, second):
        assert (await fair.decide(application, "accept")).status_code == 201
    again = await fair.nominate(a_row(2, vendor__legal_name="Tên khác hẳn"))
    assert "R01" in again.json()["errors"][0]["en"]  # its own number leads to itself again
    nothing = await separate(fair, pair)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not_merged")
    assert await fair.harness.rows(select(VendorMergeRow.kept_vendor_id)) == []


async def test_a_number_that_the_kept_vendor_has_taken_over_is_named_before_anything_is_changed(fair: World) -> None:
    first, _ = await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    await decide(fair, pair, "same", kept_vendor_id=pair["first"]["vendor_id"])
    vendor = {**a_row(1, vendor__legal_name="Hợp tác xã Chè Phìn Hồ")["vendor"], "tax_id": make_tax_id(2)}
    body = {"reason_code": "corrected", "note": "Công văn 12", "vendor": vendor}
    assert (await fair.tell(first, "amendments", Role.ORGANISER, body)).status_code == 201
    refused = await separate(fair, pair)
    assert (refused.status_code, refused.json()["code"]) == (409, "tax_number_taken")
    assert len(await fair.harness.rows(select(VendorMergeRow.kept_vendor_id))) == 1


@pytest.mark.parametrize("keeps", ["first", "second"])
async def test_of_two_people_who_decide_one_pair_at_once_one_is_heard(fair: World, keeps: str) -> None:
    await two_ways_in(fair)
    await search(fair)
    [pair] = await pairs(fair)
    answers = await asyncio.gather(
        decide(fair, pair, "same", kept_vendor_id=pair[keeps]["vendor_id"]), decide(fair, pair, "different")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [decided] = await pairs(fair, "?verdict=same") + await pairs(fair, "?verdict=different")
    merged = await fair.harness.rows(select(VendorMergeRow.kept_vendor_id))
    assert len(merged) == (decided["verdict"] == "same")
