"""Every line of the table is reached by a real record, and bad records harm nothing."""

from dataclasses import replace

from sqlalchemy import text
from tests.allocation.conftest import EDITION, Fair, about, accepted, announced

from allocation.consumers import SUBSCRIPTIONS
from allocation.editions import repository as editions
from allocation.editions.domain import Stage
from common.contracts.registration import (
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)

NEW_DATES = {"from": "2020-10-09", "to": "2020-10-12"}


async def test_every_line_of_the_table_is_reached(fair: Fair):
    events = [
        announced(),
        about(RegistrationOpened),
        accepted("a"),
        accepted("b"),
        about(ApplicationWithdrawn, "a"),
        about(ApplicationRevoked, "b"),
        about(RegistrationClosed),
        about(EditionSuspended),
        about(EditionRescheduled, new=NEW_DATES),
        about(EditionCapacityChanged, booth_target=3, zones=[{"zone_code": "A", "capacity": 2}]),
        about(EditionStarted),
        about(EditionEnded),
    ]
    await fair.harness.deliver(*events)
    reached = {type(event) for event in events} | {EditionCancelled}
    assert reached == {line.kind for line in SUBSCRIPTIONS}
    async with fair.harness.unit_of_work() as uow:
        edition = await editions.get_edition(uow.session, EDITION)
    assert (edition.stage, edition.booth_target, edition.zone_capacities) == (Stage.ENDED, 3, {"A": 2})
    assert edition.first_on.isoformat() == "2020-10-09"
    assert await fair.violations() == []


async def test_a_cancelled_edition_is_known_as_such(fair: Fair):
    await fair.harness.deliver(announced(), about(EditionCancelled))
    async with fair.harness.unit_of_work() as uow:
        assert (await editions.get_edition(uow.session, EDITION)).stage is Stage.CANCELLED


async def test_what_allocation_does_not_listen_to_is_counted_and_skipped(fair: Fair):
    await fair.open()
    before = await fair.told()
    await fair.harness.deliver(about(ApplicationSubmitted, "a"))
    assert await fair.told() == before


async def test_a_broken_acceptance_parks_its_application_alone_and_the_close_waits_for_it(fair: Fair):
    """An acceptance that cannot be read may not be missing in a run."""
    await fair.open(allocation_policy="optimal_at_close")
    broken = replace(fair.harness.record(accepted("a")), value=b"{")
    await fair.harness.deliver_records(
        [broken, fair.harness.record(accepted("b")), fair.harness.record(about(RegistrationClosed))]
    )
    async with fair.harness.unit_of_work() as uow:
        parked = set(await uow.session.scalars(text("SELECT subject FROM parked")))
        assert (await editions.get_edition(uow.session, EDITION)).stage is Stage.OPEN
    assert len(parked) == 2
    assert (await fair.place("b")).application_id
    assert await fair.runs() == []
