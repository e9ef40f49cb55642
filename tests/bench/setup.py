"""Set-up as a newcomer does it: `make install` in a fresh copy of the sources, with pip's cache as it is."""

import shutil
import subprocess
import time
from pathlib import Path

SOURCES = ("Makefile", "README.md", "requirements", "libs", "services", "deploy")
NOT_OF_A_CHECKOUT = shutil.ignore_patterns("*.egg-info", "__pycache__", ".venv", "build", "secrets")


def measure(root: Path, folder: Path) -> float:
    """Return the seconds from the sources to a virtual environment with everything in it."""
    folder.mkdir()
    for name in SOURCES:
        source, copy = root / name, folder / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=NOT_OF_A_CHECKOUT)
        else:
            shutil.copy(source, copy)
    begun = time.perf_counter()
    subprocess.run(["make", "--silent", "install"], cwd=folder, check=True)
    return time.perf_counter() - begun
