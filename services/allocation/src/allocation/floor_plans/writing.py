"""Writes a plan as GeoJSON (RFC 7946): each booth a polygon in WGS 84, each with its holder.

A plan is measured in metres from its corner: x along the street, y to the right of it. The corner's longitude and
latitude, and the street's bearing, are settings; at the size of a street the earth is taken as flat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import Any

from allocation.floor_plans.domain import FloorPlan, PlannedBooth

METRES_OF_A_DEGREE = 111_320.0
"""Metres of a degree of latitude; of longitude times the cosine of the latitude."""
DIGITS = 7


@dataclass(frozen=True)
class Origin:
    """Where a plan's corner lies, in degrees, and where its x goes: clockwise from north, 90 is east."""

    longitude: float
    latitude: float
    bearing: float


def to_geojson(plan: FloorPlan, name: str, holders: Mapping[str, str], origin: Origin) -> dict[str, Any]:
    """Return a feature collection; ``holders`` are trade names by booth code."""
    zones = {zone.zone_code: zone.name_vi for zone in plan.zones}
    return {
        "type": "FeatureCollection",
        "name": name,
        "floor_plan_version": plan.version,
        "origin": {"longitude": origin.longitude, "latitude": origin.latitude, "bearing": origin.bearing},
        "features": [
            {
                "type": "Feature",
                "id": booth.booth_code,
                "geometry": {"type": "Polygon", "coordinates": [_ring(booth, origin)]},
                "properties": {
                    "booth_code": booth.booth_code,
                    "zone_code": booth.zone_code,
                    "zone_name": zones.get(booth.zone_code),
                    "area_m2": booth.area_m2,
                    "corner": booth.corner,
                    "power_sockets": booth.power_sockets,
                    "trade_name": holders.get(booth.booth_code),
                },
            }
            for booth in sorted(plan.booths, key=lambda each: each.booth_code)
        ],
    }


def _ring(booth: PlannedBooth, origin: Origin) -> list[list[float]]:
    """Return the booth's corners, counterclockwise seen from above, the first one twice."""
    side = sqrt(booth.area_m2)
    corners = [(0.0, 0.0), (0.0, side), (side, side), (side, 0.0), (0.0, 0.0)]
    return [_place(booth.x + right, booth.y + down, origin) for right, down in corners]


def _place(x: float, y: float, origin: Origin) -> list[float]:
    angle = radians(origin.bearing)
    east = x * sin(angle) + y * sin(angle + radians(90))
    north = x * cos(angle) + y * cos(angle + radians(90))
    longitude = origin.longitude + east / (METRES_OF_A_DEGREE * cos(radians(origin.latitude)))
    return [round(longitude, DIGITS), round(origin.latitude + north / METRES_OF_A_DEGREE, DIGITS)]
