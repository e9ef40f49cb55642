"""Entry of day figures over HTTP: corrections, sources, and what is refused."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests.factories import EDITION_ID, sample
from tests.harness import Harness
from tests.reporting.conftest import DAYS, SUSPENSION, VENDORS, Fair, announced

from common.contracts.registration import EditionSuspended
from common.contracts.reporting import DayFiguresRecorded
from common.tokens import Role

ON = str(DAYS[0])


def sales(value: int, **more: Any) -> dict[str, Any]:
    return {"value": value, **more}


async def test_a_second_entry_of_one_source_replaces_the_first_and_names_it(reporting: Harness, fair: Fair):
    await fair.tell(over=False)
    first = (await fair.enter(Role.INSPECTOR, {"on": ON, "booth_code": "A01", "sales_vnd": sales(5_000_000)})).json()
    second = (await fair.enter(Role.INSPECTOR, {"on": ON, "booth_code": "A01", "sales_vnd": sales(7_000_000)})).json()
    told = await reporting.emitted(DayFiguresRecorded)
    assert [str(event.entry_id) for event in told] == first["entry_ids"] + second["entry_ids"]
    assert [event.replaces_entry_id for event in told] == [None, told[0].entry_id]
    assert [event.source for event in told] == ["inspector", "inspector"]
    figures = {figure["id"]: figure for figure in (await fair.figures(Role.ORGANISER, DAYS[0]))["figures"]}
    assert figures["sales_vnd"]["figure"] == {"value": 7_000_000, "qualifier": "exact", "is_estimate": False}


async def test_the_organisers_word_counts_field_by_field_and_what_it_left_out_stays(fair: Fair):
    await fair.tell()
    vendor = VENDORS[0]
    own = {"on": ON, "booth_code": "A01", "sales_vnd": sales(5_000_000), "contracts": {"value": 2}}
    assert (await fair.enter(Role.VENDOR, own, vendor_id=vendor.vendor_id)).status_code == 201
    better = {"on": ON, "booth_code": "A01", "sales_vnd": sales(6_000_000, qualifier="more_than", is_estimate=True)}
    assert (await fair.enter(Role.ORGANISER, better)).status_code == 201
    found = {figure["id"]: figure for figure in (await fair.figures(Role.ORGANISER))["figures"]}
    assert found["sales_vnd"]["figure"] == {"value": 6_000_000, "qualifier": "more_than", "is_estimate": True}
    assert found["sales_vnd__a"]["figure"]["value"] == 6_000_000
    assert found["contracts"]["figure"]["value"] == 2
    assert found["sales_vnd"]["coverage"] == {"reported": 1, "manned": 4}
    assert found["coverage"]["figure"]["value"] == 250
    assert found["visits"]["figure"] is None


async def test_all_mistakes_of_a_request_are_told_and_nothing_is_stored(reporting: Harness, fair: Fair):
    await fair.tell()
    answer = await fair.enter(
        Role.INSPECTOR,
        {"on": ON, "booth_code": "A01", "sales_vnd": sales(1)},
        {"on": "2020-10-13", "gate_code": "G1", "visits": {"value": 1}},
        {"on": ON, "booth_code": "Z99", "sales_vnd": sales(-5)},
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_input")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("entries[1].on", "day_outside_fair"),
        ("entries[2].booth_code", "booth_without_holder"),
        ("entries[2].sales_vnd.value", "negative_figure"),
    ]
    assert problem["errors"][0]["vi"] == "Ngày 13/10/2020 không phải ngày diễn ra sự kiện."
    assert await reporting.emitted() == []


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"on": ON, "booth_code": "A01", "sales_vnd": {"value": 1.5}}, "entries[0].sales_vnd.value"),
        ({"on": ON, "booth_code": "A01", "sales_vnd": {"value": 10**16}}, "entries[0].sales_vnd.value"),
        ({"on": ON, "booth_code": "A01", "sales_vnd": {"value": 1, "qualifier": "roughly"}}, "entries[0].sales_vnd.qualifier"),
        ({"on": "9/10/2020", "booth_code": "A01", "sales_vnd": {"value": 1}}, "entries[0].on"),
        ({"on": ON, "booth_code": "A 01\u0000", "sales_vnd": {"value": 1}}, "entries[0].booth_code"),
        ({"on": ON, "booth_code": "A01", "people": {"value": 1}}, "entries[0].people"),
    ],
)  # fmt: skip
async def test_a_malformed_entry_is_refused_with_the_name_of_its_field(fair: Fair, entry: dict[str, Any], field: str):
    await fair.tell()
    answer = await fair.enter(Role.INSPECTOR, entry)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_vendor_enters_figures_of_its_own_booth_only(fair: Fair):
    await fair.tell()
    entry = {"on": ON, "booth_code": "A02", "sales_vnd": sales(1)}
    for claims in ({"vendor_id": VENDORS[0].vendor_id}, {"vendor_id": uuid4()}, {}):
        answer = await fair.enter(Role.VENDOR, entry, **claims)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_your_booth")
    assert (await fair.enter(Role.VENDOR, entry, vendor_id=VENDORS[1].vendor_id)).status_code == 201


async def test_a_role_that_enters_no_figures_is_refused(fair: Fair):
    await fair.tell()
    assert (await fair.enter(Role.PROVINCE, {"on": ON, "gate_code": "G1", "visits": {"value": 1}})).status_code == 403


async def test_a_suspended_fair_has_no_days(reporting: Harness, fair: Fair):
    await reporting.deliver(announced(), sample(EditionSuspended, legal_document=SUSPENSION))
    reporting.clock.set(datetime(2020, 8, 24, 10, 0, tzinfo=UTC))
    answer = await fair.enter(Role.ORGANISER, {"on": "2020-08-24", "gate_code": "G1", "visits": {"value": 1}})
    assert answer.json()["errors"][0]["code"] == "day_outside_fair"


async def test_a_day_that_has_not_come_has_no_figures(reporting: Harness, fair: Fair):
    await fair.tell(over=False)
    reporting.clock.set(datetime(2020, 10, 9, 10, 0, tzinfo=UTC))
    answer = await fair.enter(
        Role.ORGANISER, {"on": str(date(2020, 10, 10)), "gate_code": "G1", "visits": {"value": 1}}
    )
    assert answer.json()["errors"][0]["code"] == "day_not_yet"


async def test_figures_of_an_unknown_edition_are_not_found(reporting: Harness):
    async with reporting.client(Role.ORGANISER) as client:
        entry = {"on": ON, "gate_code": "G1", "visits": {"value": 1}}
        answer = await client.post(f"/reporting/editions/{EDITION_ID}/day-figures", json={"entries": [entry]})
    assert answer.status_code == 404
