"""The lot of an edition: committed to before anybody applies, the same in every run, told with the release."""

from collections.abc import Callable
from typing import Any

from tests.allocation.conftest import EDITION, OPTIMAL, PAPER_OF_RELEASE, Fair, accepted, announced, id_of

from allocation.editions import handlers as editions
from allocation.editions.domain import Lot
from allocation.runs import domain, handlers, releasing
from common.contracts.allocation import AllocationRunReleased

SECRET = "sealed-for-a-test"


async def drawn(fair: Fair) -> dict[str, object]:
    """Return what anybody can read of the edition's lot."""
    async with fair.harness.client() as client:
        answer: dict[str, object] = (await client.get(f"/allocation/editions/{EDITION}/draw")).json()
    return answer


async def runs_published(fair: Fair) -> list[tuple[str, str, str | None]]:
    """Return the runs that anybody may know of: id, digest of the input, and of what it gave."""
    told: Any = (await drawn(fair))["runs"]
    return [(each["run_id"], each["input_digest"], each["release_digest"]) for each in told]


async def test_a_run_started_again_draws_the_same_lot_that_was_committed_to_before_anybody_applied(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    committed = await drawn(fair)
    await fair.harness.deliver(*(accepted(name) for name in "abcdef"))
    await fair.close()
    first = await fair.solve()
    await fair.harness.run(handlers.start_run, EDITION)
    second = await fair.solve()
    assert (first.result and first.result.placements) == (second.result and second.result.placements)
    assert committed == {
        "edition_id": str(EDITION),
        "seed_commitment": domain.commitment(str(second.seed)),
        "secret_commitment": committed["secret_commitment"],
        "seed": None,
        "runs": [],
    }
    made = [(str(each.run_id), each.input_digest) for each in (first, second)]
    assert await runs_published(fair) == [(*each, None) for each in made]
    await fair.explain()
    await fair.harness.run(releasing.release_run, second.run_id, PAPER_OF_RELEASE)
    assert (await drawn(fair))["seed"] == second.seed == first.seed
    (released,) = await fair.harness.emitted(AllocationRunReleased)
    assert released.release_digest is not None
    assert await runs_published(fair) == [(*made[0], None), (*made[1], released.release_digest)]


async def test_an_edition_told_again_keeps_its_lot(fair: Fair):
    await fair.open(**OPTIMAL)
    committed = await drawn(fair)
    await fair.harness.deliver(announced(**OPTIMAL))
    assert await drawn(fair) == committed


async def test_a_seed_configured_later_does_not_change_what_an_edition_has_committed_to(
    make_harness: Callable[..., Any],
):
    async with make_harness("allocation") as harness:
        fair = Fair(harness)
        await fair.open(**OPTIMAL)
        committed = await drawn(fair)
        async with harness.unit_of_work() as uow:
            await editions.note_announced(uow, announced(**OPTIMAL), configured=Lot("another", "another-secret-of-16"))
        await fair.harness.deliver(accepted("a"))
        await fair.close()
        run = await fair.solve()
        assert (
            domain.commitment(str(run.seed)) == committed["seed_commitment"] == (await drawn(fair))["seed_commitment"]
        )


async def test_a_configured_seed_gives_the_same_places_again(make_harness: Callable[..., Any]):
    placed: list[dict[str, tuple[str, ...]]] = []
    for ids in ("first", "second"):
        async with make_harness("allocation", allocation_seed="hn-2020-2", allocation_secret=SECRET) as harness:
            again = Fair(harness)
            await again.open(booth_target=3, **OPTIMAL)
            lot = await drawn(again)
            assert lot["seed_commitment"] == domain.commitment("hn-2020-2")
            assert lot["secret_commitment"] != domain.commitment(SECRET), "each edition has one of its own"
            changes = {name: {"application_id": id_of(f"{ids} {name}")} for name in "abcdef"}
            await harness.deliver(*(accepted(name, **changes[name]) for name in "abcdef"))
            await again.close()
            run = await again.solve()
            assert run.seed == "hn-2020-2"
            assert run.result is not None
            names = {str(id_of(f"{ids} {name}")): name for name in "abcdef"}
            placed.append({names[key]: codes for key, codes in run.result.placements.items()})
    assert placed[0] == placed[1]
