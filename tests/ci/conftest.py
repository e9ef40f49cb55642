"""The machine of the test's making, and a Python that gives environments their pip."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ci.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def giver() -> str:
    """A Python of this version that can give an environment its pip; a system's may lack what that takes."""
    wanted = [str(Path(sys.executable).resolve()), *filter(None, [shutil.which("python3")])]
    for python in wanted:
        told = [python, "-I", "-c", "import ensurepip, sys; print(list(sys.version_info[:2]))"]
        if subprocess.run(told, check=False, capture_output=True, text=True).stdout.strip() == str(
            list(sys.version_info[:2])
        ):
            return python
    pytest.skip("no Python of this version here has ensurepip (python3-venv)")
