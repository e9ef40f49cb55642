"""Floor plans over HTTP: published, refused with the rows, drawn."""

from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET  # the drawing is our own

from tests.allocation.conftest import EDITION, Fair, accepted, announced
from tests.harness import Harness

from common.contracts.allocation import FloorPlanPublished
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}/floor-plans"
SVG = "{http://www.w3.org/2000/svg}"


def body(codes: list[str]) -> dict[str, Any]:
    booths = [
        {"booth_code": code, "zone_code": "A", "area_m2": 9, "corner": at == 0, "power_sockets": 1, "x": 3 * at, "y": 0}
        for at, code in enumerate(codes)
    ]
    return {"zones": [{"zone_code": "A", "name": {"vi": "Khu A"}, "kind": "craft_village"}], "booths": booths}


async def test_a_plan_and_its_next_version_are_published_and_told(allocation: Harness):
    await allocation.deliver(announced())
    async with allocation.client(Role.ORGANISER) as client:
        first = await client.post(PATH, json=body(["A1", "A2"]))
        second = await client.post(PATH, json=body(["A1", "A2", "A3"]))
    assert (first.status_code, first.json()["version"], second.json()["version"]) == (201, 1, 2)
    told = await allocation.emitted(FloorPlanPublished)
    assert [(event.version, len(event.booths)) for event in told] == [(1, 2), (2, 3)]
    async with allocation.client() as client:
        shown = (await client.get(f"/allocation/editions/{EDITION}/floor-plan")).json()
    assert [(booth["booth_code"], booth["neighbours"]) for booth in shown["booths"]] == [
        ("A1", ["A2"]),
        ("A2", ["A1", "A3"]),
        ("A3", ["A2"]),
    ]


async def test_a_booth_code_twice_is_refused_naming_the_row_and_nothing_is_stored(allocation: Harness):
    await allocation.deliver(announced())
    async with allocation.client(Role.ORGANISER) as client:
        answer = await client.post(PATH, json=body(["A1", "A2", "A1"]))
        shown = await client.get(f"/allocation/editions/{EDITION}/floor-plan")
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["field"], problem["code"]) == ("booths[2].booth_code", "code_twice")
    assert "A1" in problem["vi"]
    assert shown.status_code == 404
    assert await allocation.emitted() == []


async def test_a_number_out_of_bounds_hides_no_other_mistake(allocation: Harness):
    await allocation.deliver(announced())
    plan = body(["A1", "A2", "A1"])
    plan["booths"][0] |= {"area_m2": -9, "power_sockets": 101}
    plan["booths"][1] |= {"zone_code": "Z", "x": -3}
    async with allocation.client(Role.ORGANISER) as client:
        answer = await client.post(PATH, json=plan)
    assert answer.status_code == 422
    assert {(problem["field"], problem["code"]) for problem in answer.json()["errors"]} == {
        ("booths[0].area_m2", "greater_than"),
        ("booths[0].power_sockets", "less_than_equal"),
        ("booths[1].x", "greater_than_equal"),
        ("booths[1].zone_code", "unknown_zone"),
        ("booths[2].booth_code", "code_twice"),
    }


