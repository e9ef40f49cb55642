"""A damaged street: booths that are gone or without power, and who stands on what is left, each by its rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from allocation.grounds.domain import Applicant, Booth, Bounds, Pin, Rules, RunInput, Wishes
from allocation.spots.domain import broken_rules, sort_of
from common.errors import FieldProblem

NO_RULES = Rules()
Standing = Sequence[tuple[Applicant, tuple[str, ...]]]
"""Who holds which booths, the strongest claim first; who is to get some holds none yet."""


class Cause(StrEnum):
    WITHDRAWAL = "withdrawal"
    SECTION_CLOSED = "section_closed"
    POWER_FAILED = "power_failed"
    FEWER_BOOTHS = "fewer_booths"


@dataclass(frozen=True)
class Damage:
    """What happened: ``closed`` booths are no more, those ``without_power`` have no socket that works."""

    cause: Cause
    closed: tuple[str, ...] = ()
    without_power: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holder:
    """Somebody with a place, or, with ``joins``, somebody of the waiting list who is to get one.

    Attributes:
        booth_codes: its booths now, also those that are closed; none for who joins.
        standing: its claim among all, 1 the strongest.
        had_power: it wishes power and has it as long as nothing is broken.
        needs, entitled: the rules that bind it, and what the committee said of it, as of an applicant.
        excused: the rules that its booths do not keep now, before anything happened: it may stay, as it did.
    """

    application_id: str
    booth_codes: tuple[str, ...]
    booths: int
    points: int
    standing: int
    groups: tuple[str, ...]
    wishes: Wishes
    had_power: bool
    joins: bool = False
    needs: tuple[str, ...] = ()
    entitled: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()

    def to_applicant(self) -> Applicant:
        return Applicant(
            application_id=self.application_id,
            key=self.application_id,
            booths=self.booths,
            points=self.points,
            product_group="",
            groups=self.groups,
            wishes=self.wishes,
            needs=self.needs,
            entitled=self.entitled,
        )


@dataclass(frozen=True)
class Problem:
    """The street as it is left, and who stands on it. ``booths`` are those that are still there.

    ``bounds`` ask for no more than is held now; ``pins`` are those whose booths and zones are still there, ``void`` the
    names of the others.
    """

    target: int
    zone_capacities: dict[str, int]
    bounds: tuple[Bounds, ...]
    booths: tuple[Booth, ...]
    holders: tuple[Holder, ...]
    seed: str
    rules: Rules = NO_RULES
    pins: tuple[Pin, ...] = ()
    void: tuple[str, ...] = ()

    def to_input(self) -> RunInput:
        """Return the street as it is left with everybody on it as a run would read it."""
        everybody = tuple(each.to_applicant() for each in self.holders)
        return RunInput(
            self.target, self.zone_capacities, self.bounds, self.booths, everybody, self.rules, self.pins
        ).with_pins()


def check_damage(damage: Damage, known: Sequence[str]) -> list[FieldProblem]:
    """Name every mistake of what is said to have happened."""
    problems = [
        FieldProblem(f"{name}[{at}]", "unknown_booth", f"Sơ đồ không có gian {code}.", f"The plan has no booth {code}.")
        for name, codes in (("closed_booths", damage.closed), ("booths_without_power", damage.without_power))
        for at, code in enumerate(codes)
        if code not in known
    ]
    wanted = {
        Cause.SECTION_CLOSED: ("closed_booths", damage.closed),
        Cause.FEWER_BOOTHS: ("closed_booths", damage.closed),
        Cause.POWER_FAILED: ("booths_without_power", damage.without_power),
    }
    name, codes = wanted.get(damage.cause, ("", ("any",)))
    if not codes:
        problems.append(FieldProblem(name, "booths_missing", "Hãy nêu các gian bị ảnh hưởng.", "Name the booths."))
    return problems


def left_of(booths: Sequence[Booth], damage: Damage) -> tuple[Booth, ...]:
    """Return the booths that are still there, with the power and the neighbours that are left."""
    closed = set(damage.closed)
    return tuple(
        replace(
            each,
            power=each.power and each.booth_code not in damage.without_power,
            neighbours=tuple(code for code in each.neighbours if code not in closed),
        )
        for each in booths
        if each.booth_code not in closed
    )


def split_pins(pins: Sequence[Pin], left: Sequence[Booth]) -> tuple[tuple[Pin, ...], tuple[str, ...]]:
    """Return the words of the committee that still can be kept, and the names of those whose booth or zone is gone."""
    codes, zones = {each.booth_code for each in left}, {each.zone_code for each in left}
    there = {"booth": codes, "zone": zones}
    void = [
        each for each in pins if each.rule == "pin" and each.target in there and each.code not in there[each.target]
    ]
    return tuple(each for each in pins if each not in void), tuple(sorted({each.name for each in void}))


def to_problem(given: RunInput, standing: Standing, damage: Damage, seed: str) -> Problem:
    """Return the street as it is left and everybody on it; ``given`` is as it was, with pins among the needs."""
    given = given.as_held({each.application_id: codes for each, codes in standing})
    left = left_of(given.booths, damage)
    pins, void = split_pins(given.pins, left)
    return Problem(
        target=given.target,
        zone_capacities=given.zone_capacities,
        bounds=given.bounds,
        booths=left,
        holders=tuple(_to_holder(given, *each, number) for number, each in enumerate(standing, 1)),
        seed=seed,
        rules=given.rules,
        pins=pins,
        void=void,
    )


def _to_holder(given: RunInput, applicant: Applicant, codes: tuple[str, ...], standing: int) -> Holder:
    said = {f"{rule}:{target}:{code}" for rule, target, code in applicant.words_on}
    bound = replace(applicant, needs=tuple(each for each in applicant.needs if each not in said))
    power = {each.booth_code for each in given.booths if each.power}
    return Holder(
        application_id=applicant.application_id,
        booth_codes=codes,
        booths=len(codes) or applicant.booths,
        points=applicant.points,
        standing=standing,
        groups=applicant.groups,
        wishes=applicant.wishes,
        had_power=applicant.wishes.power and not power.isdisjoint(codes),
        joins=not codes,
        needs=bound.needs,
        entitled=applicant.entitled,
        excused=tuple(broken_rules(given, bound, sort_of(given, codes))) if codes else (),
    )
