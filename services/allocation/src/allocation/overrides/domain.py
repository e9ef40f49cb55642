"""An override: other booths, or none, for some applications of a run; proposed by one person, approved by another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.errors import ConflictError, ForbiddenError

Placements = Mapping[str, tuple[str, ...]]


class OverrideState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


STATE_TEXTS = {
    OverrideState.PROPOSED: ("đang chờ người thứ hai duyệt", "waiting for its second person"),
    OverrideState.APPROVED: ("đã được duyệt", "approved"),
    OverrideState.REFUSED: ("đã bị bác", "refused"),
}


@dataclass(frozen=True)
class Change:
    """The booths an application gets instead of what the run gave it; none takes its place away."""

    application_id: str
    booth_codes: tuple[str, ...]


@dataclass(frozen=True)
class Override:
    """One change by hand; ``legal_document`` is the paper it rests on, as JSON."""

    override_id: UUID
    run_id: UUID
    state: OverrideState
    changes: tuple[Change, ...]
    reason: str
    legal_document: dict[str, Any]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


class SecondPersonNeededError(ForbiddenError):
    """Who proposed an override does not approve it."""

    code = "second_person_needed"

    def __init__(self) -> None:
        super().__init__(
            "Người đề nghị ngoại lệ không được tự duyệt; cần người thứ hai trong ban tổ chức.",
            "Who proposed an override may not approve it; a second member of the committee is needed.",
        )


class OverrideStateError(ConflictError):
    """The override has its decision already."""

    code = "override_decided"

    def __init__(self, state: OverrideState) -> None:
        vi, en = STATE_TEXTS[state]
        super().__init__(f"Ngoại lệ này {vi}.", f"This override is {en}.", state=str(state))


class OverrideOpenError(ConflictError):
    """A run is not released while an override of it waits for its second person."""

    code = "override_open"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Còn {number} ngoại lệ chờ người thứ hai duyệt hoặc bác; hãy quyết định trước khi công bố.",
            f"{number} override(s) wait for a second person; decide on them before the release.",
        )


class OverrideBreaksRulesError(ConflictError):
    """With the override a hard rule would be broken."""

    code = "override_breaks_rules"

    def __init__(self, finding: str) -> None:
        super().__init__(
            f"Ngoại lệ vi phạm quy định bắt buộc nên không nhận: {finding}",
            f"The override would break a hard rule and is not taken: {finding}",
            field="changes",
        )


def apply(placements: Placements, overrides: Iterable[Override]) -> dict[str, tuple[str, ...]]:
    """Return who holds which booths with the overrides, in the order of their approval."""
    final = dict(placements)
    for change in (change for each in overrides for change in each.changes):
        if change.booth_codes:
            final[change.application_id] = change.booth_codes
        else:
            final.pop(change.application_id, None)
    return final


def decide(override: Override, by: str, now: datetime, *, is_approved: bool) -> Override:
    """Return an override with its decision; the same decision again changes nothing.

    Raises SecondPersonNeededError where the first person approves, OverrideStateError for another decision.
    """
    wanted = OverrideState.APPROVED if is_approved else OverrideState.REFUSED
    if is_approved and by == override.proposed_by:
        raise SecondPersonNeededError
    if override.state is wanted:
        return override
    if override.state is not OverrideState.PROPOSED:
        raise OverrideStateError(override.state)
    return replace(override, state=wanted, decided_by=by, decided_at=now)


def approved(overrides: Sequence[Override]) -> list[Override]:
    """Return those that count, in the order of their approval; raises OverrideOpenError while one waits."""
    waiting = sum(each.state is OverrideState.PROPOSED for each in overrides)
    if waiting:
        raise OverrideOpenError(waiting)
    return in_force(overrides)


def in_force(overrides: Sequence[Override]) -> list[Override]:
    found = [each for each in overrides if each.state is OverrideState.APPROVED and each.decided_at is not None]
    return sorted(found, key=lambda each: (each.decided_at, each.override_id))


def to_told(override: Override) -> dict[str, Any]:
    """Return an approved override as the dossier tells it."""
    return {
        "override_id": str(override.override_id),
        "changes": [
            {"application_id": each.application_id, "booth_codes": list(each.booth_codes)} for each in override.changes
        ],
        "reason": override.reason,
        "legal_document": override.legal_document,
        "proposer": override.proposed_by,
        "approver": override.decided_by,
        "approved_at": None if override.decided_at is None else override.decided_at.isoformat(),
    }
