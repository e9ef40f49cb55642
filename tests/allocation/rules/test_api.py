"""An edition's own rules over HTTP: put in force, versioned, in the run's input and its dossier, and refused in words."""

import io
import json
import zipfile
from typing import Any

import pytest
from httpx import Response
from tests.allocation.conftest import EDITION, OPTIMAL, PAPER_OF_RELEASE, Fair, accepted, quota, street

from allocation.answers import handlers as answers
from allocation.audit import check_allocation
from allocation.grounds.domain import RunInput, to_plain
from allocation.runs import releasing
from allocation.runs.domain import RunNotReleasableError, RunState
from common.tokens import Role

NAME = {"vi": "Quy định thử", "en": "A rule of a test"}
ADDRESS = f"/allocation/editions/{EDITION}/rules"


def bounds(
    group: str, floor: int | None = None, ceiling: int | None = None, *, required: bool = False
) -> dict[str, Any]:
    return {"group": group, "floor": floor, "ceiling": ceiling, "is_required": required, "name": NAME}


def named(code: str, *groups: str, **changes: Any) -> dict[str, Any]:
    return {"code": code, "groups": groups, "name": NAME, **changes}


async def put(fair: Fair, **rules: Any) -> Response:
    async with fair.harness.client(Role.ORGANISER) as client:
        return await client.put(ADDRESS, json=rules)


async def test_own_rules_are_versions_that_anybody_can_read(fair: Fair):
    await fair.open(**OPTIMAL)
    first = await put(fair, bounds=[bounds("star_class:5", 1)], is_varied=True)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert (await put(fair, bounds=[bounds("star_class:5", 1)], is_varied=True)).json()["version"] == 1
    assert (await put(fair, is_varied=True)).json()["version"] == 2
    async with fair.harness.client() as anybody:
        read = (await anybody.get(ADDRESS)).json()
    assert (read["version"], read["rules"]["is_varied"], read["rules"]["bounds"]) == (2, True, [])


async def test_every_mistake_is_named_by_its_field_and_nothing_is_stored(fair: Fair):
    await fair.open(**OPTIMAL)
    refused = await put(
        fair,
        bounds=[bounds("colour:red", 3, 2), bounds("zone:X", None, 2, required=True)],
        requirements=[named("flame", "product_group:food")],
        reservations=[named("host", "province:26", booth_codes=["A01", "Z99"])],
    )
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == {
        "bounds[0].group",
        "bounds[0].floor",
        "bounds[1].group",
        "bounds[1].floor",
        "requirements[0]",
        "reservations[0].booth_codes",
    }
    async with fair.harness.client() as anybody:
        assert (await anybody.get(ADDRESS)).json()["version"] == 0


@pytest.mark.parametrize(
    "group",
    [
        "province:99",
        "region:the_moon",
        "product_group:fod",
        "star_class:2",
        "vendor_type:shop",
        "need:heat",
        "country:vn",
    ],
)
async def test_a_group_that_nobody_can_be_in_is_a_mistake(fair: Fair, group: str):
    await fair.open(**OPTIMAL)
    refused = await put(fair, priority_classes=[named("first", group, points=5)])
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [
        ("priority_classes[0].groups[0]", "unknown_code")
    ]
    known = await put(fair, priority_classes=[named("first", "country:LA", "country:foreign", "province:01", points=5)])
    assert known.status_code == 200


async def test_a_run_keeps_the_rules_in_force_and_its_dossier_tells_them(fair: Fair):
    await fair.open(street(3), booth_target=3, **OPTIMAL)
    kept = named("host", "province:01", booth_codes=["A02"])
    first = named("first", "province:48", points=300)
    assert (await put(fair, reservations=[kept], priority_classes=[first], is_varied=True)).status_code == 200
    await fair.harness.deliver(
        accepted("a", points=700),
        accepted("b", points=600),
        accepted("c", province="48"),
        accepted("d", province="01", points=1),
    )
    await fair.release()
    run = (await fair.runs())[0]
    assert run.problems == ()
    assert run.result is not None
    held = {name: run.result.placements.get(str((await fair.place(name)).application_id)) for name in "abcd"}
    assert held["d"] == ("A02",)  # nobody else may stand there
    assert held["b"] is None  # 800 points of the class go before 600
    await fair.explain()
    async with fair.harness.client(Role.ORGANISER) as client:
        archive = await client.get(f"/allocation/runs/{run.run_id}/dossier")
        shown = await client.get(f"/allocation/runs/{run.run_id}/public-dossier")
    for content in (archive.content, shown.content):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            verdicts = check_allocation.check(check_allocation.read_dossier(packed))
            told = json.loads(packed.read("edition_rules.json"))
        assert [each["code"] for each in verdicts if each["verdict"] == "failed"] == []
        assert told["reservations"][0]["name"] == NAME


