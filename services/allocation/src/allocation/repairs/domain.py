"""A repair: booths are closed, lose their power, or stand apart; holders move as little as can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from allocation.grounds.domain import Applicant, Booth, Bounds, Pin, Rules, RunInput, Wishes
from allocation.runs.domain import Objective
from common.errors import ConflictError, FieldProblem

NO_RULES = Rules()


class Cause(StrEnum):
    WITHDRAWAL = "withdrawal"
    SECTION_CLOSED = "section_closed"
    POWER_FAILED = "power_failed"
    FEWER_BOOTHS = "fewer_booths"


class RepairState(StrEnum):
    QUEUED = "queued"
    PREVIEWED = "previewed"
    FAILED = "failed"
    EXECUTED = "executed"


STATE_TEXTS: Mapping[RepairState, tuple[str, str]] = {
    RepairState.QUEUED: ("đang tính", "still being computed"),
    RepairState.PREVIEWED: ("chờ thực hiện", "ready to be carried out"),
    RepairState.FAILED: ("không tìm được", "not found"),
    RepairState.EXECUTED: ("đã thực hiện", "carried out"),
}


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


@dataclass(frozen=True)
class Found:
    """What the solver found: the booths of all who keep or get a place; ``optimal`` if every pass is proven.

    ``unheld`` are the hard rules, as ``kind:code``, that could not be held for everybody: who stood under them has lost
    its place, a word of the committee on a booth that is gone is void; with ``infeasible`` no moves hold them.
    """

    status: str
    objectives: tuple[Objective, ...]
    placements: dict[str, tuple[str, ...]]
    words: str = ""
    unheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repair:
    repair_id: UUID
    edition_id: UUID
    state: RepairState
    damage: Damage
    problem: Problem
    found: Found | None
    words: str
    requested_by: str
    requested_at: datetime
    executed_by: str | None = None
    executed_at: datetime | None = None

    def moves(self) -> list[tuple[Holder, tuple[str, ...]]]:
        """Return who moves and where to, by standing."""
        places = self.found.placements if self.found else {}
        kept = [(each, places.get(each.application_id, ())) for each in self.problem.holders if not each.joins]
        return [(each, codes) for each, codes in kept if codes and set(codes) != set(each.booth_codes)]

    def losers(self) -> list[Holder]:
        """Return who gives its place up, by standing."""
        places = self.found.placements if self.found else None
        return (
            []
            if places is None
            else [e for e in self.problem.holders if not e.joins and e.application_id not in places]
        )

    def joiners(self) -> list[tuple[Holder, tuple[str, ...]]]:
        places = self.found.placements if self.found else {}
        return [(e, places[e.application_id]) for e in self.problem.holders if e.joins and e.application_id in places]


class RepairNotReadyError(ConflictError):
    """The repair is still being found, or none was found."""

    code = "repair_not_ready"

    def __init__(self, state: RepairState) -> None:
        vi, en = STATE_TEXTS[state]
        super().__init__(f"Phương án sắp lại {vi}.", f"The repair is {en}.", state=str(state))


class RepairOutdatedError(ConflictError):
    """Places have changed since the preview."""

    code = "repair_outdated"

    def __init__(self) -> None:
        super().__init__(
            "Vị trí đã thay đổi từ khi xem trước; hãy tính lại phương án sắp lại.",
            "Places have changed since the preview; ask for the repair again.",
        )


class NothingToRepairError(ConflictError):
    """Nobody who waits would get a place by moves of others."""

    code = "nothing_to_repair"

    def __init__(self) -> None:
        super().__init__(
            "Không hồ sơ nào trong danh sách chờ cần dời gian khác để có chỗ.",
            "Nobody on the waiting list needs others to move for a place.",
        )


class RepairBreaksRulesError(ConflictError):
    """The independent check found that the repair breaks a rule."""

    code = "repair_check_failed"


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


def require_previewed(repair: Repair) -> None:
    """Raise RepairNotReadyError unless the repair may be carried out."""
    if repair.state is not RepairState.PREVIEWED or repair.found is None:
        raise RepairNotReadyError(repair.state)


def execute(repair: Repair, by: str, now: datetime) -> Repair:
    return replace(repair, state=RepairState.EXECUTED, executed_by=by, executed_at=now)
