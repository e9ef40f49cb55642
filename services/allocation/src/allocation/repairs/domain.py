"""A repair: found for a damaged street, previewed, carried out once; holders move as little as can be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from allocation.damages.domain import Damage, Holder, Problem
from allocation.runs.domain import Objective
from common.errors import ConflictError


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


def require_previewed(repair: Repair) -> None:
    """Raise RepairNotReadyError unless the repair may be carried out."""
    if repair.state is not RepairState.PREVIEWED or repair.found is None:
        raise RepairNotReadyError(repair.state)


def execute(repair: Repair, by: str, now: datetime) -> Repair:
    return replace(repair, state=RepairState.EXECUTED, executed_by=by, executed_at=now)
