"""The turns that a story may take, as steps: appeals, duplicates, a second run, overrides, swaps, repairs, other capacity."""

from dataclasses import dataclass

from scenario.script.model import Paper
from scenario.script.steps import Step


@dataclass(frozen=True)
class Appeal(Step):
    """Those rejected appeal, with the papers that they have found since."""

    applicants: tuple[str, ...]
    statement: str


@dataclass(frozen=True)
class FindDuplicates(Step):
    """A person looks at the vendors that may be one producer: the pairs named are, all others are not."""

    same: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pin:
    """What a run shall hold of an applicant; ``code`` names a booth or zone."""

    applicant: str
    rule: str
    target: str
    code: str | None
    reason: str


@dataclass(frozen=True)
class Rerun(Step):
    """The committee pins and forbids, a second run starts, and both are put side by side."""

    pins: tuple[Pin, ...]


@dataclass(frozen=True)
class Override(Step):
    """Two applicants of the run that waits for its release change booths, by a paper; a second person approves."""

    between: tuple[str, str]
    reason: str
    paper: Paper


@dataclass(frozen=True)
class Swap(Step):
    """Two holders change booths by consent of both."""

    between: tuple[str, str]


@dataclass(frozen=True)
class Repair(Step):
    """The street is damaged: previewed with the fewest moves, then carried out."""

    cause: str
    closed_booths: tuple[str, ...]
    booths_without_power: tuple[str, ...]


@dataclass(frozen=True)
class ChangeCapacity(Step):
    booth_target: int
    reason_code: str
    paper: Paper


TURNS = (Appeal, FindDuplicates, Rerun, Override, Swap, Repair, ChangeCapacity)
