"""Mistakes in a scenario's files: all are collected, each with file, line, field, and what to do."""

import re
from dataclasses import dataclass
from typing import Self

from common.errors import FieldProblem


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake; ``line`` counts from 1, 0 stands for the file as a whole."""

    file: str
    line: int
    field: str
    vi: str
    en: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.vi} / {self.en}" if self.field else f"{place}: {self.vi} / {self.en}"


class ScenarioMistakesError(Exception):
    """The folder has mistakes; nothing was started."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class Mistakes:
    """Collects mistakes while the files are read."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def add(self, file: str, line: int, field: str, vi: str, en: str) -> None:
        self._found.append(Mistake(file, line, field, vi, en))

    def count(self) -> int:
        return len(self._found)

    def ordered(self) -> tuple[Mistake, ...]:
        return tuple(sorted(set(self._found)))

    def raise_if_any(self) -> Self:
        """Raise ScenarioMistakesError with every mistake found so far."""
        if self._found:
            raise ScenarioMistakesError(self.ordered())
        return self


def place_of(problem: FieldProblem) -> tuple[int, str]:
    """Return the row and the field of a problem that a service names as ``booths[3].neighbours[0]``."""
    found = re.match(r"\w+\[(\d+)\]\.(\w+)", problem.field)
    if found is None:
        raise ValueError(f"no row in {problem.field}")
    return int(found[1]), found[2]
