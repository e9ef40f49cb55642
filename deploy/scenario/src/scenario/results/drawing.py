"""Draws the street from the published plan as SVG, in stretches that fit a narrow screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from scenario.doors.system import Json
from scenario.results.folding import Followed

COLOURS = ("#c8553d", "#588157", "#d9a441", "#7a5c8e", "#3a7ca5", "#b56576", "#6c757d", "#2a9d8f")
STRETCH_METRES = 38.0
SCALE = 10.0
SIDE = 26.0
ROAD = 64.0
ALLEY = 20.0
MARGIN = 14.0


@dataclass(frozen=True)
class ZoneLabel:
    code: str
    name_vi: str
    name_en: str
    colour: str
    booths: int


def zone_labels(plan: Json) -> list[ZoneLabel]:
    """Return the zones with their colours, in the plan's order."""
    return [
        ZoneLabel(
            zone["zone_code"],
            zone["name"]["vi"],
            zone["name"].get("en") or "",
            COLOURS[place % len(COLOURS)],
            sum(booth["zone_code"] == zone["zone_code"] for booth in plan["booths"]),
        )
        for place, zone in enumerate(plan["zones"])
    ]


def draw_street(plan: Json, holders: Mapping[str, Followed]) -> list[str]:
    """Return one SVG per stretch of the street; each booth leads to its holder's story on the page."""
    colours = {label.code: label.colour for label in zone_labels(plan)}
    far = max(booth["x"] for booth in plan["booths"])
    rows = sorted({booth["y"] for booth in plan["booths"]})
    gap = ROAD if len(rows) == 2 else ALLEY
    tops = {y: MARGIN + place * (SIDE + gap) for place, y in enumerate(rows)}
    stretches: list[str] = []
    first = 0.0
    while first <= far:
        inside = [booth for booth in plan["booths"] if first <= booth["x"] < first + STRETCH_METRES]
        shapes = [
            _booth(booth, MARGIN + (booth["x"] - first) * SCALE, tops[booth["y"]], colours, holders) for booth in inside
        ]
        stretches.append(_frame(shapes, first, min(first + STRETCH_METRES, far + 3), max(tops.values()) + SIDE))
        first += STRETCH_METRES
    return stretches


def _frame(shapes: list[str], first: float, last: float, bottom: float) -> str:
    width, height = STRETCH_METRES * SCALE + 2 * MARGIN, bottom + MARGIN
    top = MARGIN + SIDE
    road = (
        f'<rect x="0" y="{top:g}" width="{width:g}" height="{ROAD:g}" class="road"/>'
        f'<text x="{width / 2:g}" y="{top + ROAD / 2 + 5:g}" class="street">{first:.0f}-{last:.0f} m</text>'
        if bottom == MARGIN + 2 * SIDE + ROAD
        else ""
    )
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="Đoạn phố {first:.0f}-{last:.0f} m">'
        f"{road}{''.join(shapes)}</svg>"
    )


def _booth(booth: Json, left: float, top: float, colours: Mapping[str, str], holders: Mapping[str, Followed]) -> str:
    code = booth["booth_code"]
    holder = holders.get(code)
    title = f"{code}: {holder.trade_name}" if holder else f"{code}: trống / free"
    shade = "" if holder else ' fill-opacity="0.35"'
    corner = ' stroke="#222" stroke-width="1.6"' if booth["corner"] else ""
    colour = colours[booth["zone_code"]]
    shape = (
        f"<g><title>{escape(title)}</title>"
        f'<rect x="{left:g}" y="{top:g}" width="28" height="{SIDE:g}" rx="3" fill="{colour}"{shade}{corner}/>'
        f'<text x="{left + 14:g}" y="{top + SIDE / 2 + 4:g}" class="code">{escape(code)}</text></g>'
    )
    return f'<a href="#a-{holder.application_id}">{shape}</a>' if holder else shape
