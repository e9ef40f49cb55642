"""The made-up plan of Trịnh Công Sơn street: 150 booths on two sides in blocks of five with gaps to walk through."""

Row = dict[str, str]

PITCH, GAP, BLOCK = 3.0, 4.0, 5
LAKE_SIDE_Y, HOUSE_SIDE_Y = 0.0, 12.0
FOOD_COURT_AREA = 12

# zone, booths on the lake side, booths on the side of the houses, power sockets of a booth
ZONES = (
    ("A", 12, 12, 1),
    ("B", 30, 30, 1),
    ("C", 16, 16, 1),
    ("D", 7, 7, 0),
    ("E", 4, 4, 1),
    ("F", 6, 6, 3),
)


def plan_rows() -> list[Row]:
    """Return the lines of floor_plan.csv, zone after zone, along the street."""
    sides = {side: street_side(side) for side in (0, 1)}
    rows = [row for side in sides.values() for row in side]
    return sorted(rows, key=lambda row: row["booth_code"])


def street_side(side: int) -> list[Row]:
    """Return one side; odd numbers by the lake, even ones by the houses."""
    cells = [
        (zone, place * 2 + 1 + side, sockets)
        for zone, lake, house, sockets in ZONES
        for place in range((lake, house)[side])
    ]
    codes = [f"{zone}{number:02d}" for zone, number, _ in cells]
    rows: list[Row] = []
    for place, (zone, _, sockets) in enumerate(cells):
        block, seat = divmod(place, BLOCK)
        beside = [place - 1] * (seat > 0) + [place + 1] * (seat < BLOCK - 1)
        corner = seat in {0, BLOCK - 1}
        rows.append(
            {
                "booth_code": codes[place],
                "zone_code": zone,
                "area_m2": str(FOOD_COURT_AREA if zone == "F" else 9),
                "corner": "yes" if corner else "no",
                "power_sockets": str(sockets + (zone == "D" and corner)),
                "x": f"{seat * PITCH + block * (BLOCK * PITCH + GAP):g}",
                "y": f"{(LAKE_SIDE_Y, HOUSE_SIDE_Y)[side]:g}",
                "neighbours": " ".join(codes[other] for other in beside if other < len(codes)),
            }
        )
    return rows
