"""Figures that a restored database forgot count again, under the ids that were told."""

from typing import Any

from tests.recalling import MakeRecalling, outcomes
from tests.reporting.conftest import DAYS, Fair

from common.contracts.reporting import DayFiguresRecorded
from common.tokens import Role

ON = str(DAYS[0])


def sales(value: int) -> dict[str, Any]:
    return {"on": ON, "booth_code": "A01", "sales_vnd": {"value": value, "qualifier": "more_than"}}


async def test_figures_and_corrections_are_there_again_and_the_next_correction_names_the_last_one(
    fair: Fair, recalling: MakeRecalling
) -> None:
    back = recalling(fair.service)
    await fair.tell(over=False)
    await fair.enter(Role.INSPECTOR, sales(5_000_000))
    await back.back_up()
    await fair.enter(Role.INSPECTOR, sales(7_000_000))
    await fair.enter(Role.ORGANISER, {"on": ON, "gate_code": "gate-lake", "visits": {"value": 900}})
    last = (await fair.enter(Role.INSPECTOR, sales(8_000_000))).json()["entry_ids"][0]
    await fair.number_own_events()
    before = await fair.figures(Role.ORGANISER, DAYS[0])
    assert await back.go_back() == 3
    assert outcomes(await back.settle()) == [("day_figures_recorded", "reapplied")] * 3
    assert await fair.figures(Role.ORGANISER, DAYS[0]) == before
    await fair.enter(Role.INSPECTOR, sales(9_000_000))
    [told] = await fair.service.emitted(DayFiguresRecorded)
    assert str(told.replaces_entry_id) == last
