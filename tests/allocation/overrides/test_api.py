"""A change of a result by hand: two persons, a paper, the rules, the dossier; and the release that comes once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE, Fair, accepted, id_of, quota
from tests.allocation.dossiers.test_api import fetch, read, verdicts
from tests.factories import PAPER

from allocation.places.domain import Outcome
from allocation.runs import handlers as runs
from allocation.runs import releasing
from allocation.runs.domain import RunState
from common.contracts.allocation import AllocationRunReleased, BoothOffered
from common.errors import DomainError
from common.tokens import Role

REASON = "Theo kết luận giải quyết kiến nghị của htx B"


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    """Two booths of four may be held; a and b get them, c and d wait, and d's province is full."""
    quotas = [quota("province:01", ceiling=0)]
    await fair.open(booth_target=2, quotas=quotas, allocation_policy="optimal_at_close")
    await fair.harness.deliver(
        accepted("a", points=700), accepted("b", points=600), accepted("c", points=500), accepted("d", province="01")
    )
    await fair.close()
    await fair.solve()
    await fair.explain()
    return fair


async def post(fair: Fair, path: str, person: str, body: Any = None, expected: int = 200) -> Any:
    async with fair.harness.client(Role.COMMITTEE, subject=person) as client:
        answer = await client.post(f"/allocation/{path}", json=body)
    assert answer.status_code == expected, answer.text
    return answer.json()


async def booths_of(fair: Fair, name: str) -> list[str]:
    result = (await fair.runs())[-1].result
    assert result is not None
    return list(result.placements[str(id_of(name))])


async def propose(fair: Fair, changes: dict[str, list[str]], expected: int = 201) -> Any:
    told = [{"application_id": str(id_of(name)), "booth_codes": codes} for name, codes in changes.items()]
    run_id = (await fair.runs())[-1].run_id
    body = {"changes": told, "reason": REASON, "legal_document": PAPER}
    return await post(fair, f"runs/{run_id}/overrides", "first", body, expected)


async def test_an_override_counts_once_a_second_person_has_approved_it_and_is_offered(solved: Fair):
    seat = await booths_of(solved, "b")
    proposed = await propose(solved, {"b": [], "c": seat})
    refused = await post(solved, f"overrides/{proposed['override_id']}/approval", "first", expected=403)
    assert refused["code"] == "second_person_needed"
    run = (await solved.runs())[-1]
    waiting = await post(solved, f"runs/{run.run_id}/release", "third", {"legal_document": PAPER}, expected=409)
    assert waiting["code"] == "override_open"
    approved = await post(solved, f"overrides/{proposed['override_id']}/approval", "second")
    assert (approved["state"], approved["proposed_by"], approved["decided_by"]) == ("approved", "first", "second")
    await post(solved, f"runs/{run.run_id}/release", "third", {"legal_document": PAPER})
    made = {event.application_id: event for event in await solved.harness.emitted(BoothOffered)}
    assert list(made[id_of("c")].booth_codes) == seat
    assert [event.reasons[0].code for event in made.values()] == ["placed_by_run", "placed_by_override"]
    assert (await solved.place("b")).outcome is Outcome.WAITLISTED
    assert await solved.violations() == []


async def test_the_dossier_tells_an_override_the_check_counts_with_it_and_the_public_one_hides_who_lost(solved: Fair):
    proposed = await propose(solved, {"b": [], "c": await booths_of(solved, "b")})
    await post(solved, f"overrides/{proposed['override_id']}/approval", "second")
    run_id = (await solved.runs())[-1].run_id
    await post(solved, f"runs/{run_id}/release", "third", {"legal_document": PAPER})
    full = await fetch(solved, f"runs/{run_id}/dossier")
    (told,) = read(full)["overrides.json"]
    assert (told["proposer"], told["approver"], told["legal_document"]["number"]) == (
        "first",
        "second",
        PAPER["number"],
    )
    public = await fetch(solved, f"runs/{run_id}/public-dossier", None)
    for archive in (full, public):
        assert {code: said for code, said in verdicts(archive).items() if said == "failed"} == {}
    assert (
        verdicts(public)["overridden_places"]
        == verdicts(public)["offers"]
        == verdicts(public)["waiting_line"]
        == "passed"
    )
    whole = str(read(public))
    (shown,) = read(public)["overrides.json"]
    assert shown["legal_document"]["number"] == PAPER["number"]
    assert (told["reason"], shown["reason"]) == (REASON, "Nêu trong hồ sơ đầy đủ. / Told in the full dossier.")
    assert PAPER["title"] in str(told)
    assert PAPER["title"] not in str(shown)
    for hidden in (str(id_of("b")), "HTX b", str(id_of("d")), "'first'", "'second'"):
        assert hidden not in whole
    assert "HTX c" in whole


