"""What allocation has still to work on is told in one number."""

from tests.allocation.conftest import EDITION, OPTIMAL, Fair, accepted, street

from allocation.open_work import count_open
from allocation.repairs.worker import repair_next
from allocation.resumptions import repository as resumptions
from common.tokens import Role


async def test_a_run_to_be_solved_and_an_edition_that_rests_are_each_counted(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    assert await fair.harness.run(count_open) == 0
    await fair.close()
    assert await fair.harness.run(count_open) == 1
    async with fair.harness.unit_of_work() as uow:
        await resumptions.begin(uow.session, EDITION)
    assert await fair.harness.run(count_open) == 2


async def test_a_repair_is_counted_until_it_is_found(fair: Fair):
    await fair.open(street(2), booth_target=2)
    await fair.harness.deliver(accepted("a"))
    async with fair.harness.client(Role.ORGANISER) as client:
        asked = {"cause": "section_closed", "closed_booths": ["A01"]}
        answer = await client.post(f"/allocation/editions/{EDITION}/repairs", json=asked)
    assert answer.status_code == 201, answer.text
    assert await fair.harness.run(count_open) == 1
    assert await repair_next(fair.harness.service, fair.harness.service.settings)  # type: ignore[arg-type]
    assert await fair.harness.run(count_open) == 0
