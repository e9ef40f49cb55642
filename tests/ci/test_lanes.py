"""Tiers beside each other: each one's words in one piece, failures named, nothing left at work; the script is the real one."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from tests.ci.machine import Machine

PATIENCE_SECONDS = 30
# A tier that leaves its number, and ends by a signal alone; its child would outlive it.
ENDLESS = "echo at it; sleep 600 & echo $! > {name}.child; echo $$ > {name}.tier; wait"
WAIT_FOR = "until [ -e {name} ]; do sleep 0.02; done"


def number_in(file: Path) -> int:
    """Return the number that a tier leaves, once it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not file.exists() or not file.read_text().strip():
        assert time.monotonic() < deadline, file.name
    return int(file.read_text())


def is_at_work(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(*numbers: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(is_at_work, numbers)):
        assert time.monotonic() < deadline, numbers


def test_two_tiers_run_beside_each_other_and_what_each_says_stands_in_one_piece(machine: Machine) -> None:
    machine.let_tier("process", f"echo P1; touch p; {WAIT_FOR.format(name='e')}; echo P2")
    machine.let_tier("embedded", f"echo E1; {WAIT_FOR.format(name='p')}; echo E2; touch e")
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "P1\nP2\n" in done.stdout
    assert "E1\nE2\n" in done.stdout


def test_beside_a_tier_that_fails_the_other_ends_but_none_begins_and_the_code_is_the_first_ones(
    machine: Machine,
) -> None:
    machine.let_tier("embedded", "echo broken here; touch failed; exit 3")
    machine.let_tier("process", f"{WAIT_FOR.format(name='failed')}; echo found more; exit 4")
    for tier in ("containers", "faults", "kubernetes"):
        machine.let_tier(tier, "echo it began")
    done = machine.run()
    first, second = [line.split()[1] for line in done.stderr.splitlines() if " failed (" in line][:2]
    assert {first, second} == {"embedded", "process"}
    assert done.returncode == {"embedded": 3, "process": 4}[first]
    assert "broken here" in done.stdout
    assert "found more" in done.stdout
    assert "it began" not in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_when_it_is_interrupted_nothing_is_left_at_work_and_what_was_said_is_shown(
    machine: Machine, number: signal.Signals, code: int
) -> None:
    for tier in ("embedded", "process"):
        machine.let_tier(tier, ENDLESS.format(name=tier))
    running = machine.start()
    numbers = [
        number_in(machine.folder / f"{tier}.{who}") for tier in ("embedded", "process") for who in ("tier", "child")
    ]
    running.send_signal(number)
    told, _ = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == code
    wait_until_gone(*numbers)
    assert told.count("cut short") == told.count("at it\n") == 2


def test_a_tier_that_hangs_is_ended_with_all_that_it_started_and_named(machine: Machine) -> None:
    impatient = f'shift 2\nexec {shutil.which("timeout")} --kill-after=5 2 "$@"'
    machine.let_program("timeout", f"#!/bin/sh\n{impatient}\n")
    machine.let_tier("process", ENDLESS.format(name="process"))
    done = machine.run()
    assert done.returncode == 1
    assert "process did not end within its limit" in done.stderr
    wait_until_gone(*(number_in(machine.folder / f"process.{who}") for who in ("tier", "child")))
