"""Bytecode without docstrings, as `make install` and the image write it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEAN = Path(__file__).parents[2] / "requirements" / "lean.py"
SOURCE = '''"""Of the module."""
from __future__ import annotations


class Thing:
    """Of the class."""

    class Inner:
        """Of the class within."""

    if True:

        def method(self):
            """Of the method."""
            "told below it"


async def check(value):
    """Of the function."""
    assert value, "asserted"
    return "kept"
'''
LOOK = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from idna import Thing, check, __doc__ as of_module
docs = [of_module, Thing.__doc__, Thing.Inner.__doc__, Thing.method.__doc__, check.__doc__]
try:
    asyncio.run(check(0))
except AssertionError as error:
    docs.append(str(error))
print("|".join([*docs, asyncio.run(check(1))]))
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder of packages with one that services load, as it is called, and one that they do not."""
    for name in ("idna", "unrelated"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(SOURCE)
    return tmp_path


def compile_in(folder: Path, *words: str) -> str:
    """Return what it complains of; it never fails."""
    done = subprocess.run([sys.executable, LEAN, *words, folder], capture_output=True, text=True, check=True)
    return done.stderr


def look(folder: Path) -> list[str]:
    words = [sys.executable, "-c", LOOK, folder]
    without = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, env=without, capture_output=True, text=True, check=True).stdout.strip().split("|")


@pytest.mark.parametrize("words", [[], ["--unchecked"]])
def test_docstrings_go_and_assertions_stay(packages: Path, words: list[str]) -> None:
    assert look(packages)[3] == "Of the method."
    assert compile_in(packages, *words) == ""
    assert look(packages) == [".", ".", ".", ".", ".", "asserted", "kept"]
    assert not (packages / "unrelated" / "__pycache__").exists()


def test_an_upgraded_package_runs_what_it_is_now(packages: Path) -> None:
    compile_in(packages)
    (packages / "idna" / "__init__.py").write_text(SOURCE.replace('"kept"', '"new"'))
    assert look(packages)[-1] == "new"


def test_a_file_of_the_same_size_is_told_by_its_time(packages: Path) -> None:
    compile_in(packages)
    source = packages / "idna" / "__init__.py"
    source.write_text(SOURCE.replace('"kept"', '"wept"'))
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 2))
    assert look(packages)[-1] == "wept"


def test_what_cannot_be_compiled_or_written_is_told_and_the_rest_done(packages: Path) -> None:
    (packages / "idna" / "broken.py").write_text("def (:\n")
    (packages / "idna" / "package").mkdir()
    (packages / "idna" / "package" / "__init__.py").write_text("")
    (packages / "idna" / "package" / "__pycache__").write_text("in the way")
    assert "2 of 3 sources" in compile_in(packages)
    assert look(packages)[0] == "."
    left = [one for one in (packages / "idna").rglob("__pycache__/*") if one.suffix != ".pyc"]
    assert left == []
