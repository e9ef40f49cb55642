"""The page shows what the events tell, and nothing is lost between them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.scenario.conftest import Folder

from scenario.playing import Played
from scenario.reading.folder import read_scenario
from scenario.results.folding import follow, in_order_of_time
from scenario.results.out_folder import empty_folder
from scenario.results.pages import write_page
from scenario.results.summary import sum_up, to_text
from scenario.results.timeline import tell_stages
from scenario.script import steps, turns

EDITION = "0198c0de-0000-7000-8000-000000000000"


class Log:
    """A short history, as the feeds tell it."""

    def __init__(self) -> None:
        self.events: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("registration", "allocation", "notifications", "reporting")
        }
        self._minutes = count()

    def tell(self, service: str, name: str, **data: Any) -> None:
        found = self.events[service]
        found.append(
            {
                "type": f"ocop.{service}.{name}.v1",
                "time": f"2020-08-05T02:{next(self._minutes):02d}:00.000000Z",
                "sequence": str(len(found) + 1),
                "data": {"edition_id": EDITION, **data},
            }
        )

    def tell_of(self, service: str, name: str, application: str, **data: Any) -> None:
        self.tell(service, name, application_id=application, vendor_id=f"v{application}", **data)


def a_history() -> Log:
    log = Log()
    booths = [
        {"booth_code": code, "zone_code": "A", "area_m2": 9, "corner": True, "power_sockets": 1, "x": x, "y": 0}
        for code, x in (("A1", 0), ("A2", 3))
    ]
    zones = [{"zone_code": "A", "name": {"vi": "Khu làng nghề", "en": None}, "kind": "craft_village"}]
    log.tell("allocation", "floor_plan_published", version=1, zones=zones, booths=booths)
    for application, trade_name in (("1", "Công ty TNHH A&B"), ("2", "HTX <b>Đăk Hà</b>")):
        vendor = {"trade_name": trade_name, "province_code": "62", "country": "VN", "vendor_type": "company"}
        log.tell_of("registration", "application_submitted", application, vendor=vendor, channel="nominated")
    offer = {"booth_codes": ["A1"], "reply_by_at": "2020-08-08T02:00:00Z", "reasons": []}
    log.tell_of("allocation", "booth_offered", "1", **offer)
    log.tell_of("allocation", "application_waitlisted", "2", position=1, reasons=[], run_id=None)
    log.tell_of("allocation", "booth_declined", "1", booth_codes=["A1"])
    log.tell_of("allocation", "booth_offered", "2", **offer)
    log.tell_of("allocation", "booth_confirmed", "2", booth_codes=["A1"])
    return log


def test_an_application_is_followed_from_state_to_state():
    followed = follow(in_order_of_time(a_history().events))

    assert (followed["1"].state, followed["1"].booths) == ("declined", ())
    assert (followed["2"].state, followed["2"].booths) == ("confirmed", ("A1",))
    assert len(followed["2"].events) == 4


def test_the_page_names_every_applicant_and_escapes_their_names(folder: Folder, tmp_path: Path):
    scenario, log, out = read_scenario(folder.path), a_history(), tmp_path / "out"
    empty_folder(out)
    stage = Played(scenario.steps[0].at, "Phê duyệt", "7 agencies", 0.1, steps.Announce)

    write_page(out, scenario, [stage], log.events, follow(in_order_of_time(log.events)))

    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Công ty TNHH A&amp;B" in page
    assert "<b>Đăk" not in page
    assert '<a href="#a-2">' in page, "a held booth leads to its holder"
    assert "A2: trống" in page
    assert "src=" not in page, "the page needs no other file"


def test_each_stage_from_nominations_to_answers_is_told_once_with_its_counts():
    log = a_history()
    log.tell_of("registration", "application_submitted", "2", channel="nominated", vendor={})

    stages = tell_stages(in_order_of_time(log.events), {})

    assert [(stage.vi, stage.facts) for stage in stages] == [
        ("Công bố sơ đồ gian hàng", "phiên bản 1; 2 gian hàng"),
        ("Đề cử, nộp hồ sơ", "2 hồ sơ; 2 do các cơ quan đề cử; 0 tự đăng ký; 1 lượt nộp lại sau bổ sung"),
        ("Mời nhận gian hàng", "2 lời mời; 1 vào danh sách chờ"),
        ("Trả lời của chủ thể", "1 xác nhận; 1 từ chối"),
    ]


def test_a_stage_that_comes_again_after_a_milestone_is_told_again():
    log = a_history()
    log.tell("registration", "edition_suspended", reason_code="epidemic", legal_document=None)
    log.tell_of("allocation", "booth_declined", "2", booth_codes=["A1"])

    last = [(stage.key, stage.facts) for stage in tell_stages(in_order_of_time(log.events), {})][-2:]

    assert last == [("edition_suspended", "dịch bệnh"), ("answers", "1 từ chối")]


def test_fewer_booths_are_told_as_such_and_not_as_an_answer_of_anybody():
    log = a_history()
    log.tell("registration", "edition_announced", booth_target=150, planned={"from": "2020-08-20", "to": "2020-08-24"})
    for target in (146, 150):
        log.tell("registration", "edition_capacity_changed", booth_target=target, reason_code="epidemic")
        if target == 146:
            log.tell_of("allocation", "booth_released", "2", booth_codes=["A1"], reason_code="capacity_changed")
            why = [{"code": "capacity_changed", "text": {"vi": "Giảm", "en": None}}]
            log.tell_of("allocation", "application_waitlisted", "2", position=1, reasons=why)

    last = [(stage.vi, stage.facts) for stage in tell_stages(in_order_of_time(log.events), {})][-4:]

    assert last == [
        ("Kỳ sự kiện được phê duyệt", "tổ chức 20/08/2020-24/08/2020; 150 gian hàng"),
        ("Đổi quy mô", "giảm từ 150 xuống 146 gian hàng; dịch bệnh"),
        ("Thu hẹp quy mô", "1 chủ thể không còn gian hàng; 1 được đưa lên đầu danh sách chờ; gian hàng A1"),
        ("Đổi quy mô", "tăng từ 146 lên 150 gian hàng; dịch bệnh"),
    ]


def test_a_swap_a_repair_and_an_appeal_that_helped_have_lines_of_their_own():
    log = a_history()
    log.tell_of("registration", "application_accepted", "1", on_appeal=True)
    for reason, old, new in (("swap", "A1", "A2"), ("repair", "A2", "A1")):
        moved = {"old_booth_codes": [old], "new_booth_codes": [new], "reason_code": reason}
        log.tell_of("allocation", "booth_moved", "2", **moved)

    last = [(stage.vi, stage.facts) for stage in tell_stages(in_order_of_time(log.events), {})][-3:]

    assert last == [
        ("Xét duyệt hồ sơ", "1 được chấp nhận sau kiến nghị"),
        ("Đổi gian hàng theo thỏa thuận", "1 lượt chuyển; A1 → A2"),
        ("Chuyển gian hàng", "1 lượt chuyển; A2 → A1"),
    ]


def test_a_lapse_has_a_line_of_its_own_and_changes_nothing_of_what_became_of_the_application():
    log = a_history()
    before = {one.application_id: one.state for one in follow(in_order_of_time(log.events)).values()}
    log.tell("registration", "edition_suspended", reason_code="epidemic", legal_document=None)
    log.tell_of("registration", "application_accepted", "2", lapsed=[{"name": "Chè"}])
    why = [{"code": "certificate_lapsed", "text": {"vi": "Hết hiệu lực", "en": None}}]
    log.tell_of("allocation", "application_waitlisted", "1", position=9, reasons=why)

    ordered = in_order_of_time(log.events)
    last = [(stage.vi, stage.facts) for stage in tell_stages(ordered, {})][-1]

    assert last == (
        "Giấy chứng nhận hết hiệu lực",
        "1 hồ sơ được báo lại; 1 xếp lại trong danh sách chờ theo điểm hiện nay",
    )
    assert follow(ordered)["2"].state == before["2"]


def test_turns_that_no_public_event_tells_stand_in_the_timeline_where_they_were_taken():
    log = a_history()
    told_at = datetime(2020, 8, 5, 2, 0, tzinfo=UTC)
    played = [
        Played(told_at + timedelta(minutes=minutes), title, f"{title}.", 0.1, step)
        for minutes, title, step in (
            (-5, "Tìm hồ sơ trùng", turns.FindDuplicates),
            (3, "Điều chỉnh phương án", turns.Override),
            (4, "Trả lời mời", steps.Answer),
            (90, "Đã báo cáo kết quả", steps.Conclude),
        )
    ]

    stages = tell_stages(in_order_of_time(log.events), {}, played)

    assert [stage.vi for stage in stages] == [
        "Tìm hồ sơ trùng",
        "Công bố sơ đồ gian hàng",
        "Đề cử, nộp hồ sơ",
        "Điều chỉnh phương án",
        "Mời nhận gian hàng",
        "Trả lời của chủ thể",
        "Đã báo cáo kết quả",
    ]


def test_the_page_leads_to_the_comparison_and_the_workbooks_that_lie_beside_it(folder: Folder, tmp_path: Path):
    scenario, log, out = read_scenario(folder.path), a_history(), tmp_path / "out"
    empty_folder(out)
    (out / "comparison.html").write_text("", encoding="utf-8")
    (out / "workbooks" / "02.xlsx").write_bytes(b"PK")
    rerun = Played(scenario.steps[0].at, "So sánh phương án", "hai phương án", 0.1, turns.Rerun)

    write_page(out, scenario, [rerun], log.events, follow(in_order_of_time(log.events)))

    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'hai phương án; <a href="comparison.html">' in page
    assert '<a href="workbooks/02.xlsx">' in page


def test_daily_reports_are_one_stage_and_a_result_names_the_agency_that_it_goes_to():
    log = Log()
    paper = {"number": "05", "notation": "BC-SNN", "issued_on": "2020-10-26", "version": 1}
    for _ in range(3):
        log.tell("reporting", "report_issued", kind="daily", addressee_agency_code="hn.snn", **paper)
    log.tell("reporting", "report_issued", kind="result", addressee_agency_code="hn.ubnd", **paper)

    stages = tell_stages(in_order_of_time(log.events), {"hn.ubnd": "Ủy ban nhân dân thành phố Hà Nội"})

    assert [stage.facts for stage in stages] == [
        "3 báo cáo",
        "báo cáo kết quả 05/BC-SNN ngày 26/10/2020 gửi Ủy ban nhân dân thành phố Hà Nội",
    ]


def test_the_page_shows_agencies_by_name_and_each_stage(folder: Folder, tmp_path: Path):
    scenario, log, out = read_scenario(folder.path), a_history(), tmp_path / "out"
    empty_folder(out)
    (out / "reports" / "result.pdf").write_bytes(b"%PDF")
    covers = {"from": "2020-09-17", "to": "2020-09-19"}
    paper = {"number": "05", "notation": "BC-SNN", "issued_on": "2020-10-26", "version": 1}
    log.tell(
        "reporting", "report_issued", kind="result", addressee_agency_code="hn.ubnd", covers=covers, figures={}, **paper
    )

    write_page(out, scenario, [], log.events, follow(in_order_of_time(log.events)))

    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Ủy ban nhân dân thành phố Hà Nội" in page
    assert "hn.ubnd" not in page
    assert "<strong>Đề cử, nộp hồ sơ</strong>" in page


def test_a_quick_report_is_said_to_bear_no_number(folder: Folder, tmp_path: Path):
    log, out = a_history(), tmp_path / "out"
    empty_folder(out)
    (out / "reports" / "daily.pdf").write_bytes(b"%PDF")
    bare: dict[str, Any] = {"number": None, "notation": None, "issued_on": None, "version": 1, "figures": {}}
    covers = {"from": "2020-09-17", "to": "2020-09-17"}
    log.tell("reporting", "report_issued", kind="daily", addressee_agency_code="hn.snn", covers=covers, **bare)

    write_page(out, read_scenario(folder.path), [], log.events, follow(in_order_of_time(log.events)))

    page = (out / "index.html").read_text(encoding="utf-8")
    assert '<td data-title="Số, ký hiệu">không đánh số</td>' in page
    assert "chưa có số<" not in page


def test_the_summary_has_no_ids(folder: Folder):
    log = a_history()
    summary = sum_up(read_scenario(folder.path), "closed", log.events, follow(in_order_of_time(log.events)))

    assert summary["placements"] == {"HTX <b>Đăk Hà</b>": ["A1"]}
    assert EDITION not in to_text(summary)


def test_the_summary_tells_each_day_with_figures_once(folder: Folder):
    log = a_history()
    for day in ("2020-09-18", "2020-09-17", "2020-09-18"):
        log.tell("reporting", "day_figures_recorded", on=day)

    summary = sum_up(read_scenario(folder.path), "closed", log.events, follow(in_order_of_time(log.events)))

    assert summary["days"] == ["2020-09-17", "2020-09-18"]
