"""The lines that a play tells, for whoever reads Vietnamese."""

from dataclasses import replace
from pathlib import Path

from scenario.acts.telling import add_deadlines, say_decisions, say_report, say_state
from scenario.reading.folder import read_scenario
from scenario.script.steps import Report

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"


def test_decisions_and_states_are_told_in_words():
    assert say_decisions({"return": 36, "accept": 433}) == "433 chấp nhận, 36 trả lại"
    assert say_decisions({}) == "0 hồ sơ"
    assert say_state("registration_closed") == "kỳ sự kiện đã đóng đăng ký"


def test_a_report_names_its_kind_and_the_agency_that_it_goes_to():
    scenario = read_scenario(SMALL_FAIR)
    agencies = {agency.code: agency.name_vi for agency in scenario.agencies}
    reports = [step for step in scenario.steps if isinstance(step, Report)]
    daily = replace(reports[0], addressee_agency_code="hn.snn")

    assert say_report(daily, agencies) == "báo cáo nhanh gửi Sở Nông nghiệp và Phát triển nông thôn Hà Nội"
    assert " (đính chính) gửi " in say_report(reports[-1], agencies)


def test_deadlines_are_told_only_where_some_fell_due():
    assert add_deadlines("2 hồ sơ", 1) == "2 hồ sơ; trước đó 1 thời hạn đã đến"
    assert add_deadlines("2 hồ sơ", 0) == "2 hồ sơ"
