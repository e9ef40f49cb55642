"""What CI says of a tier that did not run; programs and tiers are stand-ins here, the script is the real one."""

from tests.ci.machine import NOT_RUN, Machine


def test_a_tier_that_root_could_have_made_run_is_an_error_until_it_is_allowed_by_name(machine: Machine) -> None:
    machine.let_tier("containers", f"exit {NOT_RUN}")
    done = machine.run()
    assert done.returncode == 1
    assert "OCOP_CI_ALLOW=containers lets that pass" in done.stderr
    allowed = machine.run(OCOP_CI_ALLOW="containers")
    assert allowed.returncode == 0, allowed.stderr
    assert "containers: NOT RUN" in allowed.stdout


def test_a_tier_that_the_user_cannot_make_run_is_said_and_no_error(machine: Machine) -> None:
    machine.let_tier("containers", f"exit {NOT_RUN}")
    done = machine.run(user=1000)
    assert (done.returncode, "containers: NOT RUN" in done.stdout) == (0, True), done.stderr


def test_the_cluster_is_no_error_where_its_binaries_are_not_cached(machine: Machine) -> None:
    machine.let_tier("kubernetes", f"exit {NOT_RUN}")
    done = machine.run()
    assert (done.returncode, "kubernetes: NOT RUN" in done.stdout) == (0, True), done.stderr


def test_a_part_that_did_not_run_is_said_again_at_the_end(machine: Machine) -> None:
    machine.let_tier("process", 'note "the version before"')
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "process: passed" in done.stdout
    assert done.stdout.rstrip().endswith("NOT RUN: the version before")


def test_a_tier_that_fails_ends_it(machine: Machine) -> None:
    machine.let_tier("process", "exit 3")
    done = machine.run(OCOP_CI_ALLOW="process")
    assert (done.returncode, "process failed" in done.stderr) == (3, True)


def test_a_round_of_faults_is_played_and_counts(machine: Machine) -> None:
    held = machine.run()
    assert (held.returncode, "faults: passed" in held.stdout) == (0, True), held.stderr
    machine.let_tier("faults", "exit 3")
    broken = machine.run()
    assert (broken.returncode, "faults failed" in broken.stderr) == (3, True)
