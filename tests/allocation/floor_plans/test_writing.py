"""The plan as others read it: GeoJSON, a workbook, a drawing that is a list, and versions compared."""

import io
from dataclasses import replace
from itertools import pairwise
from math import cos, radians
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook
from tests.allocation.conftest import EDITION, Fair, accepted, street

from allocation.floor_plans.domain import FloorPlan, PlannedBooth, Zone
from allocation.floor_plans.writing import Origin, to_geojson

PATH = f"/allocation/editions/{EDITION}/floor-plan"
SVG = "{http://www.w3.org/2000/svg}"


async def fetch(fair: Fair, path: str, **query: int) -> Any:
    async with fair.harness.client() as client:
        answer = await client.get(f"{PATH}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
async def held(fair: Fair) -> Fair:
    """Two versions: the second without A04, and A03 without power; a holds a booth."""
    await fair.open(street(4))
    await fair.harness.deliver(accepted("a"))
    one, two, three, _ = street(4)
    await fair.publish([one, two, replace(three, power_sockets=0)])
    return fair


def area_m2(ring: list[list[float]]) -> float:
    """Return the signed area of a ring, positive where it runs counterclockwise."""
    scale = 111_320.0 * 111_320.0 * cos(radians(ring[0][1]))
    pairs = pairwise(ring)
    return (
        sum((a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1]) for a, b in pairs)
        / 2
        * scale
    )


async def test_each_booth_is_a_closed_counterclockwise_polygon_of_its_size_with_its_holder(held: Fair):
    answer = await fetch(held, ".geojson")
    assert answer.headers["content-type"].startswith("application/geo+json")
    found = answer.json()
    assert [each["id"] for each in found["features"]] == ["A01", "A02", "A03"]
    for each in found["features"]:
        (ring,) = each["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert area_m2(ring) == pytest.approx(9, abs=0.3)
    names = [each["properties"]["trade_name"] for each in found["features"]]
    assert sorted(name for name in names if name) == ["HTX a"]


@pytest.mark.parametrize(
    ("bearing", "east", "north"), [(90.0, 100.0, -10.0), (0.0, 10.0, 100.0), (180.0, -10.0, -100.0)]
)
def test_x_goes_where_the_street_goes_and_y_to_the_right_of_it(bearing: float, east: float, north: float):
    plan = FloorPlan(
        EDITION, EDITION, 1, (Zone("A", "Khu A", None, "x"),), (PlannedBooth("A1", "A", 9, False, 1, 100, 10),)
    )
    found = to_geojson(plan, "x", {}, Origin(105.8, 21.0, bearing))
    longitude, latitude = found["features"][0]["geometry"]["coordinates"][0][0]
    assert (longitude - 105.8) * 111_320 * cos(radians(21)) == pytest.approx(east, abs=0.1)
    assert (latitude - 21.0) * 111_320 == pytest.approx(north, abs=0.1)


async def test_the_workbook_has_booths_holders_zones_and_what_changed(held: Fair):
    book = load_workbook(io.BytesIO((await fetch(held, ".xlsx")).content))
    booths = [row[0].value for row in book["Gian hàng"].iter_rows(min_row=2)]
    assert booths == ["A01", "A02", "A03"]
    assert "HTX a" in [row[8].value for row in book["Gian hàng"].iter_rows(min_row=2)]
    assert [cell.value for cell in book["Khu"][2]] == ["A", "Khu A", None, 3, 1]
    changes = {(row[0].value, row[1].value) for row in book["Thay đổi"].iter_rows(min_row=2)}
    assert changes == {("A03", "sửa"), ("A04", "bỏ")}
    assert str(book["Gian hàng"].page_setup.paperSize) == "8"


async def test_two_versions_are_compared_booth_by_booth(held: Fair):
    told = (await fetch(held, "-changes", before=1, after=2)).json()
    assert [(each["booth_code"], each["kind"]) for each in told] == [("A03", "changed"), ("A04", "removed")]
    assert {each["field"]: (each["before"], each["after"]) for each in told[0]["fields"]}["power_sockets"] == ("1", "0")
    assert [each["kind"] for each in (await fetch(held, "-changes", before=2, after=1)).json()] == ["changed", "added"]
    async with held.harness.client() as client:
        assert (await client.get(f"{PATH}-changes", params={"before": 1, "after": 9})).status_code == 404


async def test_the_drawing_is_a_list_of_booths_to_a_reader_of_screens_and_prints_on_a3(held: Fair):
    drawn = (await fetch(held, ".svg")).text
    root = ET.fromstring(drawn)  # noqa: S314  # our own drawing
    (items,) = [each for each in root.iter(f"{SVG}g") if each.get("role") == "list"]
    assert [str(each.get("aria-label"))[:3] for each in items] == ["A01", "A02", "A03"]
    assert root.get("role") != "img"  # a picture would hide the list
    assert "size:A3 landscape" in drawn
