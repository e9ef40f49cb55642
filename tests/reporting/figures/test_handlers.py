"""Figures from real records in PostgreSQL, whatever the order in which the sources are heard."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.factories import EDITION_ID, sample
from tests.harness import FakeRecord, Harness
from tests.reporting.conftest import AFTER_THE_FAIR, DAYS, VENDORS, Fair, ended, floor_plan, life, story

from common.contracts.allocation import (
    ApplicationWaitlisted,
    BoothCheckedIn,
    BoothDeclined,
    BoothMoved,
    BoothNoShow,
    BoothOffered,
    BoothReleased,
)
from common.contracts.base import Event
from common.contracts.notifications import NoticeDelivered, NoticeFailed, NoticeOutcomeUnknown
from common.contracts.registration import ApplicationWithdrawn, EditionCapacityChanged
from common.tokens import Role
from reporting.facts.handlers import load_facts
from reporting.figures.handlers import compute


async def count(service: Harness, on: date | None = None) -> dict[str, int | None]:
    facts = await service.run(load_facts, EDITION_ID)
    return {name: None if figure is None else figure.value for name, figure in compute(facts, on).figures.items()}


EXPECTED = {
    "booths_planned": 4,
    "booths_actual": 4,
    "booths_actual__hanoi": 1,
    "booths_actual__other": 3,
    "booths_actual__a": 2,
    "booths_actual__b": 2,
    "fill_rate": 1000,
    "vendors": 4,
    "vendors__company": 2,
    "vendors__foreign": 1,
    "vendors__cooperative": 1,
    "vendors__household": 1,
    "provinces": 3,
    "provinces__hanoi": 1,
    "provinces__theme": 1,
    "provinces__other": 1,
    # the Tây Hồ tea was valid on the dates planned first and lapsed before the last day held
    "ocop_products": 3,
    "ocop_products_3_star": 0,
    "ocop_products_4_star": 2,
    "ocop_products_5_star": 1,
    "other_products": 3,
    "visits": None,
    "sales_vnd": None,
    "ocop_sales_vnd": None,
    "contracts": None,
    "memoranda": None,
    "coverage": 0,
}


async def test_the_whole_story_gives_the_expected_figures(reporting: Harness, fair: Fair):
    await fair.tell()
    assert await count(reporting) == EXPECTED


async def test_everything_delivered_twice_more_changes_no_figure_and_no_row(reporting: Harness, fair: Fair):
    await fair.tell()
    before = await snapshot(reporting)
    await reporting.deliver_all_again()
    await reporting.deliver_all_again()
    assert await snapshot(reporting) == before
    assert await count(reporting) == EXPECTED


async def snapshot(service: Harness) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with service.unit_of_work() as uow:
        for table in ("edition_steps", "applications", "places", "attendances", "notices", "positions", "inbox"):
            rows = await uow.session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1"))  # noqa: S608
            found[table] = rows.scalars().all()
    return found


async def empty(service: Harness) -> None:
    async with service.unit_of_work() as uow:
        for table in ("edition_steps", "applications", "places", "attendances", "positions", "inbox"):
            await uow.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608


class Recording:
    """The story as records, by source, and the service to tell it to; a plain class, for its repr is short."""

    def __init__(self, service: Harness, sources: list[list[FakeRecord]]) -> None:
        self.service = service
        self.sources = sources


@pytest.fixture
def recording(reporting: Harness) -> Recording:
    registration, allocation = story()
    told = ([*registration, ended()], allocation)
    return Recording(reporting, [[reporting.record(event) for event in events] for events in told])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chooser=st.randoms(use_true_random=False), batch=st.integers(1, 30))
async def test_any_interleaving_that_keeps_each_source_in_order_gives_the_same_figures(
    recording: Recording, chooser: Random, batch: int
):
    reporting = recording.service
    await empty(reporting)
    sources, mixed = [list(source) for source in recording.sources], list[FakeRecord]()
    while any(sources):
        mixed.append(chooser.choice([source for source in sources if source]).pop(0))
    for start in range(0, len(mixed), batch):
        await reporting.service.consumer.consume(mixed[start : start + batch])
    assert await count(reporting) == EXPECTED


async def test_before_the_fair_products_are_those_of_holders_and_attendance_is_unknown(reporting: Harness):
    registration, allocation = story()
    planned = [event for event in registration if event.event_name() != "edition_started"]
    held = [event for event in allocation if event.event_name() in {"floor_plan_published", "booth_offered"}]
    await reporting.deliver(*planned, *held)
    found = await count(reporting)
    assert (found["ocop_products"], found["other_products"]) == (3, 3)
    assert [found[name] for name in ("booths_actual", "fill_rate", "vendors", "provinces", "visits")] == [None] * 5


async def test_the_target_in_force_at_the_start_is_the_plan(reporting: Harness):
    *before, start = life()
    smaller, later = sample(EditionCapacityChanged, booth_target=3), sample(EditionCapacityChanged, booth_target=1)
    await reporting.deliver(*before, smaller, start, later)
    assert (await count(reporting))["booths_planned"] == 3


async def test_a_no_show_told_after_a_check_in_of_the_same_day_counts(reporting: Harness, fair: Fair):
    await fair.tell()
    vendor = VENDORS[0]
    gone = sample(BoothNoShow, **vendor.ids(), booth_codes=("A01",), on=DAYS[0])
    await reporting.deliver(gone)
    assert (await count(reporting, DAYS[0]))["booths_actual"] == 3
    assert (await count(reporting))["booths_actual"] == 4


async def test_a_booth_moved_released_or_declined_is_held_no_more(reporting: Harness):
    registration, _ = story()
    one, two, three, four = VENDORS

    def offered(vendor: Any) -> Event:
        return sample(BoothOffered, **vendor.ids(), booth_codes=(vendor.booth_code,))

    await reporting.deliver(
        *registration,
        floor_plan(),
        *map(offered, VENDORS),
        sample(BoothMoved, **one.ids(), old_booth_codes=("A01",), new_booth_codes=("A09",)),
        sample(BoothDeclined, **two.ids(), booth_codes=("A02",)),
        sample(BoothReleased, **three.ids(), booth_codes=("B01",), reason_code="withdrawn"),
        sample(ApplicationWaitlisted, **four.ids()),
        sample(ApplicationWithdrawn, **three.ids()),
    )
    facts = await reporting.run(load_facts, EDITION_ID)
    assert {place.application_id: place.booth_codes for place in facts.places if place.holds} == {
        one.application_id: ("A09",)
    }
    assert facts.participants[three.application_id].state == "withdrawn"


async def test_a_notice_of_unknown_outcome_is_counted_by_its_end(reporting: Harness):
    await reporting.deliver(
        life()[0],
        sample(NoticeOutcomeUnknown),
        sample(NoticeDelivered),
        sample(NoticeFailed, notice_id=VENDORS[0].vendor_id),
    )
    facts = await reporting.run(load_facts, EDITION_ID)
    assert facts.notices == {"delivered": 1, "failed": 1}


async def test_each_figure_comes_with_definition_source_and_positions(reporting: Harness, fair: Fair):
    await fair.tell()
    found = await fair.figures(Role.ORGANISER)
    assert found["positions"]["/ocop/registration"] == 14
    assert found["positions"]["/ocop/allocation"] == 25
    visits = next(figure for figure in found["figures"] if figure["id"] == "visits")
    assert visits["figure"] is None
    assert visits["name"] == {"vi": "Lượt khách", "en": "Visits"}
    assert visits["definition"]["vi"].startswith("Tổng lượt khách")
    assert visits["source"] == "reporting: day_figures_recorded"
    by_id = {figure["id"]: figure for figure in found["figures"]}
    assert by_id["ocop_products_4_star"]["part"] == "4_star"


async def test_figures_of_an_unknown_edition_are_not_found(reporting: Harness):
    async with reporting.client(Role.ORGANISER) as client:
        answer = await client.get(f"/reporting/editions/{EDITION_ID}/figures")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_positions_tell_what_has_been_folded(reporting: Harness, fair: Fair):
    await fair.tell()
    async with reporting.client(Role.OPERATOR) as client:
        found = (await client.get("/reporting/positions")).json()
    assert [(source["source"], source["sequence"]) for source in found] == [
        ("/ocop/allocation", 25),
        ("/ocop/registration", 14),
    ]
    assert found[0]["keys"] == [{"key": str(EDITION_ID), "sequence": 25, "key_sequence": 25}]


async def test_visits_a_day_are_held_against_the_edition_before(reporting: Harness, fair: Fair):
    await fair.tell()
    await fair.enter(Role.ORGANISER, {"on": str(DAYS[0]), "gate_code": "G1", "visits": {"value": 3000}})
    after = "01901a2b-0000-7000-8000-0000000000aa"
    later = {"edition_id": after}
    period = {"from": "2020-10-20", "to": "2020-10-21"}
    first, *_ = life()
    await reporting.deliver(
        first.model_copy(update={"edition_id": VENDORS[0].vendor_id.__class__(after)}),
        *(sample(type(event), **later, new=period) for event in life()[1:]),
        sample(BoothCheckedIn, **later, on=date(2020, 10, 20)),
    )
    reporting.clock.set(AFTER_THE_FAIR)
    async with reporting.client(Role.ORGANISER) as client:
        entry = {"on": "2020-10-20", "gate_code": "G1", "visits": {"value": 3000}}
        answer = await client.post(f"/reporting/editions/{after}/day-figures", json={"entries": [entry]})
        assert answer.status_code == 201, answer.text
        found = (await client.get(f"/reporting/editions/{after}/figures")).json()
    by_id = {figure["id"]: figure["figure"] for figure in found["figures"]}
    assert by_id["change_per_day__visits"]["value"] == 1000


async def test_an_event_that_the_database_refuses_is_set_aside_and_the_rest_of_its_batch_counts(reporting: Harness):
    one, two, *_ = VENDORS
    refused = [
        sample(type(event), **one.ids(), vendor={**one.public, "trade_name": "HTX\u0000"}, products=one.goods)
        for event in one.registration()
    ]
    await reporting.deliver(life()[0], *refused, *two.registration())
    facts = await reporting.run(load_facts, EDITION_ID)
    assert list(facts.participants) == [two.application_id]
    assert facts.parked == 1
