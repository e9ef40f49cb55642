"""Plans with mistakes, and who stands beside whom."""

from dataclasses import replace

from tests.allocation.conftest import street

from allocation.floor_plans.domain import PlannedBooth, Zone, check_plan, join_neighbours

ZONES = [Zone("A", "Khu A", None, "common_display")]


def mistakes(booths: list[PlannedBooth], held: list[str] | None = None) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in check_plan(ZONES, booths, held or [])]


def test_a_right_plan_has_no_mistakes():
    assert mistakes(street(3)) == []


def test_a_booth_code_twice_names_the_row():
    booths = [*street(2), replace(street(3)[2], booth_code="A01")]
    assert mistakes(booths) == [("booths[2].booth_code", "code_twice")]


def test_every_mistake_is_named_at_once():
    booths = [
        replace(street(1)[0], zone_code="Z"),
        replace(street(2)[1], neighbours=("A09", "A02")),
        replace(street(2)[1], booth_code="A03"),
    ]
    assert mistakes(booths) == [
        ("booths[2].x", "spot_twice"),
        ("booths[0].zone_code", "unknown_zone"),
        ("booths[1].neighbours[0]", "unknown_neighbour"),
        ("booths[1].neighbours[1]", "unknown_neighbour"),
    ]


def test_a_new_version_keeps_the_booths_that_are_held():
    assert mistakes(street(2), held=["A02", "A03"]) == [("booths", "held_booth_missing")]


def test_booths_side_by_side_are_neighbours_and_those_across_a_passage_are_not():
    row = street(3)
    beyond = replace(row[2], booth_code="A04", x=row[2].x + 6)
    across = replace(row[0], booth_code="A05", y=12)
    joined = {booth.booth_code: booth.neighbours for booth in join_neighbours([*row, beyond, across])}
    assert joined == {"A01": ("A02",), "A02": ("A01", "A03"), "A03": ("A02",), "A04": (), "A05": ()}


def test_neighbours_told_by_one_booth_count_for_both():
    one, two, three = street(3)
    joined = join_neighbours([replace(one, neighbours=("A03",)), two, three])
    assert [booth.neighbours for booth in joined] == [("A03",), (), ("A01",)]
