"""What a run is about: its input and result as plain values, the draw, and the way from queued to released."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from common.errors import ConflictError

ZONE = "zone:"
DIGEST_BITS = 32
NUMBER_BITS = 31
PIN_COLONS = 2  # in the name of a pin, between rule, target and code


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
class Requirement:
    """Members of these groups stand only in these zones (None: in any), and with ``power`` only where a socket is."""

    code: str
    groups: tuple[str, ...]
    zone_codes: tuple[str, ...] | None
    power: bool


@dataclass(frozen=True)
class Reservation:
    """Booths that nobody but members of these groups may hold."""

    code: str
    groups: tuple[str, ...]
    booth_codes: tuple[str, ...]


@dataclass(frozen=True)
class PriorityClass:
    """Points that members of these groups have on top of those of their dossier; of several classes the most."""

    code: str
    groups: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Rules:
    """What an edition's own rules ask of a run, beside its quotas; ``version`` is that of the edition's rules.

    Attributes:
        required_floors: groups whose floor is a hard rule; every other floor is reached as far as it can be.
        is_varied: whether neighbours of one product group are to be avoided where it can be helped.
    """

    version: int = 0
    requirements: tuple[Requirement, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    priority_classes: tuple[PriorityClass, ...] = ()
    required_floors: tuple[str, ...] = ()
    is_varied: bool = False


@dataclass(frozen=True)
class Applicant:
    """An accepted application; ``key`` names it in the draw, the same in every run of one scenario.

    ``needs`` are the codes of the requirements that bind it, ``entitled`` of the reservations that let it in.
    """

    application_id: str
    key: str
    booths: int
    points: int
    product_group: str
    groups: tuple[str, ...]
    wishes: Wishes
    needs: tuple[str, ...] = ()
    entitled: tuple[str, ...] = ()

    @property
    def words_on(self) -> list[tuple[str, str, str]]:
        """Return what the committee said of it, of an input ``with_pins``: rule, target and code."""
        words = [name.split(":", 2) for name in self.needs]
        return [
            (each[0], each[1], each[2]) for each in words if each[0] in {"pin", "forbid"} and len(each) > PIN_COLONS
        ]

    @property
    def is_pinned(self) -> bool:
        return any(rule == "pin" for rule, _, _ in self.words_on)


@dataclass(frozen=True)
class Pin:
    """A word of the committee on one application: ``pin`` or ``forbid``, a ``booth``, ``zone`` or ``place`` at all."""

    application_id: str
    rule: str
    target: str
    code: str | None

    @property
    def name(self) -> str:
        return ":".join((self.rule, self.target, self.code or ""))


@dataclass(frozen=True)
class RunInput:
    """All that a run decides from; ``zone_capacities`` only where a zone may not be filled."""

    target: int
    zone_capacities: dict[str, int]
    bounds: tuple[Bounds, ...]
    booths: tuple[Booth, ...]
    applicants: tuple[Applicant, ...]
    rules: Rules = Rules()
    pins: tuple[Pin, ...] = ()

    @property
    def binds_spots(self) -> bool:
        """Whether it counts who stands where already when it is decided who gets a place."""
        zones = any(each.group.startswith(ZONE) and each.floor for each in self.bounds)
        return zones or bool(self.rules.requirements or self.rules.reservations or self.pins)

    @property
    def pinned_booths(self) -> frozenset[str]:
        """The booths that the committee names: each is a sort of its own."""
        return frozenset(each.code for each in self.pins if each.target == "booth" and each.code is not None)

    def with_pins(self) -> "RunInput":
        """Return the input with the committee's words among what each application needs, as ``rule:target:code``."""
        said: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.pins:
            said[each.application_id].add(each.name)
        bound = [
            replace(each, needs=tuple(sorted({*each.needs, *said[each.application_id]})))
            if each.application_id in said
            else each
            for each in self.applicants
        ]
        return replace(self, applicants=tuple(bound))

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
    progress: Progress | None = None

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


class RunNotRunningError(ConflictError):
    """The run is over: there is nothing to stop."""

    code = "run_not_running"


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


def drawn_number(seed: str, *names: str) -> int:
    """Return a number of the draw, 0 to 2^31 - 1: the first bits of SHA-256 over seed and names; more is better."""
    digest = sha256("\n".join((seed, *names)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (DIGEST_BITS - NUMBER_BITS)


def kind_key(applicant: Applicant) -> str:
    """Return a name shared by all applicants to whom the same booths are worth the same."""
    wishes = applicant.wishes
    zones = "any" if wishes.zone_codes is None else "+".join(sorted(wishes.zone_codes))
    flags = f"{wishes.corner:d}{wishes.power:d}"
    bound = "".join(f"|{name}" for name in (*applicant.needs, *applicant.entitled))
    return f"{applicant.booths}|{applicant.product_group}|{zones}|{flags}|{wishes.not_beside_group or ''}{bound}"


def watched_groups(problem: RunInput, placed: Iterable[Applicant]) -> frozenset[str]:
    """Return the product groups of which it counts who stands beside them: all where neighbours are to be varied."""
    if problem.rules.is_varied:
        return frozenset(each.product_group for each in problem.applicants)
    return frozenset(filter(None, (each.wishes.not_beside_group for each in placed)))


def stand_key(applicant: Applicant, watched: Collection[str]) -> str:
    """Return a name shared by all applicants to whom, and to whose neighbours, spots of one sort are worth the same."""
    group = applicant.product_group if applicant.product_group in watched else ""
    return f"{applicant.booths}|{group}|{applicant.wishes.not_beside_group or ''}"


def pool_key(applicant: Applicant, watched: Collection[str], flags: Sequence[str]) -> str:
    """Return a name shared by all of a stand, outside the zones they wish for, to whom the same zones are open."""
    return "|".join((stand_key(applicant, watched), *applicant.needs, *applicant.entitled, *flags))


def to_plain(problem: RunInput) -> dict[str, Any]:
    """Return an input as JSON values; rules of its own and pins are left out where there are none."""
    plain = asdict(problem)
    if problem.rules == Rules():
        del plain["rules"]
    if not problem.pins:
        del plain["pins"]
    for each in plain["applicants"]:
        for name in ("needs", "entitled"):
            if not each[name]:
                del each[name]
    return plain


def result_to_plain(result: RunResult) -> dict[str, Any]:
    """Return a result as JSON values; a clash only where there is one."""
    plain = asdict(result)
    if not result.clash:
        del plain["clash"]
    return plain


def commitment(seed: str) -> str:
    """Return what is told of a seed before its release: hex SHA-256 of its UTF-8 text."""
    return sha256(seed.encode()).hexdigest()


def digest(problem: RunInput) -> str:
    """Return the hex SHA-256 of an input's canonical JSON."""
    text = json.dumps(to_plain(problem), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def in_standing(applicants: tuple[Applicant, ...], seed: str) -> list[Applicant]:
    """Return applicants by their claim: by points, equal ones by the draw."""
    return sorted(applicants, key=lambda each: (-each.points, -drawn_number(seed, each.key), each.key))
