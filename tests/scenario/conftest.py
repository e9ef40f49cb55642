"""A copy of the small scenario that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from scenario.reading.folder import read_scenario
from scenario.reading.mistakes import Mistake, ScenarioMistakesError

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"


class Folder:
    """A scenario's folder under a test's hands."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace the first occurrence of a text in a file; it must be there."""
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no “{old}”"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes_of(path: Path) -> tuple[Mistake, ...]:
    with pytest.raises(ScenarioMistakesError) as caught:
        read_scenario(path)
    return caught.value.mistakes


def places(path: Path) -> list[tuple[str, int, str]]:
    return [(mistake.file, mistake.line, mistake.field) for mistake in mistakes_of(path)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(SMALL_FAIR, tmp_path / "fair")
    return Folder(tmp_path / "fair")
