"""The environment is made on the quickest build of the same Python that the machine has."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

MAKER = Path(__file__).parents[2] / "requirements" / "environment.py"
making = runpy.run_path(str(MAKER))
choose: Callable[[str, list[str]], str] = making["choose"]
look_at, make = making["look_at"], making["make"]

HERE = [sys.implementation.name, list(sys.version_info[:2])]
ANOTHER = [sys.implementation.name, [sys.version_info[0], sys.version_info[1] + 1]]


def a_python(path: Path, seconds: float, kind: Sequence[object] = HERE) -> str:
    """Write what answers the probe like a Python of some speed, and otherwise is the one that runs this."""
    told = json.dumps([*kind, seconds])
    path.write_text(f'#!/bin/sh\n[ "$2" = -c ] && {{ echo \'{told}\'; exit; }}\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return str(path)


def test_a_clearly_quicker_python_is_chosen_and_the_quickest_of_several(tmp_path: Path) -> None:
    own, quicker, quickest = (a_python(tmp_path / f"{name}", name) for name in (1.0, 0.8, 0.7))
    assert choose(own, [quicker, quickest, str(tmp_path / "none")]) == quickest


@pytest.mark.parametrize(("seconds", "kind"), [(0.97, HERE), (1.2, HERE), (0.5, ANOTHER), (0.5, ["pypy", HERE[1]])])
def test_one_that_is_hardly_quicker_or_another_version_is_not(
    tmp_path: Path, seconds: float, kind: list[object]
) -> None:
    own = a_python(tmp_path / "own", 1.0)
    assert choose(own, [a_python(tmp_path / "other", seconds, kind)]) == own


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho '[]'\n", "#!/nowhere\n"])
def test_one_that_cannot_make_environments_is_passed_over(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "broken"
    broken.write_text(text)
    broken.chmod(0o755)
    own = a_python(tmp_path / "own", 1.0)
    assert choose(own, [str(broken)]) == own
    assert choose(str(broken), [own]) == str(broken)


def test_this_python_tells_what_it_is_and_how_quick() -> None:
    found = look_at(sys.executable)
    assert found.kind == (HERE[0], *sys.version_info[:2])
    assert found.seconds > 0


def wrap(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_environment_on_another_python_has_the_pip_of_our_own(tmp_path: Path, giver: str) -> None:
    other = wrap(tmp_path / "other", f'exec {Path(sys.executable).resolve()} "$@"')
    folder = tmp_path / "an environment"
    make(folder, giver, str(other))
    assert "--without-pip" in (folder / "pyvenv.cfg").read_text()
    python = folder / "bin" / "python"
    assert python.resolve() == Path(sys.executable).resolve()
    done = subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True, text=True)
    assert str(folder) in done.stdout


def test_where_our_own_is_of_another_version_pip_is_the_chosen_ones(tmp_path: Path, giver: str) -> None:
    own = wrap(tmp_path / "own", 'test "$2" = -c || exit 1\necho 2 7')
    folder = tmp_path / "environment"
    make(folder, str(own), giver)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "--version"], check=True, capture_output=True)


def test_an_environment_that_could_not_be_made_is_not_taken_for_whole_and_nothing_else_is_lost(tmp_path: Path) -> None:
    without_pip = wrap(
        tmp_path / "python3",
        f'[ "$1" = -I ] && exec {sys.executable} "$@"\n{sys.executable} "$1" "$2" --without-pip "$3"\nexit 1',
    )
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "somebody's").touch()
    with pytest.raises(subprocess.CalledProcessError):
        make(folder, str(without_pip), sys.executable)
    assert not (folder / "bin" / "python").exists()
    assert (folder / "somebody's").exists()
