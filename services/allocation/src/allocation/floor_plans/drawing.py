"""The street as SVG: two sides and the way between them, stretch by stretch, with legend and list."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from allocation.floor_plans import labels, listing
from allocation.floor_plans.domain import FloorPlan, Zone, count_by_zone
from allocation.floor_plans.folding import Box, Stretch, fold

MARGIN = 24.0
HEAD = 100.0
MOST_NARROW = 640.0
LEGEND_ROW = 26.0
SMALLEST = 4.2
"""Size of the letters of a word that would else not fit into its booth."""
CODE = 11.0
"""How far down a booth the foot of its code is; its holder's name has the room below."""
LEADING = 0.8
TOUCHING = 0.5
"""Pixels that booths beside each other may be apart."""
MOST_BOLTS = 3
BOLT = "h2.6l-1.3 2h1.7l-3.2 3.6.8-2.7h-1.5z"
"""The sign of a socket, from its upper left corner."""
COLOURS = ("#f2b6a0", "#a9d5b5", "#f5dd90", "#b9c8ea", "#d9b8e0", "#9fd9dc", "#e6c7a1", "#cfd8a0")
STYLE = (
    "text{font-family:'Noto Sans','DejaVu Sans',Arial,sans-serif;fill:#22211f}"
    ".code{font-size:10px;text-anchor:middle;font-weight:600}"
    ".name{text-anchor:middle}.sockets{font-size:6.5px;text-anchor:middle}"
    ".way{fill:#eceae4}.walk{font-size:12px;fill:#8b867a;letter-spacing:6px;text-anchor:middle}"
    f".list text{{font-size:{listing.SIZE}px}}.list .legend{{font-size:13px}}.bolt{{fill:#22211f}}"
    ".legend{font-size:13px}.head{font-size:20px;font-weight:700}.sub{font-size:13px;fill:#5d5950}"
)


def draw(plan: FloorPlan, name: str, holders: Mapping[str, str]) -> str:
    """Return the drawing; ``holders`` are trade names by booth code. A text of all booths is its description."""
    colours = {zone.zone_code: COLOURS[number % len(COLOURS)] for number, zone in enumerate(plan.zones)}
    stretches = fold(plan.booths)
    width = max(MOST_NARROW, *(stretch.width for stretch in stretches)) + 2 * MARGIN
    legend_top = HEAD + sum(stretch.height + MARGIN for stretch in stretches)
    list_top = legend_top + LEGEND_ROW * (ceil(len(plan.zones) / 2) + 1) + MARGIN / 2
    listed = listing.list_holders(holders, width - 2 * MARGIN)
    height = list_top + listed.height + MARGIN
    summary = f"Sơ đồ gian hàng, bản {plan.version} · {len(plan.booths)} gian, {len(holders)} gian đã có chủ thể"
    body = [
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fbfaf7"/>',
        *(
            f'<text class="head" x="{MARGIN}" y="{30 + 24 * number}">{escape(line)}</text>'
            for number, line in enumerate(wrap(name, int(width / 13.5))[:2])
        ),
        f'<text class="sub" x="{MARGIN}" y="78">{summary}</text>',
    ]
    top = HEAD
    for stretch in stretches:
        body += _draw_stretch(stretch, top, colours, holders)
        top += stretch.height + MARGIN
    body += _draw_legend(plan, colours, legend_top, width)
    body += listed.draw(MARGIN, list_top)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="graphics-document document" lang="vi" '
        f'aria-labelledby="plan-title plan-text"><title id="plan-title">Sơ đồ gian hàng: {escape(name)}</title>'
        f'<desc id="plan-text">{escape(_describe(plan, holders))}</desc><style>{STYLE}{_paper(width, height)}</style>{"".join(body)}</svg>'
    )


def _paper(width: float, height: float) -> str:
    """Return how the drawing is printed: on one A3, the way round on which it is larger."""
    way, most = ("portrait", 400) if height > width else ("landscape", 277)
    return (
        f"@page{{size:A3 {way};margin:10mm}}"
        f"@media print{{svg{{width:100%;height:auto;max-height:{most}mm;print-color-adjust:exact}}}}"
    )


def _draw_stretch(
    stretch: Stretch, top: float, colours: Mapping[str, str], holders: Mapping[str, str]
) -> Iterator[str]:
    yield (
        f'<rect class="way" x="{MARGIN - 8:.1f}" y="{top - 6:.1f}" '
        f'width="{stretch.width + 16:.1f}" height="{stretch.height + 12:.1f}" rx="6"/>'
    )
    if stretch.height > 3 * stretch.boxes[0].side:
        middle = MARGIN + stretch.width / 2
        yield f'<text class="walk" x="{middle:.1f}" y="{top + stretch.height / 2 + 4:.1f}">LỐI ĐI</text>'
    yield '<g role="list" aria-label="Gian hàng">'
    for box in stretch.boxes:
        yield _draw_booth(box, top, colours[box.booth.zone_code], holders.get(box.booth.booth_code))
    yield '</g><g aria-hidden="true">'
    for boxes in _held_together(stretch.boxes, holders):
        yield from _draw_holder(boxes, top, colours[boxes[0].booth.zone_code], holders[boxes[0].booth.booth_code])
    yield "</g>"


