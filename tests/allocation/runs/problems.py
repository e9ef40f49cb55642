"""Small problems for the solver, made by hand or by hypothesis."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from allocation.grounds.domain import (
    Applicant,
    Booth,
    Bounds,
    Requirement,
    Reservation,
    Rules,
    RunInput,
    Wishes,
)

GROUPS = ("food", "craft")
PROVINCES = ("01", "26", "48")


def booth(code: str, *neighbours: str, corner: bool = False, power: bool = True) -> Booth:
    """Return a booth; its zone is the first letter of its code."""
    return Booth(code, code[0], corner, power, neighbours)


def applicant(name: str, **changes: Any) -> Applicant:
    """Return an applicant from Vĩnh Phúc with one booth, 500 points and no wishes; with a rank its province nominated it."""
    province, rank = changes.pop("province", "26"), changes.pop("rank", None)
    group = changes.pop("group", "food")
    needs = tuple(f"need:{each}" for each in changes.pop("needs", ()))
    wishes = Wishes(
        changes.pop("zones", None),
        changes.pop("corner", False),
        changes.pop("power", False),
        changes.pop("not_beside", None),
    )
    return Applicant(
        application_id=f"id-of-{name}",
        key=name,
        booths=changes.pop("booths", 1),
        points=changes.pop("points", 500),
        product_group=group,
        groups=(f"province:{province}", f"product_group:{group}", *needs),
        wishes=wishes,
        nominated_by=None if rank is None else province,
        rank=rank,
    )


def row_of(zone: str, count: int, *, power: bool = True) -> list[Booth]:
    """Return booths side by side; the first and the last are corners."""
    codes = [f"{zone}{number}" for number in range(1, count + 1)]
    return [
        booth(code, *codes[max(0, at - 1) : at], *codes[at + 1 : at + 2], corner=at in (0, count - 1), power=power)
        for at, code in enumerate(codes)
    ]


def problem(applicants: list[Applicant], booths: list[Booth], **changes: Any) -> RunInput:
    bounds = tuple(Bounds(*each) for each in changes.get("bounds", ()))
    target = changes.get("target", len(booths))
    rules = changes.get("rules", Rules())
    named = tuple(bind(each, rules) for each in applicants)
    return RunInput(target, changes.get("zone_capacities", {}), bounds, tuple(booths), named, rules)


def bind(each: Applicant, rules: Rules) -> Applicant:
    """Return an applicant with the rules that name one of its groups."""
    needs = (rule.code for rule in rules.requirements if set(rule.groups) & set(each.groups))
    entitled = (rule.code for rule in rules.reservations if set(rule.groups) & set(each.groups))
    return replace(each, needs=tuple(sorted(needs)), entitled=tuple(sorted(entitled)))


@st.composite
def applicants_of(draw: st.DrawFn, name: str) -> Applicant:
    return applicant(
        name,
        province=draw(st.sampled_from(PROVINCES)),
        group=draw(st.sampled_from(GROUPS)),
        booths=draw(st.sampled_from((1, 1, 2))),
        points=draw(st.sampled_from((400, 500))),
        rank=draw(st.sampled_from((None, 1, 2, 2, 3))),
        zones=draw(st.sampled_from((None, None, ("A",), ("B",)))),
        corner=draw(st.booleans()),
        power=draw(st.booleans()),
        not_beside=draw(st.sampled_from((None, "food"))),
        needs=draw(st.sampled_from(((), (), ("power",), ("cooking",), ("power", "cooking")))),
    )


@st.composite
def tiny_problems(draw: st.DrawFn) -> RunInput:
    """Problems small enough to try every placement: up to four applicants and five booths in two zones."""
    booths = row_of("A", draw(st.integers(1, 3))) + row_of("B", draw(st.integers(0, 2)), power=False)
    applicants = [draw(applicants_of(name)) for name in ("an", "binh", "chi", "dung")[: draw(st.integers(0, 4))]]
    bounds = draw(
        st.lists(
            st.tuples(
                st.sampled_from(
                    [*(f"province:{code}" for code in PROVINCES), "product_group:food", "zone:A", "zone:B"]
                ),
                st.sampled_from((None, 1, 2)),
                st.sampled_from((None, 1, 2)),
            ),
            max_size=2,
            unique_by=lambda each: each[0],
        )
    )
    capacities = draw(st.sampled_from(({}, {}, {"A": 1}, {"A": 2})))
    target = draw(st.integers(0, len(booths)))
    rules = draw(rules_on([each.booth_code for each in booths], [group for group, floor, _ in bounds if floor]))
    return problem(applicants, booths, bounds=bounds, target=target, zone_capacities=capacities, rules=rules)


@st.composite
def rules_on(draw: st.DrawFn, codes: list[str], floors: list[str]) -> Rules:
    """An edition's own rules, each of them there or not."""
    cooking = Requirement("flame", ("product_group:food",), ("A",), draw(st.booleans()))
    cold = Requirement("cold", ("province:48", "need:power"), None, power=True)
    fire = Requirement("fire", ("need:cooking",), ("A",), power=False)
    kept = Reservation(
        "host", ("province:01",), tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)))
    )
    return Rules(
        version=1,
        requirements=tuple(each for each in (cooking, cold, fire) if draw(st.booleans())),
        reservations=(kept,) if draw(st.booleans()) else (),
        required_floors=tuple(group for group in floors if draw(st.sampled_from((False, False, True)))),
        is_varied=draw(st.booleans()),
    )
