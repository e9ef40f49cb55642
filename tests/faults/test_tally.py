"""The tally: rounds are added up by fault and broker, and put into a document between its marks."""

import pytest
from tests.faults.tally import BEGIN, END, Line, put_between, sum_up


def line(fault: str, count: int, seconds: list[float], **more: object) -> Line:
    told = {"seed": 1, "broker": "embedded", "verdict": "held"}
    return {**told, "fault": fault, "count": count, "recovery_seconds": seconds, **more}


def test_counts_are_added_up_by_broker_and_recoveries_over_all():
    lines = [
        line("kill", 2, [1.0, 3.0]),
        line("kill", 1, [31.0], seed=2, broker="process"),
        line("failpoint:migration.before_commit", 1, []),
    ]
    told = sum_up(lines)
    assert "2 rounds; all twelve invariants held in 2. Of 3 recoveries 1 took over 30 s." in told
    assert "| kill | 2 | 1 | 3.0 s, 31.0 s |" in told
    assert "| failpoint:migration.before_commit | 1 | 0 | before the start |" in told


def test_a_round_that_did_not_hold_is_told_and_none_of_its_faults_count():
    told = sum_up([line("kill", 2, [1.0, 3.0]), line("kill", 7, [9.0], seed=2, verdict=["I5"])])
    assert "2 rounds; all twelve invariants held in 1. Of 2 recoveries 0 took over 30 s. Broken: I5 in 1" in told
    assert "| kill | 2 | 0 | 2.0 s, 3.0 s |" in told


def test_rounds_in_which_offsets_could_not_be_judged_are_told_also_those_whose_lines_do_not_say_so():
    lines = [
        line("kill", 2, [1.0], unjudged=[]),
        line("kill_broker", 1, [1.0], unjudged=[]),
        line("kill", 1, [1.0], seed=2, unjudged=["I8: 3 of 9 looks"]),
        line("kill_broker", 1, [1.0], seed=3),
        line("kill_broker", 1, [1.0], seed=4, broker="process"),
    ]
    assert "In 2 of the rounds records were lost whose offsets I8 cannot judge." in sum_up(lines)


def test_the_sums_take_the_place_of_the_last_ones():
    text = put_between(f"before {BEGIN} old {END} after", "new")
    assert text == f"before {BEGIN}\n\nnew\n\n{END} after"


def test_a_document_without_marks_is_left_alone():
    with pytest.raises(ValueError, match="lacks"):
        put_between("text", "new")
