"""A street given out already is repaired with the fewest moves: preview first, carried out once, everyone told once."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import update
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, street
from tests.allocation.memory_words import assert_told_of_memory
from tests.bench.allocation import make_problem

from allocation.answers import handlers as answers
from allocation.damages.domain import Holder, Problem
from allocation.repairs import handlers
from allocation.repairs.tables import RepairRow
from allocation.repairs.worker import repair_next
from allocation.settings import Settings
from common.contracts.allocation import (
    ApplicationWaitlisted,
    BoothMoved,
    BoothOffered,
    BoothReleased,
    FloorPlanPublished,
)
from common.contracts.registration import ApplicationWithdrawn
from common.errors import DomainError
from common.tokens import Role


@pytest.fixture
async def full(fair: Fair) -> Fair:
    """Six booths in a row: a to d hold one each, e two; f waits. Whoever came later stands behind."""
    await fair.open(street(6), booth_target=6)
    await fair.harness.deliver(*(accepted(name) for name in "abcd"))
    await fair.harness.deliver(accepted("e", booths_granted=2), accepted("f", booths_granted=2))
    for name in "abcd":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    return fair


async def ask(fair: Fair, cause: str, expected: int = 201, **damage: list[str]) -> Any:
    async with fair.harness.client(Role.ORGANISER) as client:
        answer = await client.post(f"/allocation/editions/{EDITION}/repairs", json={"cause": cause, **damage})
        assert answer.status_code == expected, answer.text
        if expected != 201:
            return answer.json()
        assert answer.json()["state"] == "queued"
        assert await repair_next(fair.harness.service, fair.harness.service.settings)  # type: ignore[arg-type]
        return (await client.get(f"/allocation/repairs/{answer.json()['repair_id']}")).json()


async def carry_out(fair: Fair, repair: Any, expected: int = 200) -> Any:
    async with fair.harness.client(Role.ORGANISER) as client:
        answer = await client.post(f"/allocation/repairs/{repair['repair_id']}/execution")
    assert answer.status_code == expected, answer.text
    return answer.json()


async def booths(fair: Fair) -> dict[str, tuple[str, ...]]:
    return {name: (await fair.place(name)).booth_codes for name in "abcdef"}


async def test_a_closed_section_moves_only_who_stood_there_and_the_last_in_standing_waits_in_front(full: Fair):
    before = await booths(full)
    closed = before["a"]
    preview = await ask(full, "section_closed", closed_booths=list(closed))
    assert (preview["state"], preview["status"]) == ("previewed", "optimal")
    assert await booths(full) == before
    assert await full.harness.emitted(BoothMoved, BoothReleased) == []
    (moves,) = [each for each in preview["objectives"] if each["name"] == "moves"]
    assert moves["value"] == moves["bound"] == len(preview["moves"]) == 1
    done = await carry_out(full, preview)
    assert done["state"] == "executed"
    after = await booths(full)
    assert closed[0] not in [code for codes in after.values() for code in codes]
    lost = {each["application_id"] for each in preview["lost"]}
    moved = await full.harness.emitted(BoothMoved)
    told = Counter(event.application_id for event in [*moved, *await full.harness.emitted(BoothReleased)])
    assert set(told.values()) == {1}
    assert {str(each) for each in told} == lost | {each["application_id"] for each in preview["moves"]}
    assert [event.version for event in await full.harness.emitted(FloorPlanPublished)] == [1, 2]
    assert await full.violations() == []


async def test_half_the_street_gone_keeps_the_strongest_and_the_line_begins_with_who_lost(full: Fair):
    held = await booths(full)
    gone = [*held["a"], *held["b"], *held["c"]]
    preview = await ask(full, "fewer_booths", closed_booths=gone)
    await carry_out(full, preview)
    after = await booths(full)
    assert sum(len(codes) for codes in after.values()) == 3
    assert not set(gone) & {code for codes in after.values() for code in codes}
    waiting = [event.application_id for event in await full.harness.emitted(ApplicationWaitlisted)]
    assert {each["application_id"] for each in preview["lost"]} <= {str(each) for each in waiting}
    assert await full.violations() == []


async def test_a_power_failure_moves_who_needs_power_and_no_other(fair: Fair):
    await fair.open(street(4), booth_target=4)
    await fair.harness.deliver(accepted("a", power=True), accepted("b"))
    for name in "ab":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    dark = [(await fair.place(name)).booth_codes[0] for name in "ab"]
    preview = await ask(fair, "power_failed", booths_without_power=dark)
    assert [each["application_id"] for each in preview["moves"]] == [str(id_of("a"))]
    await carry_out(fair, preview)
    assert (await fair.place("a")).booth_codes[0] not in dark
    assert await fair.violations() == []


async def test_after_two_withdrawals_apart_one_move_makes_room_for_who_wants_two_together(fair: Fair):
    await fair.open(street(4), booth_target=4)
    await fair.harness.deliver(*(accepted(name) for name in "abcd"), accepted("f", booths_granted=2))
    for name in "abcd":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    holder = {(await fair.place(name)).booth_codes[0]: name for name in "abcd"}
    await fair.harness.deliver(about(ApplicationWithdrawn, holder["A01"]), about(ApplicationWithdrawn, holder["A03"]))
    assert (await fair.place("f")).booth_codes == ()
    preview = await ask(fair, "withdrawal")
    assert (len(preview["moves"]), len(preview["joined"]), preview["lost"]) == (1, 1, [])
    await carry_out(fair, preview)
    made = (await fair.harness.emitted(BoothOffered))[-1]
    assert (made.application_id, len(made.booth_codes)) == (id_of("f"), 2)
    assert await fair.violations() == []
    assert (await ask(fair, "withdrawal", expected=409))["code"] == "nothing_to_repair"


async def test_a_repair_is_carried_out_once_and_not_at_all_where_places_have_changed_since(full: Fair):
    closed = list((await booths(full))["b"])
    preview, outdated = [await ask(full, "section_closed", closed_booths=closed) for _ in range(2)]

    async def click() -> str:
        try:
            return str((await full.harness.run(handlers.execute_repair, preview["repair_id"], by="x")).state)
        except DomainError as error:
            return error.code

    assert set(await asyncio.gather(click(), click(), click())) == {"executed"}
    told = await full.told()
    assert (await carry_out(full, outdated, expected=409))["code"] == "repair_outdated"
    await carry_out(full, preview)
    assert await full.told() == told


async def test_what_is_not_on_the_plan_cannot_be_repaired(full: Fair):
    told = await ask(full, "section_closed", expected=422, closed_booths=["Z99"])
    assert [each["field"] for each in told["errors"]] == ["closed_booths[0]"]
    assert (await ask(full, "power_failed", expected=422))["errors"][0]["field"] == "booths_without_power"


async def test_a_repair_that_needs_more_than_its_memory_fails_in_words_and_nobody_is_moved_or_told(
    full: Fair, settings: Settings
):
    before, told = await booths(full), await full.told()
    async with full.harness.client(Role.ORGANISER) as client:
        entry = {"cause": "section_closed", "closed_booths": list(before["a"])}
        asked = (await client.post(f"/allocation/editions/{EDITION}/repairs", json=entry)).json()
        async with full.harness.unit_of_work() as uow:
            large = TypeAdapter(Problem).dump_python(make_long_street(), mode="json")
            await uow.session.execute(update(RepairRow).values(problem=large))
        small = settings.model_copy(update={"solver_memory_mb": 64})
        assert await repair_next(full.harness.service, small)
        failed = (await client.get(f"/allocation/repairs/{asked['repair_id']}")).json()
    assert (failed["state"], failed["status"]) == ("failed", None)
    vi, _, en = failed["words"].partition(" / ")
    assert_told_of_memory(vi, en, 64)
    assert (failed["moves"], failed["lost"], failed["joined"], failed["objectives"]) == ([], [], [], [])
    assert (await carry_out(full, failed, 409))["code"] == "repair_not_ready"
    assert (await booths(full), await full.told()) == (before, told)
    found = await ask(full, "section_closed", closed_booths=list(before["a"]))
    assert (found["state"], found["words"]) == ("previewed", "")


def make_long_street() -> Problem:
    """Return a street of 2,000 booths with as many holders, ten of whom must move: more than what is loaded has room for."""
    given = make_problem(2_000, 3_000)
    ones = [each for each in given.applicants if each.booths == 1]
    holders = [
        Holder(
            each.application_id, (booth.booth_code,), 1, each.points, number, each.groups, each.wishes, had_power=False
        )
        for number, (each, booth) in enumerate(zip(ones, given.booths, strict=False), start=1)
    ]
    return Problem(given.target, {}, (), given.booths[10:], tuple(holders), "a seed")
