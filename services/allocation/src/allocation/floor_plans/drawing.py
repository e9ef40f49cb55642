"""The street as SVG: two sides and the way between them, folded into stretches that fit a page or a screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from math import ceil, sqrt
from textwrap import wrap
from unicodedata import combining, normalize
from xml.sax.saxutils import escape, quoteattr

from allocation.floor_plans.domain import FloorPlan, PlannedBooth, Zone, count_by_zone

SCALE = 13.0
"""Pixels of a metre."""
STRETCH = 75.0
"""Most metres of the street on one line."""
MARGIN = 24.0
HEAD = 100.0
WIDEST_WAY = 2.2
"""Most steps from row to row, in booths: a wide street is drawn narrower than it is."""
MOST_NARROW = 640.0
LEGEND_ROW = 26.0
NAME_SIZE = 6.5
WIDE, NARROW = frozenset("mwMW…@%&"), frozenset("fijltrI.,:;'()|- ")
"""Letters that are set wider or narrower than others in the faces that the plan asks for."""
SAYING_LITTLE = frozenset(
    [
        "công",
        "ty",
        "cổ",
        "phần",
        "cp",
        "tnhh",
        "mtv",
        "htx",
        "hợp",
        "tác",
        "xã",
        "tổ",
        "hộ",
        "kinh",
        "doanh",
        "cơ",
        "sở",
        "sản",
        "xuất",
        "sx",
        "doanh",
        "nghiệp",
        "tư",
        "nhân",
        "dịch",
        "vụ",
        "nông",
        "thương",
        "mại",
        "và",
        "chế",
        "biến",
        "-",
        "&",
    ]
)
"""Words with which names of vendors begin and which tell nobody apart."""
COLOURS = ("#f2b6a0", "#a9d5b5", "#f5dd90", "#b9c8ea", "#d9b8e0", "#9fd9dc", "#e6c7a1", "#cfd8a0")
STYLE = (
    "text{font-family:'Noto Sans','DejaVu Sans',Arial,sans-serif;fill:#22211f}"
    ".code{font-size:10px;text-anchor:middle;font-weight:600}"
    f".name{{font-size:{NAME_SIZE}px;text-anchor:middle}}"
    ".way{fill:#eceae4}.walk{font-size:12px;fill:#8b867a;letter-spacing:6px;text-anchor:middle}"
    "@page{size:A3 landscape;margin:10mm}@media print{svg{width:100%;height:auto;max-height:277mm}}"
    ".legend{font-size:13px}.head{font-size:20px;font-weight:700}.sub{font-size:13px;fill:#5d5950}"
)


@dataclass(frozen=True)
class Box:
    """A booth as drawn, in pixels from the left and top of its stretch."""

    booth: PlannedBooth
    x: float
    y: float
    side: float


@dataclass(frozen=True)
class Stretch:
    """A part of the street on a line of its own, in pixels."""

    boxes: Sequence[Box]
    width: float
    height: float


def draw(plan: FloorPlan, name: str, holders: Mapping[str, str]) -> str:
    """Return the drawing; ``holders`` are trade names by booth code. A text of all booths is its description."""
    colours = {zone.zone_code: COLOURS[number % len(COLOURS)] for number, zone in enumerate(plan.zones)}
    stretches = _fold(plan.booths)
    width = max(MOST_NARROW, *(stretch.width for stretch in stretches)) + 2 * MARGIN
    legend_top = HEAD + sum(stretch.height + MARGIN for stretch in stretches)
    height = legend_top + LEGEND_ROW * (ceil(len(plan.zones) / 2) + 1) + MARGIN
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
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="graphics-document document" lang="vi" '
        f'aria-labelledby="plan-title plan-text"><title id="plan-title">Sơ đồ gian hàng: {escape(name)}</title>'
        f'<desc id="plan-text">{escape(_describe(plan, holders))}</desc><style>{STYLE}</style>{"".join(body)}</svg>'
    )


def _fold(booths: Sequence[PlannedBooth]) -> list[Stretch]:
    """Cut the street into stretches of about one length; a way wider than two booths is drawn narrower."""
    columns = sorted({booth.x for booth in booths})
    rows = sorted({booth.y for booth in booths})
    in_rows = [sorted(booth.x for booth in booths if booth.y == row) for row in rows]
    beside = [step for row in in_rows for step in _steps(row)]
    side = min([*(sqrt(booth.area_m2) for booth in booths), *beside, *_steps(rows)])
    tops = [0.0]
    for step in _steps(rows):
        tops.append(tops[-1] + min(step, WIDEST_WAY * side))
    length = columns[-1] - columns[0] + side
    count = max(1, ceil(length / STRETCH))
    stretches: list[Stretch] = []
    for number in range(count):
        start, end = (columns[0] + length * part / count for part in (number, number + 1))
        mine = [booth for booth in booths if start <= booth.x < end]
        if mine:
            left = min(booth.x for booth in mine)
            boxes = [
                Box(booth, (booth.x - left) * SCALE, tops[rows.index(booth.y)] * SCALE, side * SCALE) for booth in mine
            ]
            right = max(box.x for box in boxes) + side * SCALE
            stretches.append(Stretch(boxes, right, (tops[-1] + side) * SCALE))
    return stretches


def _steps(places: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(places)]


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
    middle = x + size / 2
    name = f'<text class="name" x="{middle:.1f}" y="{y + size - 5:.1f}">{escape(_label(holder, size))}</text>'
    return (
        f'<g role="listitem" aria-label={quoteattr(told)}>'
        f"<title>{escape(told)}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" rx="2" {look}/>{corner}'
        f'<text class="code" x="{middle:.1f}" y="{y + size / 2:.1f}">{escape(booth.booth_code)}</text>'
        f"{name if holder else ''}</g>"
    )


def _draw_legend(plan: FloorPlan, colours: Mapping[str, str], top: float, width: float) -> Iterator[str]:
    counts = count_by_zone(plan.booths)
    for number, zone in enumerate(plan.zones):
        x, y = MARGIN + (number % 2) * (width - 2 * MARGIN) / 2, top + number // 2 * LEGEND_ROW
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


def _label(trade_name: str | None, size: float) -> str:
    """Return what fits into a booth so wide: the name without its legal form."""
    words = (trade_name or "").split()
    name = " ".join(dropwhile(lambda word: word.lower() in SAYING_LITTLE, words)) or trade_name or ""
    room = (size - 1) / NAME_SIZE
    if _width(name) <= room:
        return name
    while name and _width(f"{name}…") > room:
        name = name[:-1].rstrip()
    return f"{name}…"


def _width(text: str) -> float:
    """Return about how wide a text is set, in the size of its letters; marks above and below take no room."""
    letters = [letter for letter in normalize("NFD", text) if not combining(letter)]
    return sum(
        0.95 if letter in WIDE else 0.36 if letter in NARROW else 0.74 if letter.isupper() else 0.62
        for letter in letters
    )


def _short(text: str | None, most: int) -> str:
    text = text or ""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
