"""Who is accepted and has nothing eligible left: in the dossier with its reason, explained, and checked."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tests.allocation.conftest import OPTIMAL, Fair, accepted, id_of, street, vendor_of
from tests.allocation.dossiers.conftest import release_newest
from tests.allocation.dossiers.test_api import fetch, not_passed, read, run_id_of
from tests.allocation.lapses.test_handlers import lapsed

from allocation.audit import check_allocation
from allocation.explanations import repository as known_explanations
from allocation.explanations import worker
from allocation.explanations.domain import why_left_out
from allocation.explanations.tables import ExplanationRow
from allocation.settings import Settings
from common.tokens import Role

Json = dict[str, Any]


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    """Four booths, three accepted, of whom one has nothing eligible on the dates of the fair."""
    await fair.open(street(4), **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=700) for name in "abc"), lapsed("a", 0))
    await fair.close()
    await fair.solve()
    return fair


async def stored(fair: Fair) -> set[str]:
    async with fair.harness.unit_of_work() as uow:
        return {str(each) for each in await uow.session.scalars(select(ExplanationRow.application_id))}


async def test_its_reason_is_in_the_dossier_and_every_check_passes(released: Fair) -> None:
    archive = await fetch(released, f"runs/{await run_id_of(released)}/dossier")
    told = read(archive)
    [left] = told["left_out.json"]
    assert (left["application_id"], left["is_placed"], left["trade_name"]) == (str(id_of("a")), False, "HTX a")
    assert [one["code"] for one in left["reasons"]] == ["nothing_eligible"]
    assert left["application_id"] not in {one["application_id"] for one in told["reasons.json"]}
    assert not_passed(archive) == {"published_before"}


async def test_the_public_dossier_counts_it_and_does_not_name_it(released: Fair) -> None:
    archive = await fetch(released, f"runs/{await run_id_of(released)}/public-dossier", None)
    [left] = read(archive)["left_out.json"]
    assert (left["application_id"], left["trade_name"]) == ("left-out-0001", None)
    assert str(id_of("a")) not in json.dumps(read(archive))
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        found = {one["code"]: one for one in check_allocation.check(check_allocation.read_dossier(packed))}
    assert found["left_out_told"]["verdict"] == "passed"
    assert "failed" not in {one["verdict"] for one in found.values()}


async def test_its_vendor_reads_why_in_both_languages(released: Fair) -> None:
    async with released.harness.client(Role.VENDOR, vendor_id=vendor_of("a")) as client:
        answer = await client.get(f"/allocation/applications/{id_of('a')}/explanation")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    [reason] = told["reasons"]
    assert (told["is_placed"], told["draw_number"], reason["code"]) == (False, None, "nothing_eligible")
    assert "24/08/2020" in reason["vi"]
    assert "no product of it is eligible" in reason["en"]
    assert [one["code"] for one in told["changes"]] == ["eligible_again"]
    async with released.harness.client(Role.VENDOR, vendor_id=vendor_of("b")) as client:
        assert (await client.get(f"/allocation/applications/{id_of('a')}/explanation")).status_code == 403


async def test_nothing_is_stored_of_it_that_an_older_version_would_take_for_an_applicant(released: Fair) -> None:
    assert await stored(released) == {str(id_of("b")), str(id_of("c"))}


async def test_before_its_run_is_explained_nothing_is_told_of_it(solved: Fair) -> None:
    assert (await listed(solved, 50)) == []
    async with solved.harness.client(Role.VENDOR, vendor_id=vendor_of("a")) as client:
        assert (await client.get(f"/allocation/applications/{id_of('a')}/explanation")).status_code == 404


async def listed(fair: Fair, limit: int) -> list[str]:
    """Return whose explanations of the newest run are listed, page by page."""
    found: list[str] = []
    params: dict[str, str | int] = {"limit": limit}
    async with fair.harness.client(Role.ORGANISER) as client:
        while True:
            page = (await client.get(f"/allocation/runs/{await run_id_of(fair)}/explanations", params=params)).json()
            found += [each["application_id"] for each in page["items"]]
            if page["next_cursor"] is None:
                return found
            params["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_it_is_listed_once_in_the_order_of_all_also_where_it_was_stored_before(
    released: Fair, limit: int
) -> None:
    run = (await released.runs())[-1]
    async with released.harness.unit_of_work() as uow:
        row = why_left_out(str(id_of("a")), "2020-08-24")
        await known_explanations.add_explanations(uow.session, run.run_id, [row])
    assert await listed(released, limit) == sorted(str(id_of(name)) for name in "abc")


async def test_of_a_run_without_reasons_it_reads_that_there_are_none(solved: Fair, settings: Settings) -> None:
    assert await worker.explain_next(solved.harness.service, settings.model_copy(update={"solver_seconds": 0.01}))
    await release_newest(solved)
    async with solved.harness.client(Role.VENDOR, vendor_id=vendor_of("a")) as client:
        answer = await client.get(f"/allocation/applications/{id_of('a')}/explanation")
    assert (answer.status_code, answer.json()["code"]) == (409, "run_not_explained")
    archive = await fetch(solved, f"runs/{await run_id_of(solved)}/dossier")
    assert [one["reasons"] for one in read(archive)["left_out.json"]] == [[]]
    assert not_passed(archive) <= {"published_before", "reasons_told"}


def _forget(told: Json) -> None:
    told["left_out.json"].clear()


def _place(told: Json) -> None:
    told["left_out.json"][0]["application_id"] = told["input.json"]["applicants"][0]["application_id"]


def _offer(told: Json) -> None:
    told["release.json"]["offers"].append({"application_id": str(id_of("a")), "booth_codes": ["A01"]})


def _say_nothing(told: Json) -> None:
    told["left_out.json"][0]["reasons"].clear()


def _say_another_day(told: Json) -> None:
    told["left_out.json"][0]["reasons"][0]["data"]["valid_to"] = "2019-01-01"


def _say_it_twice(told: Json) -> None:
    told["left_out.json"] *= 2


FAULTS = [_forget, _place, _offer, _say_nothing, _say_another_day, _say_it_twice]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda each: each.__name__)
async def test_a_planted_fault_is_found(released: Fair, plant: Callable[[Json], None]) -> None:
    archive = await fetch(released, f"runs/{await run_id_of(released)}/dossier")
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    told = {name: json.loads(text) for name, text in content.items() if name.endswith(".json")}
    plant(told)
    changed = content | {name: json.dumps(value).encode() for name, value in told.items()}
    found = {one["code"]: one for one in check_allocation.check(check_allocation.read_case(changed))}
    assert found["left_out_told"]["verdict"] == "failed"
