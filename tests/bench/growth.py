"""``python -m tests.bench.growth FILE``: how a run's time grows with its size, measured and drawn as an SVG.

Processor seconds of who gets a place, with all rules, proven optimal at each size: wall seconds on a machine with other
work beside would show that work.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.allocation import measure

SIZES = ((150, 470), (500, 1_000), (1_000, 1_700), (2_000, 3_000))  # booths, applicants
WORK = 20.0
WIDTH, HEIGHT, LEFT, FOOT = 640, 320, 60, 50


def draw(points: Sequence[tuple[int, float]]) -> str:
    """Return the SVG of booths and seconds: both axes from zero, a dot and its figures for each size."""
    most_booths, most_seconds = max(booths for booths, _ in points), max(seconds for _, seconds in points) * 1.15
    at = [
        (
            LEFT + booths / most_booths * (WIDTH - LEFT - 70),
            HEIGHT - FOOT - seconds / most_seconds * (HEIGHT - FOOT - 20),
        )
        for booths, seconds in points
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in at)
    dots = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
        f'<text x="{x + 8:.0f}" y="{y - 8:.0f}">{booths:,}: {seconds:.1f} s</text>'
        for (x, y), (booths, seconds) in zip(at, points, strict=True)
    )
    foot = HEIGHT - FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">'
        "<title>Processor seconds of who gets a place, by booths</title>"
        f'<path d="M{LEFT} 10V{foot}H{WIDTH - 10}" fill="none" stroke="#444"/>'
        f'<polyline points="{line}" fill="none" stroke="#0a5" stroke-width="2"/>{dots}'
        f'<text x="{LEFT}" y="{HEIGHT - 12}">booths, with one and a half to three times as many applicants</text>'
        f'<text x="14" y="{foot}" transform="rotate(-90 14 {foot})">processor seconds</text></svg>\n'
    )


def main() -> None:
    """Measure, and write the drawing."""
    found = [measure(*size, WORK, places_alone=True, highs_seconds=0) for size in SIZES]
    for each in found:
        print(each.booths, each.applicants, f"{each.cpu_seconds:.2f} s", f"{each.places_gap:.2f} %", each.memory_mb)  # noqa: T201
    Path(sys.argv[1]).write_text(draw([(each.booths, each.cpu_seconds) for each in found]), encoding="utf-8")


if __name__ == "__main__":
    main()
