"""Whatever allocation told and then forgot, it knows again: who holds what, who waits, who is gone."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted
from tests.allocation.forgetting import Backup, read_street

from allocation.answers import handlers as answers
from allocation.check_ins import handlers as check_ins
from allocation.places.domain import Outcome
from allocation.swaps import handlers as swaps
from common.contracts.registration import (
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
)
from common.delivery.settling import How

Act = Callable[[Fair], Awaitable[Any]]


@pytest.fixture
def backup(fair: Fair, service_database: Callable[[str], tuple[str, str]]) -> Backup:
    return Backup(fair, service_database("allocation")[1])


async def accept(fair: Fair, names: str = "abcdef") -> None:
    await fair.harness.deliver(*(accepted(name) for name in names))


async def confirm(fair: Fair, name: str) -> None:
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)


async def confirm_all(fair: Fair) -> None:
    for name in "abcd":
        await confirm(fair, name)


async def decline(fair: Fair, name: str = "a") -> None:
    await fair.harness.run(answers.decline_offer, (await fair.offer_of(name)).offer_id)


async def expire(fair: Fair) -> None:
    await confirm(fair, "b")
    fair.harness.clock.set((await fair.offer_of("a")).reply_by_at + timedelta(seconds=1))
    await fair.harness.run(answers.expire_due_offers, 200)


async def swap(fair: Fair) -> None:
    held = [(await fair.place(name)).booth_codes[0] for name in "ab"]
    proposed = await fair.harness.run(swaps.propose_swap, EDITION, *held)
    for side in (proposed.one, proposed.other):
        await fair.harness.run(swaps.consent, proposed.swap_id, side.application_id)


async def cut(fair: Fair) -> None:
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=2, zones=[]))


async def cut_and_grow(fair: Fair) -> None:
    await cut(fair)
    await fair.harness.deliver(accepted("g"), about(EditionCapacityChanged, booth_target=3, zones=[]))


async def move_dates(fair: Fair) -> None:
    await fair.harness.deliver(about(EditionRescheduled, new={"from": "2020-09-09", "to": "2020-09-12"}))
    await confirm(fair, "a")


async def leave(fair: Fair) -> None:
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"), about(ApplicationRevoked, "b"))


async def leave_the_line(fair: Fair) -> None:
    await fair.harness.deliver(about(ApplicationWithdrawn, "e"), accepted("g"), accepted("h"))


async def leave_and_come_back(fair: Fair) -> None:
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"), accepted("a"))


async def end(fair: Fair) -> None:
    await fair.harness.deliver(about(EditionStarted), about(EditionEnded))


async def cancel(fair: Fair) -> None:
    await fair.harness.deliver(about(EditionCancelled))


async def inspect(fair: Fair) -> None:
    await confirm_all(fair)
    await fair.harness.deliver(about(EditionStarted))
    fair.harness.clock.set(fair.harness.clock.now().replace(month=8, day=20))
    for booth, present in (("A01", True), ("A02", False)):
        await fair.harness.run(check_ins.note_seen, EDITION, booth, date(2020, 8, 20), present=present)


def nothing(*_args: Any) -> Any:
    async def rest() -> None: ...

    return rest()


STORIES: dict[str, tuple[Act, Act]] = {
    "offered": (nothing, accept),
    "offered_to_some": (lambda fair: accept(fair, "ab"), lambda fair: accept(fair, "cdef")),
    "confirmed": (accept, confirm_all),
    "declined": (accept, decline),
    "expired": (accept, expire),
    "moved": (lambda fair: _each(fair, accept, confirm_all), swap),
    "cut": (accept, cut),
    "cut_and_grown": (accept, cut_and_grow),
    "asked_again": (accept, move_dates),
    "left": (accept, leave),
    "left_the_line": (accept, leave_the_line),
    "came_back": (accept, leave_and_come_back),
    "ended": (accept, end),
    "cancelled": (accept, cancel),
    "inspected": (accept, inspect),
}
MOMENTS = [pytest.param(*story, id=name) for name, story in STORIES.items()]


async def _each(fair: Fair, *acts: Act) -> None:
    for act in acts:
        await act(fair)


@pytest.mark.parametrize(("before", "since"), MOMENTS)
async def test_all_is_as_it_was_and_nobody_hears_of_the_restore(fair: Fair, backup: Backup, before: Act, since: Act):
    await fair.open()
    await before(fair)
    await backup.take()
    await since(fair)
    lost, told = await read_street(fair), await fair.told()
    settled = await backup.go_back()
    assert await read_street(fair) == lost
    assert await fair.told() == told
    assert {one.settled.how for one in settled} == {How.REAPPLIED}


@pytest.mark.parametrize(("before", "since"), MOMENTS)
async def test_an_edition_that_was_forgotten_as_a_whole_is_as_it_was(
    fair: Fair, backup: Backup, before: Act, since: Act
):
    await backup.take()
    await fair.open()
    await before(fair)
    await since(fair)
    lost, told = await read_street(fair), await fair.told()
    await backup.go_back()
    assert await read_street(fair) == lost
    assert await fair.told() == told


@pytest.mark.parametrize(("before", "since"), MOMENTS)
async def test_what_comes_after_the_restore_breaks_no_rule_of_the_log(
    fair: Fair, backup: Backup, before: Act, since: Act
):
    await fair.open()
    await before(fair)
    await backup.take()
    await since(fair)
    await backup.go_back()
    await fair.harness.deliver(accepted("x"), about(ApplicationWithdrawn, "c"), about(ApplicationWithdrawn, "d"))
    assert await fair.violations() == []


async def test_a_link_that_is_out_still_confirms(fair: Fair, backup: Backup):
    await fair.open()
    await backup.take()
    await accept(fair)
    await backup.go_back()
    await confirm(fair, "a")
    assert (await fair.place("a")).outcome is Outcome.CONFIRMED
    assert await fair.violations() == []
