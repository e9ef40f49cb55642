"""The street as SVG: two sides and the way between them, folded into stretches that fit a page or a screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from xml.sax.saxutils import escape, quoteattr

from allocation.floor_plans.domain import FloorPlan, PlannedBooth, Zone, count_by_zone

SCALE = 13.0
"""Pixels of a metre."""
STRETCH = 72.0
"""Most metres of the street on one line."""
MARGIN = 24.0
HEAD = 74.0
LEGEND_ROW = 26.0
COLOURS = ("#f2b6a0", "#a9d5b5", "#f5dd90", "#b9c8ea", "#d9b8e0", "#9fd9dc", "#e6c7a1", "#cfd8a0")
STYLE = (
    "text{font-family:'Noto Sans','DejaVu Sans',Arial,sans-serif;fill:#22211f}"
    ".code{font-size:10px;text-anchor:middle;font-weight:600}.name{font-size:6.5px;text-anchor:middle}"
    ".free{fill:#fff}.way{fill:#eceae4}.walk{font-size:12px;fill:#8b867a;letter-spacing:6px;text-anchor:middle}"
    ".legend{font-size:13px}.head{font-size:20px;font-weight:700}.sub{font-size:13px;fill:#5d5950}"
)


@dataclass(frozen=True)
class Stretch:
    """A part of the street on a line of its own; ``left`` in metres, ``top`` in pixels."""

    booths: Sequence[PlannedBooth]
    left: float
    top: float


def draw(plan: FloorPlan, name: str, holders: Mapping[str, str]) -> str:
    """Return the drawing; ``holders`` are trade names by booth code. A text of all booths is its description."""
    colours = {zone.zone_code: COLOURS[number % len(COLOURS)] for number, zone in enumerate(plan.zones)}
    deep = max(booth.y + _side(booth) for booth in plan.booths) - min(booth.y for booth in plan.booths)
    stretches = list(_fold(plan.booths, deep))
    legend_top = HEAD + len(stretches) * (deep * SCALE + MARGIN)
    width = STRETCH * SCALE + 2 * MARGIN
    height = legend_top + LEGEND_ROW * (ceil(len(plan.zones) / 2) + 1) + MARGIN
    summary = f"Sơ đồ gian hàng, bản {plan.version} · {len(plan.booths)} gian, {len(holders)} gian đã có chủ thể"
    body = [
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fbfaf7"/>',
        f'<text class="head" x="{MARGIN}" y="34">{escape(_short(name, 86))}</text>',
        f'<text class="sub" x="{MARGIN}" y="56">{summary}</text>',
        *(shape for stretch in stretches for shape in _draw_stretch(stretch, deep, colours, holders)),
        *_draw_legend(plan, colours, legend_top),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" lang="vi" '
        f'aria-labelledby="plan-title plan-text"><title id="plan-title">Sơ đồ gian hàng: {escape(name)}</title>'
        f'<desc id="plan-text">{escape(_describe(plan, holders))}</desc><style>{STYLE}</style>{"".join(body)}</svg>'
    )


def _fold(booths: Sequence[PlannedBooth], deep: float) -> Iterator[Stretch]:
    """Cut the street between booths into stretches of about one length."""
    columns = sorted({booth.x for booth in booths})
    length = columns[-1] - columns[0] + _side(booths[0])
    count = max(1, ceil(length / (STRETCH - 2 * _side(booths[0]))))
    for number in range(count):
        start, end = (columns[0] + length * part / count for part in (number, number + 1))
        mine = [booth for booth in booths if start <= booth.x < end]
        if mine:
            yield Stretch(mine, min(booth.x for booth in mine), HEAD + number * (deep * SCALE + MARGIN))


def _draw_stretch(
    stretch: Stretch, deep: float, colours: Mapping[str, str], holders: Mapping[str, str]
) -> Iterator[str]:
    first = min(booth.y for booth in stretch.booths)
    right = max(booth.x + _side(booth) for booth in stretch.booths)
    middle = MARGIN + (right - stretch.left) * SCALE / 2
    yield (
        f'<rect class="way" x="{MARGIN - 8:.1f}" y="{stretch.top:.1f}" '
        f'width="{(right - stretch.left) * SCALE + 16:.1f}" height="{deep * SCALE:.1f}" rx="4"/>'
    )
    if deep > 3 * _side(stretch.booths[0]):
        yield f'<text class="walk" x="{middle:.1f}" y="{stretch.top + deep * SCALE / 2 + 4:.1f}">LỐI ĐI</text>'
    for booth in stretch.booths:
        x, y = MARGIN + (booth.x - stretch.left) * SCALE, stretch.top + (booth.y - first) * SCALE
        yield _draw_booth(booth, x, y, colours[booth.zone_code], holders.get(booth.booth_code))


def _draw_booth(booth: PlannedBooth, x: float, y: float, colour: str, holder: str | None) -> str:
    size = _side(booth) * SCALE - 2
    told = f"{booth.booth_code}: {holder or 'còn trống'}"
    fill = f'fill="{colour}"' if holder else 'class="free"'
    corner = f'<path d="M{x:.1f} {y:.1f}h8l-8 8z" fill="#7a1b15"/>' if booth.corner else ""
    name = (
        f'<text class="name" x="{x + size / 2:.1f}" y="{y + size - 6:.1f}">{escape(_short(holder, 10))}</text>'
        if holder
        else ""
    )
    return (
        f"<g aria-label={quoteattr(told)}><title>{escape(told)}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" rx="2" {fill} stroke="{colour}" '
        f'stroke-width="2"/>{corner}<text class="code" x="{x + size / 2:.1f}" y="{y + size / 2:.1f}">'
        f"{escape(booth.booth_code)}</text>{name}</g>"
    )


def _draw_legend(plan: FloorPlan, colours: Mapping[str, str], top: float) -> Iterator[str]:
    counts = count_by_zone(plan.booths)
    for number, zone in enumerate(plan.zones):
        x, y = MARGIN + (number % 2) * STRETCH * SCALE / 2, top + number // 2 * LEGEND_ROW
        label = f"{zone.zone_code} · {zone.name_vi} ({counts[zone.zone_code]} gian)"
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="18" height="18" rx="3" fill="{colours[zone.zone_code]}"/>'
        yield f'<text class="legend" x="{x + 26:.1f}" y="{y + 14:.1f}">{escape(_short(label, 60))}</text>'
    y = top + ceil(len(plan.zones) / 2) * LEGEND_ROW
    yield (
        f'<text class="legend" x="{MARGIN}" y="{y + 14:.1f}">Ô tô màu: đã có chủ thể · ô trắng: còn trống · '
        "góc đỏ: gian góc · tên đầy đủ khi đưa con trỏ vào gian</text>"
    )


def _describe(plan: FloorPlan, holders: Mapping[str, str]) -> str:
    """Return the plan as text, zone by zone: every booth with its holder."""
    return "\n".join(_describe_zone(zone, plan, holders) for zone in plan.zones)


def _describe_zone(zone: Zone, plan: FloorPlan, holders: Mapping[str, str]) -> str:
    mine = sorted(booth.booth_code for booth in plan.booths if booth.zone_code == zone.zone_code)
    return f"{zone.name_vi}: " + "; ".join(f"{code} {holders.get(code, 'còn trống')}" for code in mine) + "."


def _side(booth: PlannedBooth) -> float:
    return sqrt(booth.area_m2)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
