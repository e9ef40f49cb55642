"""Names of a round: a program that is run with them finds them, and nobody finds them once they are taken away."""

import subprocess
from pathlib import Path

import pytest
from tests.faults.names import NAMES, Names

ASK = ("getent", "ahostsv4")


@pytest.fixture
def names(tmp_path: Path) -> Names:
    names = Names(tmp_path / "names")
    if names.missing:
        pytest.skip(names.missing)
    return names


def found(names: Names, host: str) -> bool:
    return subprocess.run(names.words(*ASK, host), capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_until_it_is_taken_away_and_when_it_is_given_again(names: Names, name: str):
    host = names.host(name)
    assert found(names, host)
    names.take_away()
    assert not found(names, host)
    names.give()
    assert found(names, host)


def test_nobody_else_on_the_machine_sees_them(names: Names):
    assert subprocess.run([*ASK, names.host("database")], capture_output=True, check=False).returncode != 0


def test_the_command_gets_what_stands_behind_it(names: Names):
    assert subprocess.run(names.words("echo", "a b", "c"), capture_output=True, check=True).stdout == b"a b c\n"
