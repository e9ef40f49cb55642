"""What gives points beside the tier: an early submission, a clean record, the first event and a new product."""

from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from tests.registration.applications.test_api import open_next_edition
from tests.registration.conftest import ASKED, OPEN, PAPER, PAPERS, World, a_product, a_row

from common.contracts.allocation import (
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothNoShow,
    BoothOfferExpired,
    BoothReleased,
    PlaceEvent,
)
from common.contracts.registration import ApplicationAccepted
from common.tokens import Role

OFFER = "00000000-0000-7000-8000-000000000001"
MIGRATIONS = Path("services/registration/migrations/versions")


async def merits_told(fair: World) -> dict[str, int]:
    """Return the merits of the newest acceptance, by name."""
    told = (await fair.harness.emitted(ApplicationAccepted))[-1]
    return {reason.code: int(str(reason.data["points"])) for reason in told.priority.reasons}


async def supplemented(fair: World, days: int) -> dict[str, Any]:
    """Return an application that was returned at once and handed in anew so many days later."""
    without_label = [{"kind": kind} for kind in PAPERS if kind != "label"]
    application = await fair.submitted(a_row(documents=without_label))
    assert (await fair.decide(application, "return", reply_by_at="2020-07-23T10:00:00Z")).is_success
    fair.harness.clock.set(OPEN + timedelta(days=days))
    row = a_row()
    dossier = {name: row[name] for name in ("products", "documents", "booths_wanted", "wishes")}
    path = f"/applications/{application['application_id']}/dossier"
    await fair.ok("PUT", path, Role.VENDOR, dossier, vendor_id=application["vendor_id"])
    answer = await fair.submit(application)
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_supplement_that_was_asked_for_costs_no_point_of_an_early_submission(fair: World):
    application = await supplemented(fair, days=14)
    assert (application["revision"], application["submitted_at"]) == (2, OPEN.isoformat().replace("+00:00", "Z"))
    assert (await fair.decide(application, "accept")).is_success
    assert (await merits_told(fair))["early"] == 9


async def test_who_handed_in_anew_before_that_held_gets_the_first_moment_back(fair: World):
    application = await supplemented(fair, days=14)
    async with fair.harness.unit_of_work() as uow:
        late = {"late": OPEN + timedelta(days=14)}
        await uow.session.execute(text("UPDATE applications SET submitted_at = :late"), late)
        await (await uow.session.connection()).run_sync(upgrade, "0016_keep_the_first_submission")
    path = f"/applications/{application['application_id']}"
    found = (await fair.ok("GET", path, Role.REVIEWER))["submitted_at"]
    assert found == application["submitted_at"]


