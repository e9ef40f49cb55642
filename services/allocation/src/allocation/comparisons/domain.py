"""What differs between runs: objectives, shares, and who stands elsewhere than in the first one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import ConflictError, DomainError

MOST_RUNS = 5

Json = dict[str, Any]
Placements = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Compared:
    """A run as it is compared: ``shares`` has its tables of shares, small groups told together."""

    run_id: str
    state: str
    status: str
    placed: int
    waitlisted: int
    pins: int
    problems: tuple[str, ...]
    objectives: Mapping[str, tuple[int, int]]
    placements: Placements
    shares: Sequence[Json]


@dataclass(frozen=True)
class Move:
    """Who stands elsewhere than in the first run: its booths in each run, none where it has no place."""

    application_id: str
    trade_name: str
    points: int
    booth_codes: tuple[tuple[str, ...], ...]


class NotComparableError(ConflictError):
    """A run has no result, or belongs to another edition."""

    code = "runs_not_comparable"


class TooManyRunsError(DomainError):
    """One run alone, or more than fit side by side, or one named twice."""

    code = "wrong_number_of_runs"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            f"Hãy chọn từ hai đến {MOST_RUNS} phương án khác nhau để so sánh.",
            f"Name two to {MOST_RUNS} different runs to compare.",
            field="run",
        )


def require_number(run_ids: Sequence[object]) -> None:
    """Raise TooManyRunsError unless there are two to MOST_RUNS different runs."""
    if not 2 <= len(set(run_ids)) == len(run_ids) <= MOST_RUNS:
        raise TooManyRunsError


def objective_rows(runs: Sequence[Compared], words: Callable[[str], tuple[str, str]]) -> list[Json]:
    """Return each objective with its words, value and bound in every run, None where a run has no such pass."""
    names = list(dict.fromkeys(name for run in runs for name in run.objectives))
    rows = [
        {"name": name, "vi": vi, "en": en, "values": [_value(run, name) for run in runs]}
        for name in names
        for vi, en in [words(name)]
    ]
    return [{**row, "differs": len({str(each) for each in row["values"]}) > 1} for row in rows]


def _value(run: Compared, name: str) -> Json | None:
    if name not in run.objectives:
        return None
    value, bound = run.objectives[name]
    return {"value": value, "bound": bound}


def share_rows(runs: Sequence[Compared]) -> list[Json]:
    """Return the tables of shares with the rows of all runs in one; a group that a run tells no row of has None."""
    tables: list[Json] = []
    for number, first in enumerate(runs[0].shares):
        by_run = [{row["code"]: row for row in run.shares[number]["rows"]} for run in runs]
        words = {code: row for rows in by_run for code, row in rows.items()}
        names = ("applications", "placed", "booths_held", "share_permille")
        rows = [
            {
                "code": code,
                "vi": row["vi"],
                "en": row["en"],
                "floor": row["floor"],
                "ceiling": row["ceiling"],
                "values": [{name: rows[code][name] for name in names} if code in rows else None for rows in by_run],
            }
            for code, row in words.items()
        ]
        tables.append({"dimension": first["dimension"], "vi": first["vi"], "en": first["en"], "rows": rows})
    return tables


def find_moves(runs: Sequence[Compared], names: Mapping[str, str], points: Mapping[str, int]) -> list[Move]:
    """Return who stands elsewhere, or has a place in some runs alone, from the most points down."""
    known = dict.fromkeys(name for run in runs for name in run.placements)
    moves = [
        Move(
            each, names.get(each, each), points.get(each, 0), tuple(tuple(run.placements.get(each, ())) for run in runs)
        )
        for each in known
    ]
    moved = [each for each in moves if len(set(each.booth_codes)) > 1]
    return sorted(moved, key=lambda each: (-each.points, each.trade_name, each.application_id))
