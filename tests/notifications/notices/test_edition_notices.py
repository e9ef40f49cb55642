"""Who takes part, and is told once that an edition is suspended, moved or cancelled."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import update
from tests.factories import sample
from tests.harness import Harness
from tests.notifications.notices.told import BOTH, VENDOR, whom

from common.contracts.allocation import (
    ApplicationClosedUnplaced,
    BoothConfirmed,
    BoothDeclined,
    BoothOffered,
    BoothReleased,
)
from common.contracts.base import Event
from common.contracts.registration import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionRescheduled,
    EditionSuspended,
)
from common.delivery.plumbing import ParkedMessageRow


async def test_who_loses_its_booth_is_told_of_the_edition_before_its_place_in_the_line_is_heard_of(
    notifications: Harness,
):
    await notifications.deliver(
        sample(ApplicationSubmitted), sample(BoothConfirmed), sample(BoothReleased, reason_code="capacity_changed")
    )
    await notifications.deliver(sample(EditionSuspended))

    assert await whom(notifications, "edition_suspended") == BOTH


@pytest.mark.parametrize("kind", [EditionSuspended, EditionRescheduled, EditionCancelled])
async def test_everyone_who_takes_part_is_told_of_the_edition_once(notifications: Harness, kind: type[Event]):
    other = {"application_id": uuid4(), "vendor_id": uuid4()}
    gone = {"application_id": uuid4(), "vendor_id": uuid4(), "nominating_agency_code": "10.snn"}
    declined = {"application_id": uuid4(), "vendor_id": uuid4(), "nominating_agency_code": None}
    await notifications.deliver(sample(ApplicationSubmitted), sample(ApplicationSubmitted, **other))
    await notifications.deliver(sample(ApplicationSubmitted, **gone), sample(ApplicationWithdrawn, **gone))
    await notifications.deliver(
        sample(ApplicationSubmitted, **declined), sample(BoothOffered, **declined), sample(BoothDeclined, **declined)
    )
    await notifications.deliver(sample(kind))

    assert await whom(notifications, kind.event_name()) == sorted([*BOTH, ("vendor", str(other["vendor_id"]))])


@pytest.mark.parametrize("kind", [EditionSuspended, EditionRescheduled, EditionCancelled])
async def test_whose_news_were_parked_when_its_edition_was_upset_is_told_of_it_in_its_turn(
    notifications: Harness, kind: type[Event]
):
    submitted, withdrawn, upset = sample(ApplicationSubmitted), sample(ApplicationWithdrawn), sample(kind)
    good, other = notifications.record(submitted), {"application_id": uuid4(), "vendor_id": uuid4()}
    await notifications.deliver_records([replace(good, value=b"{")])
    await notifications.deliver(sample(ApplicationSubmitted, **other), upset, withdrawn)
    assert await whom(notifications, kind.event_name()) == sorted([("vendor", str(other["vendor_id"])), BOTH[0]])

    async with notifications.unit_of_work() as uow:
        await uow.session.execute(
            update(ParkedMessageRow).where(ParkedMessageRow.value == b"{").values(value=good.value)
        )
    letters = notifications.service.dead_letters
    done = await letters.redrive("/ocop/registration", submitted.key, submitted.subject, by="Đào")
    assert (done.ran, done.error) == (3, None)
    assert await whom(notifications, kind.event_name()) == sorted([*BOTH, ("vendor", str(other["vendor_id"]))])


async def test_who_had_withdrawn_before_its_edition_was_suspended_is_not_told_when_its_news_are_run_again(
    notifications: Harness,
):
    submitted = sample(ApplicationSubmitted)
    bad = replace(notifications.record(submitted), value=b"{")
    await notifications.deliver_records([bad, notifications.record(sample(ApplicationWithdrawn))])
    await notifications.deliver(sample(EditionSuspended))
    letters = notifications.service.dead_letters
    await letters.drop("/ocop/registration", submitted.key, submitted.subject, by="Đào", reason="unreadable")
    done = await letters.redrive("/ocop/registration", submitted.key, submitted.subject, by="Đào")
    assert (done.ran, done.error) == (2, None)
    assert await whom(notifications, "edition_suspended") == []


async def test_a_holder_that_is_asked_again_still_takes_part(notifications: Harness):
    await notifications.deliver(sample(ApplicationSubmitted), sample(BoothConfirmed))
    await notifications.deliver(sample(BoothReleased, reason_code="asked_again"))
    await notifications.deliver(sample(EditionSuspended))

    assert VENDOR in await whom(notifications, "edition_suspended")


async def test_a_cancellation_is_told_to_holders_whose_release_was_heard_of_first(notifications: Harness):
    waiting = {"application_id": uuid4(), "vendor_id": uuid4()}
    await notifications.deliver(sample(ApplicationSubmitted), sample(ApplicationSubmitted, **waiting))
    await notifications.deliver(
        sample(BoothReleased, reason_code="edition_cancelled"),
        sample(ApplicationClosedUnplaced, reason_code="edition_cancelled", **waiting),
    )
    await notifications.deliver(sample(EditionCancelled))

    assert await whom(notifications, "edition_cancelled") == sorted([*BOTH, ("vendor", str(waiting["vendor_id"]))])
