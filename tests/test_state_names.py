"""Refusals name states in the reader's language: no code of ours stands in a Vietnamese or an English sentence."""

from enum import StrEnum

import pytest

from allocation.runs import domain as runs
from common.errors import DomainError
from registration.applications import domain as applications
from reporting.reports import states as reports


def application_refusals() -> list[DomainError]:
    states = applications.ApplicationState
    return [applications.ApplicationStateError(one, other) for one in states for other in states]


def report_refusals() -> list[DomainError]:
    wishes = [*reports.STATE_NAMES.values(), reports.CORRECTED, reports.NUMBERED_DAILY]
    return [reports.ReportStateError(state, wish) for state in reports.ReportState for wish in wishes]


@pytest.mark.parametrize(
    ("refusals", "states"),
    [(application_refusals(), applications.ApplicationState), (report_refusals(), reports.ReportState)],
)
def test_a_refused_step_is_told_without_codes(refusals: list[DomainError], states: type[StrEnum]):
    codes = {state.value for state in states}
    for refusal in refusals:
        assert not codes & set(refusal.message_vi.replace("“", " ").replace("”", " ").split())
        assert "_" not in refusal.message_en


def test_every_state_of_a_run_has_a_name():
    assert set(runs.STATE_NAMES) == set(runs.RunState)