async def test_a_plan_for_an_edition_nobody_knows_is_not_found(allocation: Harness):
    async with allocation.client(Role.ORGANISER) as client:
        answer = await client.post(f"/allocation/editions/{uuid4()}/floor-plans", json=body(["A1"]))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_name_with_control_characters_or_too_long_names_its_field(allocation: Harness):
    await allocation.deliver(announced())
    wrong = body(["A1"])
    for name in ("Khu\u0007 A", "a" * 5000):
        wrong["zones"][0]["name"]["vi"] = name
        async with allocation.client(Role.ORGANISER) as client:
            answer = await client.post(PATH, json=wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "zones[0].name.vi"


async def test_the_drawing_names_the_holder_of_each_booth_and_is_safe(fair: Fair):
    """A trade name is data: it cannot become markup."""
    vendor = {
        "trade_name": "Cơ sở A&B <script>Đặc sản",
        "vendor_type": "company",
        "province_code": "26",
        "country": "VN",
    }
    await fair.open()
    await fair.harness.deliver(accepted("a", vendor=vendor))
    async with fair.harness.client() as client:
        answer = await client.get(f"/allocation/editions/{EDITION}/floor-plan.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    drawing = ET.fromstring(answer.text)  # noqa: S314  # our own
    titles = [title.text for title in drawing.iter(f"{SVG}title")]
    assert "A02: Cơ sở A&B <script>Đặc sản" in titles
    assert "A01: còn trống" in titles
    described = next(drawing.iter(f"{SVG}desc")).text or ""
    assert "A02 Cơ sở A&B <script>Đặc sản" in described
    assert not list(drawing.iter(f"{SVG}script"))


async def refused(fair: Fair, plan: Any) -> dict[str, str]:
    """Return the mistakes that are told of a plan, code by field; each in both languages."""
    async with fair.harness.client(Role.ORGANISER) as client:
        answer = await client.post(PATH, json=plan)
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    assert all(each["vi"] and each["en"] and each["vi"] != each["en"] for each in errors)
    assert not [each for each in errors if each["vi"] == "Giá trị không hợp lệ."]
    assert len({each["field"] for each in errors}) == len(errors)
    return {each["field"]: each["code"] for each in errors}


async def test_a_wrong_type_hides_no_other_mistake_of_the_plan(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    held = (await fair.place("a")).booth_codes[0]
    plan = body(["A1", "A2", "A1", "A4", "A5"])
    plan["booths"][0] |= {"area_m2": "chín", "power_sockets": 101}
    plan["booths"][1] |= {"zone_code": "Z", "corner": "maybe", "neighbours": ["A2", 7, "A9"]}
    plan["booths"][3] |= {"x": None, "y": -1, "colour": "red"}
    plan["booths"][4] |= {"x": 3}
    del plan["zones"][0]["name"]
    before = await fair.told()
    assert await refused(fair, plan) == {
        "zones[0].name": "missing",
        "booths": "held_booth_missing",
        "booths[0].area_m2": "float_parsing",
        "booths[0].power_sockets": "less_than_equal",
        "booths[1].zone_code": "unknown_zone",
        "booths[1].corner": "bool_parsing",
        "booths[1].neighbours[0]": "unknown_neighbour",
        "booths[1].neighbours[1]": "string_type",
        "booths[1].neighbours[2]": "unknown_neighbour",
        "booths[2].booth_code": "code_twice",
        "booths[3].x": "float_type",
        "booths[3].y": "greater_than_equal",
        "booths[3].colour": "extra_forbidden",
        "booths[4].x": "spot_twice",
    }
    assert await fair.told() == before
    async with fair.harness.client() as client:
        shown = (await client.get(f"/allocation/editions/{EDITION}/floor-plan")).json()
    assert (shown["version"], held in [each["booth_code"] for each in shown["booths"]]) == (1, True)


async def test_nothing_is_said_that_what_could_not_be_read_may_yet_put_right(fair: Fair):
    """The code that is no text may be the zone, the neighbour or the held booth that seems to be missing."""
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    plan = body(["A1", "A2"])
    plan["zones"].append(plan["zones"][0] | {"zone_code": 5})
    plan["booths"][0] |= {"booth_code": 17}
    plan["booths"][1] |= {"zone_code": "B", "neighbours": ["A9"]}
    plan["booths"].append("A3")
    assert await refused(fair, plan) == {
        "zones[1].zone_code": "string_type",
        "booths[0].booth_code": "string_type",
        "booths[2]": "model_attributes_type",
    }
    assert await refused(fair, {**body(["A1", "A1"]), "zones": {}}) == {
        "zones": "tuple_type",
        "booths": "held_booth_missing",
        "booths[1].booth_code": "code_twice",
    }
    assert await refused(fair, {**body([]), "booths": None}) == {"booths": "tuple_type"}
    assert await refused(fair, [1]) == {"body": "model_attributes_type"}


async def test_a_plan_with_a_wrong_type_for_an_edition_nobody_knows_is_not_found(allocation: Harness):
    async with allocation.client(Role.ORGANISER) as client:
        answer = await client.post(f"/allocation/editions/{uuid4()}/floor-plans", json={**body(["A1"]), "zones": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
