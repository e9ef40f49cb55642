"""Make the virtual environment, on the quickest build of Python that is here (decision 66).

    python3 requirements/environment.py FOLDER [--here | --on PYTHON]

Looked at are the Python that runs this and those that the system brought, of the same version: builds of one version differ by a fifth in speed,
as they were made with measured profiles or without. ``--here`` takes the first, ``--on`` another. Only Python's standard library is used here.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PLACES = ("/usr/bin/python3", "/usr/local/bin/python3")
CLEARLY_QUICKER = 0.93
"""A Python that needs more than this share of the other's time is not worth another choice than `python3`."""
PROBE_SECONDS = 20
PROBE = """
import json, sys, time, venv

class Row:
    def __init__(self, number, name):
        self.number, self.name = number, name

    def told(self, *words, **more):
        return {"number": self.number, "name": self.name.upper(), **more}

def work():
    rows = [Row(number, f"hàng {number}") for number in range(2000)]
    told = [row.told("a", "b", seen=True) for row in rows]
    return sorted(json.loads(json.dumps(told)), key=lambda row: row["name"])

def spent():
    begun = time.process_time()
    work()
    return time.process_time() - begun

work()
print(json.dumps([sys.implementation.name, list(sys.version_info[:2]), min(spent() for _ in range(9))]))
"""


class Build(NamedTuple):
    """A Python: where it is, what it is (implementation and version), and the processor seconds that a little work takes it."""

    path: str
    kind: tuple[str, int, int]
    seconds: float


def look_at(path: str) -> Build | None:
    """Return what a Python is and how quick; None if it does not run or cannot make environments."""
    words = [path, "-I", "-c", PROBE]
    try:
        done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=PROBE_SECONDS)
        implementation, (major, minor), seconds = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Build(path, (implementation, major, minor), seconds)


def choose(own: str, places: Sequence[str]) -> str:
    """Return ``own``, or a Python of the same kind at one of the places that is clearly quicker."""
    here = look_at(own)
    if here is None:
        return own
    others = [look_at(place) for place in places if Path(place).is_file() and not _is_same(place, own)]
    quicker = [
        each for each in others if each and each.kind == here.kind and each.seconds < CLEARLY_QUICKER * here.seconds
    ]
    return min([here, *quicker], key=lambda each: each.seconds).path


def _is_same(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()


def make(folder: Path, own: str, chosen: str) -> None:
    """Make the environment on the chosen Python; pip is that of our own, since a system's may come without.

    Where the two are of different versions, pip has to be the chosen one's.

    Raises:
        subprocess.CalledProcessError: one of the two cannot make environments, and has said why; none is left to be taken for whole.
    """
    links = folder / "bin"
    try:
        if _is_same(own, chosen) or _version(own) != _version(chosen):
            subprocess.run([chosen, "-m", "venv", folder], check=True)
            return
        subprocess.run([own, "-m", "venv", folder], check=True)
        _remove_pythons(links)
        subprocess.run([chosen, "-m", "venv", "--without-pip", folder], check=True)
    except BaseException:
        _remove_pythons(links)  # a folder may have been here before, with what is somebody's
        raise


def _remove_pythons(links: Path) -> None:
    for link in links.glob("python*"):
        link.unlink()


def _version(python: str) -> str:
    words = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="environment.py")
    parser.add_argument("folder", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--here", action="store_true", help="take the Python that runs this, quick or not")
    which.add_argument("--on", metavar="PYTHON", help="take that one")
    options = parser.parse_args(arguments)
    own = sys.executable
    chosen = options.on or (own if options.here else choose(own, PLACES))
    if chosen not in (own, options.on):
        sys.stdout.write(f"on {chosen}, which runs quicker here than {own} (PYTHON=... chooses)\n")
        sys.stdout.flush()
    try:
        make(options.folder, own, chosen)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
