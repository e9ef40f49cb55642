"""The small fair, played on the whole system and judged from the outside."""

import email
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from email import policy
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.system.conftest import SMALL_FAIR, Played, play_once
from tests.system.recount import Json, name_of
from tests.system.redelivery import deliver_again

from common.tokens import Role
from scenario.compare import first_difference
from scenario.doors.quiet import read_statuses, wait_for_quiet
from scenario.doors.system import System

pytestmark = pytest.mark.system

READERS = {
    "registration": ("allocation",),
    "allocation": ("registration",),
    "notifications": ("registration", "allocation"),
    "reporting": ("registration", "allocation", "notifications"),
}


def names(played: Played, service: str) -> Counter[str]:
    return Counter(map(name_of, played.events(service)))


def reports(played: Played) -> list[Json]:
    return [event["data"] for event in played.events("reporting") if name_of(event) == "report_issued"]


def test_the_story_has_every_turn_that_it_was_written_for(small_fair: Played):
    registration, allocation = names(small_fair, "registration"), names(small_fair, "allocation")

    assert registration["application_returned"] >= 2
    assert registration["application_rejected"] >= 1
    assert registration["application_withdrawn"] == 1
    assert registration["edition_suspended"] == registration["edition_rescheduled"] == 1
    assert allocation["application_waitlisted"] >= 1
    assert allocation["booth_declined"] >= 1
    assert allocation["booth_offer_expired"] >= 1
    assert allocation["booth_checked_in"] >= 3
    assert Counter(report["kind"] for report in reports(small_fair)) == {"daily": 1, "result": 2}
    replaced = [
        event["data"]["replaces_entry_id"] for event in small_fair.events("reporting") if "entry_id" in event["data"]
    ]
    assert sum(entry is not None for entry in replaced) == 2


def mails_about(played: Played, application_id: str) -> list[str]:
    """Return the mails about an application, each as its text and its HTML without tags, in one line."""
    found: list[str] = []
    for path in sorted((played.out / "mail").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        if application_id in parts["text/plain"]:
            page = re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", " ", parts["text/html"], flags=re.DOTALL))
            found += [re.sub(r"\s+", " ", each) for each in (parts["text/plain"], unescape(page))]
    return found


def test_whoever_the_run_refused_reads_in_its_mail_what_the_dossier_says_of_it(small_fair: Played):
    with zipfile.ZipFile(small_fair.out / "dossier.zip") as files:
        dossier = {each["application_id"]: each for each in json.loads(files.read("reasons.json"))}
    refused = [
        event["data"]
        for event in small_fair.events("allocation")
        if name_of(event) == "application_waitlisted" and event["data"]["run_id"]
    ]
    assert len(refused) >= 3
    for told in refused:
        said = dossier[told["application_id"]]
        wanted = [each[language] for each in (*said["reasons"], *said["changes"]) for language in ("vi", "en")]
        wanted.append(str(told["draw_number"]))
        texts = [text for text in mails_about(small_fair, told["application_id"]) if wanted[0] in text]
        assert len(texts) >= 2, "the text and the HTML of one mail at least"
        assert [one for text in texts for one in wanted if one not in text] == []


def test_the_correction_says_what_changed_and_replaces_the_report(small_fair: Played):
    _, first, second = reports(small_fair)

    assert second["version"] == first["version"] + 1
    assert second["replaces_report_id"] == first["report_id"]
    assert second["figures"]["visits"]["value"] == first["figures"]["visits"]["value"] + 50
    assert {file["format"] for file in second["files"]} == {"pdf", "docx", "xlsx"}


def test_the_edition_comes_to_its_final_state_by_the_paper_of_the_corrected_report(small_fair: Played):
    summary = json.loads((small_fair.out / "summary.json").read_text(encoding="utf-8"))

    assert summary["state"] == "reported"
    assert "đã báo cáo kết quả" in small_fair.told


def test_a_province_sent_its_list_as_a_spreadsheet_and_had_a_wrong_day_marked_in_its_cell(small_fair: Played):
    sent = {
        event["data"]["vendor"]["province_code"]
        for event in small_fair.events("registration")
        if name_of(event) == "application_submitted" and event["data"]["channel"] == "nominated"
    }
    marked = openpyxl.load_workbook(small_fair.out / "workbooks" / "48_marked.xlsx", read_only=True)
    summary = [row for row in marked["Kết quả kiểm tra"].iter_rows(values_only=True) if row[0] == "Đề cử"]

    assert "48" in sent
    assert [row[1:3] for row in summary] == [("AD6", "not_a_date")]
    assert (small_fair.out / "workbooks" / "48.xlsx").exists()


def test_papers_were_sent_part_by_part_and_each_was_opened_and_found_to_match(small_fair: Played):
    assert "4 bản chụp giấy tờ của 2 chủ thể" in small_fair.told
    assert "4 giấy tờ khớp bản khai" in small_fair.told


def test_the_folder_left_behind_is_whole(small_fair: Played):
    out = small_fair.out
    for name in ("daily_1", "result_city", "result_city_corrected"):
        assert (out / "reports" / f"{name}.pdf").read_bytes().startswith(b"%PDF"), name
    assert (out / "plan.svg").read_text(encoding="utf-8").lstrip().startswith(("<svg", "<?xml"))
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Công ty TNHH A&amp;B Đà Nẵng" in page
    assert "http://" not in page.replace("http://127.0.0.1", "").replace("http://www.w3.org", "")
    assert "index.html" in small_fair.told


async def test_everything_delivered_again_changes_nothing(small_fair: Played):
    doors = System(small_fair.system.url, small_fair.system.private_key, small_fair.clock)
    doors.now = small_fair.clock.now()
    edition_id = small_fair.events("registration")[0]["data"]["edition_id"]
    try:
        before = await look(doors, edition_id)
        sent = await deliver_again(small_fair.system.broker.bootstrap, small_fair.all_events, READERS)
        await wait_for_quiet(doors)
        after = await look(doors, edition_id)
    finally:
        await doors.close()

    assert sent > 100
    assert after == before


async def look(doors: System, edition_id: str) -> list[Any]:
    """Return what the services say of the edition, and how long their logs are."""
    figures = await doors.get(f"/reporting/editions/{edition_id}/figures", Role.ORGANISER)
    placements = await doors.get_all(f"/allocation/editions/{edition_id}/placements", Role.ORGANISER)
    statuses = await read_statuses(doors)
    return [figures, placements, {service: status["log_position"] for service, status in statuses.items()}]


async def test_the_same_scenario_twice_gives_the_same_summary(small_fair: Played, tmp_path: Path):
    first = (small_fair.out / "summary.json").read_bytes()

    async with play_once(SMALL_FAIR, tmp_path / "out", tmp_path / "state") as again:
        assert (again.out / "summary.json").read_bytes() == first
    assert first_difference(small_fair.out, tmp_path / "out") is None


def test_a_full_disk_under_the_results_is_one_line_with_what_to_do(small_disk: Path):
    (small_disk / "filling").write_bytes(bytes(700_000))
    command = [sys.executable, "-m", "scenario.demo", str(SMALL_FAIR), "--out", str(small_disk / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "250"})
    assert done.returncode == 1
    told = [line for line in (done.stdout + done.stderr).splitlines() if "No space left on device" in line]
    assert len(told) == 1
    assert f"cannot write to {small_disk / 'out'}" in told[0]
    assert "Traceback" not in done.stdout + done.stderr