def _draw_booth(box: Box, top: float, colour: str, holder: str | None) -> str:
    booth, x, y, size = box.booth, MARGIN + box.x + 1, top + box.y + 1, box.side - 2
    told = f"{booth.booth_code}: {holder or 'còn trống'}"
    look = (
        f'fill="{colour}" stroke="#7d786d" stroke-width=".8"'
        if holder
        else f'fill="#fff" stroke="{colour}" stroke-width="2"'
    )
    corner = f'<path d="M{x:.1f} {y:.1f}h8l-8 8z" fill="#7a1b15"/>' if booth.corner else ""
    sockets = f"; {booth.power_sockets} ổ cắm điện" if booth.power_sockets else "; không có ổ cắm điện"
    middle, bolts = x + size / 2, min(booth.power_sockets, MOST_BOLTS)
    smaller = ' style="font-size:9px"' if bolts > 1 else ""
    return (
        f'<g role="listitem" aria-label={quoteattr(told + sockets)}>'
        f"<title>{escape(told)}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" rx="2" {look}/>{corner}'
        f'<text class="code" x="{middle - 1.6 * bolts:.1f}" y="{y + CODE:.1f}"{smaller}>{escape(booth.booth_code)}</text>'
        f"{_draw_sockets(booth.power_sockets, x + size - 5, y + 1)}</g>"
    )


def _held_together(boxes: Sequence[Box], holders: Mapping[str, str]) -> list[list[Box]]:
    """Return the booths of each holder that are drawn side by side: they have its name once, over all of them."""
    runs: list[list[Box]] = []
    for box in sorted(boxes, key=lambda each: (each.y, each.x)):
        holder = holders.get(box.booth.booth_code)
        last = runs[-1][-1] if runs else None
        if holder is None:
            continue
        if last is not None and holders[last.booth.booth_code] == holder and _touch(last, box):
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs


def _touch(one: Box, other: Box) -> bool:
    return one.y == other.y and abs(one.x + one.side - other.x) < TOUCHING


def _draw_holder(boxes: Sequence[Box], top: float, colour: str, holder: str) -> Iterator[str]:
    """Yield a name at the foot of a holder's booths, and what joins them, so that it is seen to be one."""
    first, size = boxes[0], boxes[0].side - 2
    x, y = MARGIN + first.x + 1, top + first.y + 1
    for box in boxes[1:]:
        left = MARGIN + box.x - 1.4
        yield f'<rect x="{left:.1f}" y="{y + CODE + 2:.1f}" width="2.8" height="{size - CODE - 4:.1f}" fill="{colour}"/>'
    wide = boxes[-1].x - first.x + size
    named = labels.label(holder, wide - 1)
    step = named.size + LEADING
    room = size - CODE - 1
    foot = y + CODE + 1 + (room - len(named.lines) * step) / 2
    for number, line in enumerate(named.lines, start=1):
        fits = min(named.size, max(SMALLEST, (wide - 1) / labels.width(line)))
        yield (
            f'<text class="name" style="font-size:{fits:.1f}px" x="{x + wide / 2:.1f}" '
            f'y="{foot + number * step - 1.6:.1f}">{escape(line)}</text>'
        )


def _draw_sockets(count: int, x: float, y: float) -> str:
    """Return a bolt for each socket, one beside the other; of many one bolt and their number."""
    if count > MOST_BOLTS:
        told = f'<text class="sockets" x="{x - 3:.1f}" y="{y + 6:.1f}">{count}</text>'
        return f'<path class="bolt" d="M{x:.1f} {y:.1f}{BOLT}"/>{told}'
    return "".join(f'<path class="bolt" d="M{x - 3.4 * number:.1f} {y:.1f}{BOLT}"/>' for number in range(count))


def _draw_legend(plan: FloorPlan, colours: Mapping[str, str], top: float, width: float) -> Iterator[str]:
    counts = count_by_zone(plan.booths)
    for number, zone in enumerate(plan.zones):
        x, y = MARGIN + (number % 2) * (width - 2 * MARGIN) / 2, top + number // 2 * LEGEND_ROW
        label = f"{zone.zone_code} · {zone.name_vi} ({counts[zone.zone_code]} gian)"
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="18" height="18" rx="3" fill="{colours[zone.zone_code]}"/>'
        yield f'<text class="legend" x="{x + 26:.1f}" y="{y + 14:.1f}">{escape(_short(label, 60))}</text>'
    y = top + ceil(len(plan.zones) / 2) * LEGEND_ROW
    yield f'<path class="bolt" transform="translate({MARGIN + 4:.1f} {y + 1:.1f}) scale(2.4)" d="M0 0{BOLT}"/>'
    yield (
        f'<text class="legend" x="{MARGIN + 26}" y="{y + 14:.1f}">mỗi tia là một ổ cắm điện · ô tô màu: đã có chủ thể · '
        "ô trắng: còn trống · góc đỏ: gian góc</text>"
    )


def _describe(plan: FloorPlan, holders: Mapping[str, str]) -> str:
    """Return the plan as text, zone by zone: every booth with its holder."""
    return "\n".join(_describe_zone(zone, plan, holders) for zone in plan.zones)


def _describe_zone(zone: Zone, plan: FloorPlan, holders: Mapping[str, str]) -> str:
    mine = sorted(booth.booth_code for booth in plan.booths if booth.zone_code == zone.zone_code)
    return f"{zone.name_vi}: " + "; ".join(f"{code} {holders.get(code, 'còn trống')}" for code in mine) + "."


def _short(text: str | None, most: int) -> str:
    text = text or ""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
