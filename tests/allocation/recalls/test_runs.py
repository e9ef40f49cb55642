"""A released run stays the released one, its places stay given, and its files are known by their digest."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE, Fair, about, accepted, id_of
from tests.allocation.forgetting import Backup, read_street

from allocation.answers import handlers as answers
from allocation.overrides import handlers as overrides
from allocation.overrides.domain import Change
from allocation.runs import releasing
from allocation.runs.domain import RunState
from common.contracts.allocation import AllocationRunCompleted, AllocationRunReleased, BoothOffered
from common.contracts.registration import ApplicationWithdrawn, RegistrationClosed
from common.delivery.settling import How
from common.tokens import Role

NAMES = "abcdef"


@pytest.fixture
def backup(fair: Fair, service_database: Callable[[str], tuple[str, str]]) -> Backup:
    return Backup(fair, service_database("allocation")[1])


async def prepare(fair: Fair) -> None:
    await fair.open(allocation_policy="optimal_at_close")
    await fair.harness.deliver(*(accepted(name, points=100 * at) for at, name in enumerate(NAMES)))


async def solve(fair: Fair) -> None:
    await fair.close()
    await fair.solve()
    await fair.explain()


async def release(fair: Fair) -> None:
    [*_, run] = await fair.runs()
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of("f")).offer_id)


async def read_draw(fair: Fair) -> Any:
    async with fair.harness.client() as client:
        return (await client.get(f"/allocation/editions/{EDITION}/draw")).json()


async def get_public_dossier(fair: Fair, run_id: Any) -> Any:
    async with fair.harness.client() as client:
        return await client.get(f"/allocation/runs/{run_id}/public-dossier")


async def test_a_release_of_a_run_that_is_here_is_made_out_again_with_its_dossier(fair: Fair, backup: Backup):
    await prepare(fair)
    await solve(fair)
    await backup.take()
    await release(fair)
    [run] = await fair.runs()
    lost, draw = await read_street(fair), await read_draw(fair)
    dossier = (await get_public_dossier(fair, run.run_id)).content
    settled = await backup.go_back()
    assert {one.settled.how for one in settled} == {How.REAPPLIED}
    assert await read_street(fair) == lost
    assert await fair.runs() == [run]
    assert await read_draw(fair) == draw
    assert (await get_public_dossier(fair, run.run_id)).content == dossier


async def test_with_overrides_who_was_placed_by_hand_and_who_lost_its_place_stay_so(fair: Fair, backup: Backup):
    await prepare(fair)
    await solve(fair)
    [run] = await fair.runs()
    assert run.result is not None
    one, other = str(id_of("f")), str(id_of("a"))
    changes = [Change(one, ()), Change(other, run.result.placements[one])]
    said = {"reason": "vì thế", "legal_document": PAPER_OF_RELEASE, "by": "lan"}
    proposed = await fair.harness.run(overrides.propose_override, run.run_id, changes, **said)
    await fair.harness.run(overrides.decide_override, proposed.override_id, by="minh", is_approved=True)
    await backup.take()
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    lost = await read_street(fair)
    settled = await backup.go_back()
    assert {one.settled.how for one in settled} == {How.REAPPLIED}
    assert await read_street(fair) == lost


async def test_a_run_that_is_forgotten_stays_released_and_its_digest_is_told(fair: Fair, backup: Backup):
    await prepare(fair)
    await backup.take()
    await solve(fair)
    await release(fair)
    lost, told, draw = await read_street(fair), await fair.told(), await read_draw(fair)
    settled = await backup.go_back()
    assert await read_street(fair) == lost
    assert await fair.told() == told
    assert await read_draw(fair) == draw
    [released] = await fair.harness.emitted(AllocationRunReleased)
    [note] = [one.settled for one in settled if one.settled.how is How.BY_HAND]
    assert (released.release_digest or "?") in note.en
    answer = await get_public_dossier(fair, released.run_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "dossier_forgotten")
    assert released.release_digest in answer.text
    async with fair.harness.client(Role.ORGANISER) as client:
        for path in (f"runs/{released.run_id}", f"editions/{EDITION}/runs"):
            assert (await client.get(f"/allocation/{path}")).status_code == 200
    assert await fair.solve() == (await fair.runs())[-1]
    assert [run.state for run in await fair.runs()] == [RunState.RELEASED]


async def test_an_edition_that_is_forgotten_keeps_the_seed_that_was_revealed(fair: Fair, backup: Backup):
    await backup.take()
    await prepare(fair)
    await solve(fair)
    await release(fair)
    lost, told, draw = await read_street(fair), await fair.told(), await read_draw(fair)
    await backup.go_back()
    assert await read_street(fair) == lost
    assert await fair.told() == told
    assert {**await read_draw(fair), "secret_commitment": None} == {**draw, "secret_commitment": None}


async def test_a_run_that_was_told_and_is_forgotten_is_made_anew(fair: Fair, backup: Backup):
    await prepare(fair)
    await backup.take()
    await solve(fair)
    settled = await backup.go_back()
    assert [one.settled.how for one in settled] == [How.BY_HAND]
    run = await fair.solve()
    first, second = await fair.harness.emitted(AllocationRunCompleted)
    assert (first.input_digest, first.seed_commitment) == (second.input_digest, second.seed_commitment)
    assert second.run_id == run.run_id != first.run_id
    await fair.explain()
    await release(fair)
    assert await fair.violations() == []


async def test_a_run_that_is_queued_again_is_solved_again_to_the_same_end(fair: Fair, backup: Backup):
    await prepare(fair)
    await fair.harness.deliver(about(RegistrationClosed))
    await backup.take()
    await fair.solve()
    assert [one.settled.how for one in await backup.go_back()] == [How.NOTHING]
    await fair.solve()
    first, second = await fair.harness.emitted(AllocationRunCompleted)
    assert first == second
    assert await fair.violations() == []


async def test_who_left_between_the_backup_and_the_release_is_offered_nothing_and_the_digest_is_kept(
    fair: Fair, backup: Backup
):
    await prepare(fair)
    await solve(fair)
    await backup.take()
    await fair.harness.deliver(about(ApplicationWithdrawn, "e"))
    await release(fair)
    lost, told, draw = await read_street(fair), await fair.told(), await read_draw(fair)
    settled = await backup.go_back()
    assert [one.settled.how for one in settled].count(How.BY_HAND) == 1
    assert await read_street(fair) == lost
    assert await fair.told() == told
    assert await read_draw(fair) == draw


async def test_what_the_topic_lacks_of_a_release_goes_on_from_there(fair: Fair, backup: Backup):
    """The last offers of a release never reached the topic: nobody was told of them, and they are made now."""
    await prepare(fair)
    await solve(fair)
    await backup.take()
    [run] = await fair.runs()
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    await backup.forget_told(beyond=3)
    told = await fair.harness.emitted(BoothOffered)
    await backup.go_back()
    offered = await fair.harness.emitted(BoothOffered)
    assert offered[: len(told)] == told
    assert len({each.application_id for each in offered}) == len(offered) == 4
    assert await fair.violations() == []
