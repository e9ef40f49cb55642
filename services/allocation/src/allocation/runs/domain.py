"""What a run is about: its input and result as plain values, the draw, and the way from queued to released."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from common.errors import ConflictError

DIGEST_BITS = 32
NUMBER_BITS = 31


@dataclass(frozen=True)
class Bounds:
    """Bounds on the booths of one group, ``dimension:code``; None is no bound."""

    group: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Booth:
    """A booth and the booths beside it."""

    booth_code: str
    zone_code: str
    corner: bool
    power: bool
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class Wishes:
    """What an applicant would like; nothing of it decides whether it gets a place."""

    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    not_beside_group: str | None


@dataclass(frozen=True)
class Applicant:
    """An accepted application; ``key`` names it in the draw, the same in every run of one scenario."""

    application_id: str
    key: str
    booths: int
    points: int
    product_group: str
    groups: tuple[str, ...]
    wishes: Wishes


@dataclass(frozen=True)
class Pin:
    """A word of the committee on one application: ``pin`` or ``forbid``, a ``booth``, ``zone`` or ``place`` at all."""

    application_id: str
    rule: str
    target: str
    code: str | None


@dataclass(frozen=True)
class RunInput:
    """All that a run decides from; ``zone_capacities`` only where a zone may not be filled."""

    target: int
    zone_capacities: dict[str, int]
    bounds: tuple[Bounds, ...]
    booths: tuple[Booth, ...]
    applicants: tuple[Applicant, ...]
    pins: tuple[Pin, ...] = ()

    def in_order(self) -> "RunInput":
        """Return the same input in an order that does not depend on ids or on how it came together."""
        return replace(
            self,
            bounds=tuple(sorted(self.bounds, key=lambda each: each.group)),
            booths=tuple(sorted(self.booths, key=lambda each: each.booth_code)),
            applicants=tuple(sorted(self.applicants, key=lambda each: each.key)),
            pins=tuple(
                sorted(self.pins, key=lambda each: (each.application_id, each.rule, each.target, each.code or ""))
            ),
        )


@dataclass(frozen=True)
class Objective:
    """One pass: the value reached and the bound proven; equal where the value is proven best."""

    name: str
    value: int
    bound: int


@dataclass(frozen=True)
class RunResult:
    """What the solver found; ``status`` is optimal, feasible or infeasible, then with words."""

    status: str
    objectives: tuple[Objective, ...]
    placements: dict[str, tuple[str, ...]]
    words: str = ""


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    RELEASED = "released"


STATE_NAMES: Mapping[RunState, tuple[str, str]] = {  # Vietnamese, English
    RunState.QUEUED: ("đang chờ tính", "queued"),
    RunState.RUNNING: ("đang tính", "running"),
    RunState.COMPLETED: ("đã hoàn thành", "completed"),
    RunState.FAILED: ("không thành công", "failed"),
    RunState.SUPERSEDED: ("đã bị thay thế", "superseded"),
    RunState.RELEASED: ("đã công bố", "released"),
}
UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
REPLACEABLE = (*UNFINISHED, RunState.COMPLETED)


@dataclass(frozen=True)
class Run:
    """A run with its input, its seed (secret until the release), its result and what the checker found wrong."""

    run_id: UUID
    edition_id: UUID
    state: RunState
    policy: str
    input: RunInput
    input_digest: str
    seed: str | None
    attempts: int
    result: RunResult | None
    problems: tuple[str, ...] | None
    words: str
    requested_at: datetime
    completed_at: datetime | None = None
    released_at: datetime | None = None

    @property
    def placed(self) -> int:
        return len(self.result.placements) if self.result else 0

    @property
    def waitlisted(self) -> int:
        return len(self.input.applicants) - self.placed if self.result else 0


@dataclass(frozen=True)
class RunRecord:
    """A run with what its dossier says beside it, all of it written once.

    Attributes:
        facts: the edition, its applicants by name, and packs, as they were when the run began.
        release: paper, who had left, the waiting list; None before the release.
        solver: what found it; None until it is explained.
    """

    run: Run
    facts: dict[str, Any] | None
    release: dict[str, Any] | None
    solver: dict[str, Any] | None
    explained_at: datetime | None


class RunNotReleasableError(ConflictError):
    """The run is not one that the committee may release."""

    code = "run_not_releasable"


class CheckFailedError(ConflictError):
    """The checker found that the result breaks a rule."""

    code = "run_check_failed"


def require_releasable(run: Run, problems: tuple[str, ...]) -> None:
    """Raise unless a run is completed, has a placement, and passes the checker now as it did then."""
    state = run.state
    if state is not RunState.COMPLETED or run.result is None:
        raise RunNotReleasableError(
            f"Phương án {STATE_NAMES[state][0]}; chỉ công bố được phương án đã hoàn thành, chưa bị thay thế.",
            f"The run is {STATE_NAMES[state][1]}; only a completed run that nothing has replaced can be released.",
            state=str(state),
        )
    if run.result.status == "infeasible":
        raise RunNotReleasableError(
            "Không có phương án nào thỏa mọi quy định; hãy xem lại chỉ tiêu và số gian hàng.",
            "No placement keeps every rule; look at the quotas and the number of booths again.",
            status=run.result.status,
        )
    if problems:
        first = problems[0]
        raise CheckFailedError(
            f"Phương án không qua kiểm tra độc lập nên không được công bố: {first}",
            f"The run did not pass the independent check and is not released: {first}",
        )


def drawn_number(seed: str, *names: str) -> int:
    """Return a number of the draw, 0 to 2^31 - 1: the first bits of SHA-256 over seed and names; more is better."""
    digest = sha256("\n".join((seed, *names)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (DIGEST_BITS - NUMBER_BITS)


def kind_key(applicant: Applicant) -> str:
    """Return a name shared by all applicants to whom the same booths are worth the same."""
    wishes = applicant.wishes
    zones = "any" if wishes.zone_codes is None else "+".join(sorted(wishes.zone_codes))
    flags = f"{wishes.corner:d}{wishes.power:d}"
    return f"{applicant.booths}|{applicant.product_group}|{zones}|{flags}|{wishes.not_beside_group or ''}"


def commitment(seed: str) -> str:
    """Return what is told of a seed before its release: hex SHA-256 of its UTF-8 text."""
    return sha256(seed.encode()).hexdigest()


def to_json(problem: RunInput) -> dict[str, Any]:
    """Return an input as it is told and digested; without pins it reads as it did before there were any."""
    told = asdict(problem)
    return told if problem.pins else {name: value for name, value in told.items() if name != "pins"}


def digest(problem: RunInput) -> str:
    """Return the hex SHA-256 of an input's canonical JSON."""
    text = json.dumps(to_json(problem), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def in_standing(applicants: tuple[Applicant, ...], seed: str) -> list[Applicant]:
    """Return applicants by their claim: by points, equal ones by the draw."""
    return sorted(applicants, key=lambda each: (-each.points, -drawn_number(seed, each.key), each.key))
