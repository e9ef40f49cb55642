"""Who is accepted and has nothing eligible left: in the dossier with its reason, explained, and checked."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from tests.allocation.conftest import Fair, accepted, id_of, street, vendor_of
from tests.allocation.dossiers.test_api import fetch, not_passed, read, release_newest, run_id_of
from tests.allocation.lapses.test_handlers import OPTIMAL, lapsed

from allocation.audit import check_allocation
from common.tokens import Role

Json = dict[str, Any]


@pytest.fixture
async def released(fair: Fair) -> Fair:
    """Four booths, three accepted, of whom one has nothing eligible on the dates of the fair."""
    await fair.open(street(4), **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=700) for name in "abc"), lapsed("a", 0))
    await fair.close()
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    return fair


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
