"""Booths that a cut took: given back, everybody stands where it stood."""

from tests.allocation.conftest import Fair, about, accepted, street

from allocation.answers import handlers as answers
from allocation.places.domain import Outcome
from common.contracts.allocation import BoothOffered
from common.contracts.registration import ApplicationWithdrawn, EditionCapacityChanged


async def shrink_to(fair: Fair, target: int) -> None:
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=target, zones=[]))


async def booths_of(fair: Fair, names: str) -> dict[str, tuple[str, ...]]:
    return {name: (await fair.place(name)).booth_codes for name in names}


async def full_street(fair: Fair) -> dict[str, tuple[str, ...]]:
    """Give four booths to b, c, d and, after a leaves, to e: not in the order in which the line would choose them."""
    await fair.open()
    await fair.harness.deliver(*(accepted(name) for name in "abcde"), about(ApplicationWithdrawn, "a"))
    return await booths_of(fair, "bcde")


async def test_a_cut_that_is_taken_back_gives_everybody_its_former_booth(fair: Fair):
    before = await full_street(fair)
    await shrink_to(fair, 1)
    assert [(await fair.place(name)).outcome for name in "cde"] == [Outcome.WAITLISTED] * 3
    await shrink_to(fair, 4)
    assert await booths_of(fair, "bcde") == before
    assert await fair.violations() == []


async def test_who_comes_back_later_finds_its_booth_as_nobody_before_it_needed_just_that_one(fair: Fair):
    """A cut given back by halves, and a newcomer behind them: each gets its own, the newcomer what is left."""
    before = await full_street(fair)
    await shrink_to(fair, 1)
    await fair.harness.deliver(accepted("f"))
    await shrink_to(fair, 3)
    back = await booths_of(fair, "cd")
    assert back == {name: before[name] for name in "cd"}
    await fair.harness.run(answers.decline_offer, (await fair.offer_of("c")).offer_id)
    await shrink_to(fair, 4)
    assert await booths_of(fair, "e") == {"e": before["e"]}
    assert await booths_of(fair, "f") == {"f": before["c"]}
    assert await fair.violations() == []


async def test_whose_former_booth_is_gone_gets_another_one(fair: Fair):
    before = await full_street(fair)
    await shrink_to(fair, 1)
    gone = before["c"][0]
    await fair.publish([booth for booth in street(6) if booth.booth_code != gone])
    await shrink_to(fair, 5)
    after = await booths_of(fair, "bcde")
    assert {name: after[name] for name in "bde"} == {name: before[name] for name in "bde"}
    assert len(after["c"]) == 1
    assert after["c"] != before["c"]


async def test_a_booth_got_otherwise_is_no_former_one(fair: Fair):
    """Who declined what it got back and is accepted again comes as anybody does."""
    before = await full_street(fair)
    await shrink_to(fair, 3)
    assert (await fair.place("e")).former_booth_codes == before["e"]
    await shrink_to(fair, 4)
    assert (await fair.place("e")).former_booth_codes == ()
    assert [event.booth_codes for event in await fair.harness.emitted(BoothOffered)][-1] == before["e"]
