"""The made-up plan of Trịnh Công Sơn street: 150 booths on two sides, in blocks with gaps to walk through.

A block belongs to one zone, and most have an even number of booths: who was granted two stands on two side by side.
"""

Row = dict[str, str]

PITCH, GAP = 3.0, 4.0
LAKE_SIDE_Y, HOUSE_SIDE_Y = 0.0, 12.0
FOOD_COURT_AREA = 12

# zone, booths of each of its blocks on either side, power sockets of a booth
ZONES = (
    ("A", (4, 4), 1),
    ("B", (6, 6, 6, 6), 1),
    ("C", (6, 6, 6, 4, 4), 1),
    ("D", (4, 3), 0),
    ("E", (4,), 1),
    ("F", (6,), 3),
)


def plan_rows() -> list[Row]:
    """Return the lines of floor_plan.csv, zone after zone, along the street."""
    rows = [row for side in (0, 1) for row in street_side(side)]
    return sorted(rows, key=lambda row: row["booth_code"])


def street_side(side: int) -> list[Row]:
    """Return one side; odd numbers by the lake, even ones by the houses."""
    rows: list[Row] = []
    left = 0.0
    for zone, blocks, sockets in ZONES:
        first = 1 + side
        for length in blocks:
            codes = [f"{zone}{first + 2 * seat:02d}" for seat in range(length)]
            rows += block_rows(codes, zone, sockets, (left, (LAKE_SIDE_Y, HOUSE_SIDE_Y)[side]))
            first += 2 * length
            left += length * PITCH + GAP
    return rows


def block_rows(codes: list[str], zone: str, sockets: int, at: tuple[float, float]) -> list[Row]:
    """Return the booths of a block, each beside the next; those at its ends are corners."""
    last = len(codes) - 1
    return [
        {
            "booth_code": code,
            "zone_code": zone,
            "area_m2": str(FOOD_COURT_AREA if zone == "F" else 9),
            "corner": "yes" if seat in {0, last} else "no",
            "power_sockets": str(sockets + (zone == "D" and seat in {0, last})),
            "x": f"{at[0] + seat * PITCH:g}",
            "y": f"{at[1]:g}",
            "neighbours": " ".join(codes[max(0, seat - 1) : seat] + codes[seat + 1 : seat + 2]),
        }
        for seat, code in enumerate(codes)
    ]