async def test_an_override_that_breaks_a_hard_rule_is_not_taken(solved: Fair):
    seat = await booths_of(solved, "b")
    for changes in ({"c": seat}, {"b": [], "d": seat}, {"c": ["A03"]}, {"b": [seat[0], "A03"]}):
        assert (await propose(solved, changes, expected=409))["code"] == "override_breaks_rules"
    unknown = await propose(solved, {"x": ["Z99"]}, expected=422)
    assert [each["field"] for each in unknown["errors"]] == ["changes[0].application_id", "changes[0].booth_codes[0]"]


async def test_a_second_override_is_judged_again_when_it_is_approved(solved: Fair):
    one = await propose(solved, {"b": [], "c": await booths_of(solved, "b")})
    other = await propose(solved, {"a": [], "c": await booths_of(solved, "a")})
    await post(solved, f"overrides/{one['override_id']}/approval", "second")
    after = await propose(solved, {"c": [], "b": await booths_of(solved, "b")})
    await post(solved, f"overrides/{other['override_id']}/refusal", "first")
    refused = await post(solved, f"overrides/{other['override_id']}/approval", "second", expected=409)
    assert refused["code"] == "override_decided"
    await post(solved, f"overrides/{after['override_id']}/approval", "third")
    await post(solved, f"runs/{(await solved.runs())[-1].run_id}/release", "x", {"legal_document": PAPER})
    assert (await solved.place("b")).outcome is Outcome.OFFERED
    assert await solved.violations() == []


async def test_two_releases_and_an_override_at_the_same_moment_release_once_and_lose_nothing(solved: Fair):
    """The last word before the release is in it, or is refused: never approved and left out."""
    proposed = await propose(solved, {"b": [], "c": await booths_of(solved, "b")})
    run_id = (await solved.runs())[-1].run_id

    async def release() -> object:
        try:
            return (await solved.harness.run(releasing.release_run, run_id, PAPER_OF_RELEASE)).state
        except DomainError as error:
            return error.code

    async def approve() -> int:
        async with solved.harness.client(Role.COMMITTEE, subject="second") as client:
            return (await client.post(f"/allocation/overrides/{proposed['override_id']}/approval")).status_code

    *released, approved = await asyncio.gather(release(), release(), release(), approve())
    assert approved == 200
    assert set(released) <= {RunState.RELEASED, "override_open"}
    await solved.harness.run(releasing.release_run, run_id, PAPER_OF_RELEASE)
    assert len(await solved.harness.emitted(AllocationRunReleased)) == 1
    assert (await solved.place("c")).outcome is Outcome.OFFERED
    assert await solved.violations() == []


async def test_two_releases_of_different_runs_and_a_new_run_at_the_same_moment_leave_one_release(solved: Fair):
    run_id = (await solved.runs())[-1].run_id

    async def attempt(what: Any, *arguments: Any) -> str:
        try:
            await solved.harness.run(what, *arguments)
        except DomainError as error:
            return error.code
        return "done"

    told = await asyncio.gather(
        attempt(releasing.release_run, run_id, PAPER_OF_RELEASE),
        attempt(runs.start_run, EDITION),
        attempt(releasing.release_run, run_id, PAPER_OF_RELEASE),
    )
    made = await solved.harness.emitted(AllocationRunReleased)
    assert len(made) == (told[0] == "done" or told[2] == "done")
    assert len(await solved.harness.emitted(BoothOffered)) == 2 * len(made)
    async with solved.harness.unit_of_work() as uow:
        counted = text("SELECT count(*) FILTER (WHERE state IN ('released', 'queued')) FROM runs")
        assert await uow.session.scalar(counted) == 1