def upgrade(connection: Connection, name: str) -> None:
    spec = spec_from_file_location(name, MIGRATIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with Operations.context(MigrationContext.configure(connection)):
        module.upgrade()


def about(kind: type[PlaceEvent], application: dict[str, Any], **values: Any) -> PlaceEvent:
    """Return what allocation tells of an application's place."""
    known = {name: application[name] for name in ("edition_id", "application_id", "vendor_id")}
    return kind.model_validate({**known, "booth_codes": ["A1"], "offer_id": OFFER, **values})


async def accepted_again(fair: World, *told: PlaceEvent, **changes: Any) -> dict[str, int]:
    """Return the merits of a vendor's acceptance for the next edition, after allocation told of the first one."""
    await fair.harness.deliver(*told)
    await fair.harness.deliver_all_again()
    await open_next_edition(fair)
    await fair.accepted(a_row(**changes))
    return await merits_told(fair)


async def test_who_was_only_accepted_still_has_its_first_event_before_it(fair: World):
    await fair.accepted()
    assert (await accepted_again(fair))["first_event"] == 20


async def test_who_had_a_place_to_the_end_has_taken_part(fair: World):
    application = await fair.accepted()
    merits = await accepted_again(fair, about(BoothConfirmed, application))
    assert "first_event" not in merits
    assert (await fair.harness.emitted(ApplicationAccepted))[-1].is_first_event is False


@pytest.mark.parametrize("kind", [BoothDeclined, BoothOfferExpired, BoothReleased])
async def test_who_had_no_place_in_the_end_has_not_taken_part(fair: World, kind: type[PlaceEvent]):
    application = await fair.accepted()
    given_up = about(kind, application, reason_code="withdrawn")
    merits = await accepted_again(fair, about(BoothConfirmed, application), given_up)
    assert merits["first_event"] == 20


async def test_who_was_missed_has_no_clean_record_and_has_not_taken_part(fair: World):
    application = await fair.accepted()
    missed = about(BoothNoShow, application, on="2020-08-20")
    released = about(BoothReleased, application, reason_code="no_show")
    merits = await accepted_again(fair, about(BoothConfirmed, application), missed, released)
    assert "clean_record" not in merits
    assert merits["first_event"] == 20


async def test_who_came_on_one_day_and_was_missed_on_another_took_part_without_a_clean_record(fair: World):
    application = await fair.accepted()
    days = about(BoothCheckedIn, application, on="2020-08-20"), about(BoothNoShow, application, on="2020-08-21")
    merits = await accepted_again(fair, about(BoothConfirmed, application), *days)
    assert merits.keys() & {"clean_record", "first_event"} == set()


async def test_who_came_late_was_not_absent(fair: World):
    application = await fair.accepted()
    day = about(BoothNoShow, application, on="2020-08-20"), about(BoothCheckedIn, application, on="2020-08-20")
    assert (await accepted_again(fair, about(BoothConfirmed, application), *day))["clean_record"] == 40


async def test_an_absence_is_forgotten_after_twenty_four_months(fair: World):
    application = await fair.accepted()
    await fair.harness.deliver(about(BoothNoShow, application, on="2020-08-20"))
    await open_next_edition(fair, first="2022-08-16", last="2022-08-20")
    await fair.accepted()
    assert "clean_record" not in await merits_told(fair)
    await open_next_edition(fair, code="G4", first="2022-09-01", last="2022-09-05")
    await fair.accepted()
    assert (await merits_told(fair))["clean_record"] == 40


async def test_a_product_is_new_until_its_producer_took_part_with_it(fair: World):
    application = await fair.accepted()
    assert (await merits_told(fair))["new_product"] == 10
    same = await accepted_again(fair, about(BoothConfirmed, application), products=[a_product(name="chè  SHAN tuyết")])
    assert "new_product" not in same


async def test_another_product_is_new_beside_one_that_was_shown(fair: World):
    application = await fair.accepted()
    products = [a_product(), a_product(name="Chè vàng")]
    assert (await accepted_again(fair, about(BoothConfirmed, application), products=products))["new_product"] == 10


async def test_a_product_that_was_refused_before_is_new_when_it_is_eligible(fair: World):
    refused = a_product(name="Đồ chơi", product_group="toys", stars=0, decision=None, certificate=None)
    application = await fair.accepted(a_row(products=[a_product(), refused]))
    merits = await accepted_again(
        fair, about(BoothConfirmed, application), products=[a_product(), a_product(name="Đồ chơi")]
    )
    assert merits["new_product"] == 10


async def test_what_is_not_eligible_is_no_new_product(fair: World):
    application = await fair.accepted()
    refused = a_product(name="Đồ chơi", product_group="toys", stars=0, decision=None, certificate=None)
    merits = await accepted_again(fair, about(BoothConfirmed, application), products=[a_product(), refused])
    assert "new_product" not in merits


WITHDRAWN = {"reason_code": "cannot_attend", "request": ASKED}
STOPPED = {"reason_code": "covid_19", "legal_document": PAPER}


async def withdrawn(fair: World, at: datetime) -> None:
    application = await fair.accepted()
    fair.harness.clock.set(at)
    gone = await fair.tell(application, "withdrawal", Role.ORGANISER, WITHDRAWN)
    assert gone.is_success, gone.text


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (datetime(2020, 8, 12, 16, 59, tzinfo=UTC), False),  # 23:59 of the eighth day before, in Hanoi
        (datetime(2020, 8, 13, 16, 59, tzinfo=UTC), False),  # of the seventh
        (datetime(2020, 8, 13, 17, 0, tzinfo=UTC), True),  # midnight there, while it is the thirteenth in London
    ],
)
async def test_a_late_withdrawal_is_one_by_the_days_of_hanoi(fair: World, at: datetime, is_late: bool):  # noqa: FBT001
    await withdrawn(fair, at)
    fair.harness.clock.set(OPEN)
    await open_next_edition(fair)
    await fair.accepted()
    assert ("clean_record" not in await merits_told(fair)) is is_late


async def test_nobody_withdraws_late_from_an_event_without_a_date(fair: World):
    fair.harness.clock.set(datetime(2020, 7, 10, tzinfo=UTC))
    application = await fair.accepted()
    assert (await fair.act("suspension", STOPPED)).is_success
    fair.harness.clock.set(datetime(2020, 8, 19, tzinfo=UTC))
    gone = await fair.tell(application, "withdrawal", Role.ORGANISER, WITHDRAWN)
    assert gone.is_success
    fair.harness.clock.set(datetime(2020, 8, 20, tzinfo=UTC))
    new = {"new": {"from": "2020-08-23", "to": "2020-08-25"}, **STOPPED}
    assert (await fair.act("rescheduling", new)).is_success
    fair.harness.clock.set(OPEN)
    await open_next_edition(fair)
    await fair.accepted()
    assert (await merits_told(fair))["clean_record"] == 40


async def test_nobody_withdrew_late_from_an_event_that_was_called_off(fair: World):
    await withdrawn(fair, datetime(2020, 8, 18, tzinfo=UTC))
    assert (await fair.act("cancellation", STOPPED)).is_success
    fair.harness.clock.set(OPEN)
    await open_next_edition(fair)
    await fair.accepted()
    assert (await merits_told(fair))["clean_record"] == 40
