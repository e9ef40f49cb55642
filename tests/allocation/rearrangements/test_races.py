"""Fifty clients at once for the last place, on real PostgreSQL."""

import asyncio
from collections import Counter

from tests.allocation.conftest import Fair, accepted, street

from allocation.applications import handlers as applications
from allocation.places.domain import Outcome
from allocation.rearrangements import handlers
from common.contracts.allocation import ApplicationWaitlisted, BoothConfirmed, BoothOffered
from common.tokens import Role

CLIENTS = 50


async def test_of_fifty_who_come_at_once_for_the_last_place_one_gets_it_and_the_others_wait(fair: Fair):
    await fair.open(street(1), booth_target=1)
    names = [f"n{number}" for number in range(CLIENTS)]
    events = [accepted(name) for name in names]
    for event in events:
        await fair.harness.run(applications.note_accepted, event)
    await asyncio.gather(*(fair.harness.run(handlers.place_accepted, event) for event in events))
    outcomes = Counter([(await fair.place(name)).outcome for name in names])
    assert outcomes == {Outcome.OFFERED: 1, Outcome.WAITLISTED: CLIENTS - 1}
    (made,) = await fair.harness.emitted(BoothOffered)
    waiting = await fair.harness.emitted(ApplicationWaitlisted)
    assert sorted(event.position for event in waiting) == list(range(1, CLIENTS))

    async def click() -> int:
        async with fair.harness.client(Role.VENDOR, vendor_id=made.vendor_id) as client:
            return (await client.post(f"/allocation/offers/{made.offer_id}/confirmation")).status_code

    assert set(await asyncio.gather(*(click() for _ in range(CLIENTS)))) == {200}
    assert len(await fair.harness.emitted(BoothConfirmed)) == 1
