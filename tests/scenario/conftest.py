"""A copy of the small scenario that a test may spoil."""

import shutil
from pathlib import Path

import pytest

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


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(SMALL_FAIR, tmp_path / "fair")
    return Folder(tmp_path / "fair")
