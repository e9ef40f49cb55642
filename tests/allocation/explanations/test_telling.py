"""Whoever a run refuses or places is told the reasons of its dossier, to the letter, and its number in the draw."""

import io
import json
import zipfile
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE, Fair, accepted, id_of, quota, street
from tests.factories import PAPER

from allocation.runs.releasing import release_run
from common.contracts.allocation import ApplicationWaitlisted, BoothOffered
from common.contracts.base import Reason
from common.tokens import Role

OPTIMAL: dict[str, Any] = {"allocation_policy": "optimal_at_close", "booth_target": 3}
QUOTAS = [quota("province:26", ceiling=2), quota("province:01", floor=1)]


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    """Three booths; two stand behind a full quota, one behind a floor, one asks for two booths."""
    await fair.open(street(4), quotas=QUOTAS, **OPTIMAL)
    await fair.harness.deliver(
        accepted("a", points=700),
        accepted("b", points=600),
        accepted("c", points=500),
        accepted("d", points=600),
        accepted("e", points=100, province="01"),
        accepted("f", points=400, province="02", booths_granted=2),
    )
    await fair.close()
    await fair.solve()
    await fair.explain()
    return fair


async def release(fair: Fair) -> None:
    await fair.harness.run(release_run, (await fair.runs())[-1].run_id, PAPER_OF_RELEASE)


async def dossier_of(fair: Fair) -> dict[str, Any]:
    """Return the reasons of the full dossier by application."""
    run_id = (await fair.runs())[-1].run_id
    async with fair.harness.client(Role.AUDITOR) as client:
        archive = (await client.get(f"/allocation/runs/{run_id}/dossier")).content
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {each["application_id"]: each for each in json.loads(files.read("reasons.json"))}


def words(reasons: tuple[Reason, ...]) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    return [(each.code, each.text.vi, each.text.en, each.data) for each in reasons]


def texts(findings: list[dict[str, Any]]) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    return [(each["code"], each["vi"], each["en"], each["data"]) for each in findings]


async def test_everybody_is_told_of_the_run_what_its_dossier_says(solved: Fair):
    await release(solved)
    dossier = await dossier_of(solved)
    waiting = await solved.harness.emitted(ApplicationWaitlisted)
    made = await solved.harness.emitted(BoothOffered)
    assert len(waiting) == 3
    assert len(made) == 3
    for event in waiting:
        said = dossier[str(event.application_id)]
        assert words(event.reasons) == texts(said["reasons"])
        assert words(event.changes) == texts(said["changes"])
    for event in made:
        first, *reasons = event.reasons
        assert first.code == "placed_by_run"
        assert words(tuple(reasons)) == texts(dossier[str(event.application_id)]["reasons"])


async def test_everybody_is_told_its_number_in_the_draw(solved: Fair):
    await release(solved)
    told = await solved.harness.emitted(ApplicationWaitlisted, BoothOffered)
    async with solved.harness.client(Role.ORGANISER) as client:
        for event in told:
            path = f"/allocation/applications/{event.application_id}/explanation"
            assert event.draw_number == (await client.get(path)).json()["draw_number"] is not None


async def test_who_has_or_loses_a_place_by_an_override_is_told_that_and_nothing_of_the_run(solved: Fair):
    run = (await solved.runs())[-1]
    assert run.result is not None
    seat = list(run.result.placements[str(id_of("a"))])
    changes = [
        {"application_id": str(id_of("a")), "booth_codes": []},
        {"application_id": str(id_of("c")), "booth_codes": seat},
    ]
    body = {"changes": changes, "reason": "Theo kết luận giải quyết kiến nghị", "legal_document": PAPER}
    async with solved.harness.client(Role.COMMITTEE, subject="first") as client:
        proposed = (await client.post(f"/allocation/runs/{run.run_id}/overrides", json=body)).json()
    async with solved.harness.client(Role.COMMITTEE, subject="second") as client:
        await client.post(f"/allocation/overrides/{proposed['override_id']}/approval")
    await release(solved)
    lost = {event.application_id: event for event in await solved.harness.emitted(ApplicationWaitlisted)}[id_of("a")]
    assert [each.code for each in lost.reasons] == ["overridden"]
    assert lost.changes == ()
    got = await solved.offer_of("c")
    assert [each.code for each in got.reasons] == ["placed_by_override"]
    assert await solved.violations() == []


async def test_who_comes_after_the_run_is_told_what_keeps_it_from_a_place_now(solved: Fair):
    await solved.harness.deliver(accepted("z", points=50, province="02"))
    await release(solved)
    late = [each for each in await solved.harness.emitted(ApplicationWaitlisted) if each.application_id == id_of("z")]
    assert [(each.changes, each.draw_number, each.edition_id) for each in late] == [((), None, EDITION)]
    assert late[0].reasons[0].code == "came_later"


async def test_the_longest_name_of_a_holder_fits_what_is_told(fair: Fair):
    await fair.open(street(1), allocation_policy="optimal_at_close", booth_target=1)
    long_name = "Hợp tác xã " + "Đặc sản vùng cao " * 28
    first = accepted("a", points=700)
    vendor = first.vendor.model_copy(update={"trade_name": long_name})
    await fair.harness.deliver(first.model_copy(update={"vendor": vendor}), accepted("b"))
    await fair.release()
    (waiting,) = await fair.harness.emitted(ApplicationWaitlisted)
    assert "Hợp tác xã Đặc sản vùng cao" in waiting.reasons[1].text.vi
