"""Services do not load what only a screen needs."""

import subprocess
import sys

import pytest

from common.lean import load_without

UNWANTED = {"rich", "pygments"}


@pytest.mark.parametrize("service", ["registration", "allocation", "notifications", "reporting"])
def test_a_service_loads_nothing_for_a_screen(service: str) -> None:
    code = f"import sys, common.cli.serving, {service}.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not UNWANTED.intersection(done.stdout.split())


def test_what_was_hidden_can_be_loaded_afterwards() -> None:
    code = "import sys, common.cli, rich.console; print(rich.console.Console().is_terminal, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_who_has_loaded_a_package_keeps_it() -> None:
    before = sys.modules["pytest"]
    load_without(hidden=["pytest"], names=["json"])
    assert sys.modules["pytest"] is before
