"""A run as plain values: what was found, and the way from queued to released."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from allocation.grounds.domain import RunInput
from common.errors import ConflictError


@dataclass(frozen=True)
class Objective:
    """One pass: the value reached and the bound proven; equal where the value is proven best."""

    name: str
    value: int
    bound: int


@dataclass(frozen=True)
class Progress:
    """How far a solver is: the pass it works at, the best value so far, the bound proven, and seconds spent on it.

    Value and bound are None before the first solution of a pass.
    """

    name: str
    value: int | None
    bound: int | None
    seconds: float
    is_done: bool


@dataclass(frozen=True)
class RunResult:
    """What the solver found; ``status`` is optimal, feasible or infeasible, then with words.

    ``clash`` is then the smallest set of hard rules that cannot hold together, each as ``kind:code``.
    """

    status: str
    objectives: tuple[Objective, ...]
    placements: dict[str, tuple[str, ...]]
    words: str = ""
    clash: tuple[str, ...] = ()


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    RELEASED = "released"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[RunState, tuple[str, str]] = {  # Vietnamese, English
    RunState.QUEUED: ("đang chờ tính", "queued"),
    RunState.RUNNING: ("đang tính", "running"),
    RunState.COMPLETED: ("đã hoàn thành", "completed"),
    RunState.FAILED: ("không thành công", "failed"),
    RunState.SUPERSEDED: ("đã bị thay thế", "superseded"),
    RunState.RELEASED: ("đã công bố", "released"),
    RunState.CANCELLED: ("đã bị hủy", "cancelled"),
}
UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
REPLACEABLE = (*UNFINISHED, RunState.COMPLETED)
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Run:
    """A run with its input, its seed (secret until the release), its result and what the checker found wrong.

    ``is_explained``: the reasons of its places were found, or it is known that they cannot be.
    """

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
    progress: Progress | None = None
    is_explained: bool = False

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
        release: paper, overrides, who had left, the waiting list, offers as they were made; None before the release.
        solver: what found it, and why nothing was explained where that failed; None until then.
    """

    run: Run
    facts: dict[str, Any] | None
    release: dict[str, Any] | None
    solver: dict[str, Any] | None
    explained_at: datetime | None

    @property
    def unexplained(self) -> dict[str, str] | None:
        """Return why no reasons could be found, by language; None where they were, or still may be."""
        return (self.solver or {}).get(UNEXPLAINED)

    @property
    def draw_secret(self) -> str | None:
        """Return what the keys of the draw were sealed with; None where they are not."""
        found: str | None = ((self.facts or {}).get("draw") or {}).get("secret")
        return found


@dataclass(frozen=True)
class Published:
    """What anybody may know of a run that has a result, so that none is made or changed unseen."""

    run_id: UUID
    input_digest: str
    completed_at: datetime | None
    released_at: datetime | None
    release_digest: str | None


class RunNotReleasableError(ConflictError):
    """The run is not one that the committee may release."""

    code = "run_not_releasable"


class RunNotRunningError(ConflictError):
    """The run is over: there is nothing to stop."""

    code = "run_not_running"


class RunBeingExplainedError(ConflictError):
    """The reasons of the run's places are still being found: nobody is told without them."""

    code = "run_being_explained"

    def __init__(self) -> None:
        super().__init__(
            "Đang tính lý do của từng hồ sơ trong phương án; hãy công bố lại sau ít phút.",
            "The reasons of the run's places are still being found; please release it again in a few minutes.",
        )


class CheckFailedError(ConflictError):
    """The checker found that the result breaks a rule."""

    code = "run_check_failed"


def require_unfinished(run: Run) -> None:
    """Raise unless a run is still to be solved."""
    if run.state not in UNFINISHED:
        vi, en = STATE_NAMES[run.state]
        raise RunNotRunningError(
            f"Phương án {vi}; chỉ dừng được phương án đang chờ hoặc đang tính.",
            f"The run is {en}; only one that is queued or running can be stopped.",
            state=str(run.state),
        )


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
    if not run.is_explained:
        raise RunBeingExplainedError


def result_to_plain(result: RunResult) -> dict[str, Any]:
    """Return a result as JSON values; a clash only where there is one."""
    plain = asdict(result)
    if not result.clash:
        del plain["clash"]
    return plain


def release_digest(release: Mapping[str, Any]) -> str:
    """Return what is told of a release with it: hex SHA-256 of its paper, overrides, leavers, line and offers as JSON."""
    told = {name: each for name, each in release.items() if name != "digest"}
    return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def commitment(text: str) -> str:
    """Return what is told of a seed before its release, and of a secret: hex SHA-256 of its UTF-8 text."""
    return sha256(text.encode()).hexdigest()