async def test_who_cooks_and_who_comes_for_the_first_time_is_what_registration_told_of_each(fair: Fair):
    await fair.open([*street(2), *street(2, "B")], booth_target=4, **OPTIMAL)
    flame = named("flame", "need:cooking", zone_codes=["B"])
    floor = bounds("first_timer:yes", 2, required=True)
    assert (await put(fair, bounds=[floor], requirements=[flame])).status_code == 200
    await fair.harness.deliver(
        accepted("a", cooking=True, zones=["A"]),
        accepted("b", points=900),
        accepted("c", points=900),
        accepted("d", points=900),
        accepted("e", points=1, is_first_event=True, cooking=True, zones=["A"]),  # a wish, and the rule is hard
        accepted("f", points=1, is_first_event=True),
    )
    await fair.release()
    held = {name: (await fair.place(name)).booth_codes for name in "abcdef"}
    assert [len(held[name]) for name in "ef"] == [1, 1]
    assert held["e"][0][0] == "B"
    assert held["a"] == ()  # the required floor goes before its points
    run = (await fair.runs())[0]
    await fair.explain()
    async with fair.harness.client(Role.ORGANISER) as client:
        archive = await client.get(f"/allocation/runs/{run.run_id}/dossier")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        verdicts = check_allocation.check(check_allocation.read_dossier(packed))
    assert [each["code"] for each in verdicts if each["verdict"] == "failed"] == []


async def test_after_the_release_a_swap_keeps_the_rules_too(fair: Fair):
    await fair.open(street(2), booth_target=2, **OPTIMAL)
    kept = named("host", "province:01", booth_codes=["A02"])
    assert (await put(fair, reservations=[kept])).status_code == 200
    await fair.harness.deliver(accepted("a"), accepted("d", province="01"))
    await fair.release()
    for name in "ad":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    assert (await fair.place("d")).booth_codes == ("A02",)
    async with fair.harness.client(Role.ORGANISER) as client:
        entry = {"booth_code": "A01", "other_booth_code": "A02"}
        refused = await client.post(f"/allocation/editions/{EDITION}/swaps", json=entry)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_swappable")
    assert "reservation host" in refused.json()["detail"]


async def test_other_rules_before_the_release_start_the_run_anew_and_after_it_are_refused(fair: Fair):
    await fair.open(street(2), booth_target=2, **OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.close()
    await fair.solve()
    assert (await put(fair, bounds=[bounds("province:26", None, 1)])).status_code == 200
    run = await fair.solve()
    assert [each.state for each in await fair.runs()] == [RunState.SUPERSEDED, RunState.COMPLETED]
    assert (run.placed, run.input.rules.version) == (1, 1)
    await fair.explain()
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    refused = await put(fair, is_varied=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "edition_not_ready")


async def test_rules_that_clash_are_told_in_words_the_fewest_that_do(fair: Fair):
    await fair.open(street(4), quotas=[quota("province:26", ceiling=1), quota("province:01", ceiling=4)], **OPTIMAL)
    assert (await put(fair, bounds=[bounds("star_class:4", 3, required=True)])).status_code == 200
    await fair.harness.deliver(*(accepted(name) for name in "abcd"))
    await fair.close()
    run = await fair.solve()
    assert run.result is not None
    assert run.result.clash == ("ceiling:province:26", "floor:star_class:4")
    async with fair.harness.client(Role.ORGANISER) as client:
        clash = (await client.get(f"/allocation/runs/{run.run_id}")).json()["clash"]
    assert [each["code"] for each in clash] == ["ceiling:province:26", "floor:star_class:4"]
    assert "tỉnh Vĩnh Phúc" in clash[0]["vi"]
    assert clash[1]["en"].endswith(NAME["en"])
    with pytest.raises(RunNotReleasableError):
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)


def test_an_edition_without_own_rules_has_the_digest_it_always_had():
    given = RunInput(1, {}, (), (), ())
    assert to_plain(given) == {"target": 1, "zone_capacities": {}, "bounds": (), "booths": (), "applicants": ()}
