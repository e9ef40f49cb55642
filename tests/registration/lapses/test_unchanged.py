"""What was looked at and had lost nothing is judged again only once something of it is another."""

from typing import Any

import pytest
from tests.registration.conftest import World
from tests.registration.lapses.test_api import check, recall
from tests.registration.lapses.test_new_dates import reschedule
from tests.registration.trials.test_handlers import stricter

from registration.rules.packs import add_pack
from registration.vetting import handlers as vetting

Json = dict[str, Any]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the list to which each judgement from now on is added."""
    found: list[object] = []
    judge = vetting.judge

    def counted(*args: Any) -> Any:
        found.append(args)
        return judge(*args)

    monkeypatch.setattr(vetting, "judge", counted)
    return found


async def test_what_is_as_it_was_is_not_judged_again(fair: World, judged: list[object]) -> None:
    await fair.accepted()
    judged.clear()
    assert await check(fair) == {"checked": 1, "lapsed": [], "revoked": []}
    assert len(judged) == 1
    assert await check(fair) == {"checked": 1, "lapsed": [], "revoked": []}
    assert len(judged) == 1


async def test_a_recall_after_a_look_is_found_by_the_next(fair: World, judged: list[object]) -> None:
    application = await fair.accepted()
    await check(fair)
    judged.clear()
    await recall(fair, application)
    assert (await check(fair))["revoked"] == [application["application_id"]]
    assert len(judged) >= 1


async def test_another_last_day_is_another_fair(fair: World, judged: list[object]) -> None:
    await fair.accepted()
    await reschedule(fair)
    await check(fair)
    await reschedule(fair, last="2020-10-13")
    judged.clear()
    assert (await check(fair))["lapsed"] == []
    assert len(judged) == 1


async def test_other_packs_have_all_judged_again(fair: World, judged: list[object]) -> None:
    await fair.accepted()
    await check(fair)
    async with fair.harness.service.units.begin() as uow:
        await add_pack(uow.session, stricter())
    judged.clear()
    await check(fair)
    assert len(judged) == 1
