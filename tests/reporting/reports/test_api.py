"""Reports from draft to issue, correction and withdrawal."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from tests.factories import EDITION_ID, sample
from tests.harness import Harness
from tests.reporting.conftest import DAYS, VENDORS, Fair
from tests.reporting.reports.texts import text_of_docx

from common.contracts.allocation import BoothCheckedIn
from common.contracts.reporting import ReportIssued, ReportWithdrawn
from common.tokens import Role

REPORTS = f"/reporting/editions/{EDITION_ID}/reports"
RESULT = {"kind": "result", "addressee_agency_code": "hn.ubnd"}
SIGNER = {"signer_name": "Nguyễn Văn Mẫu", "signer_role": "PHÓ GIÁM ĐỐC"}
NUMBER = {"number": "5", "notation": "BC-SNN", "issued_on": "2020-10-26"}


@pytest.fixture
async def told(fair: Fair) -> Fair:
    """The demo's story: hơn 5 vạn lượt khách, ước hơn 8 tỷ đồng."""
    await fair.tell()
    for day, visits in zip(DAYS, (12_000, 16_000, 14_500, 7_500), strict=True):
        gate = {"on": str(day), "gate_code": "gate-lake", "visits": {"value": visits, "qualifier": "more_than"}}
        assert (await fair.enter(Role.ORGANISER, gate)).status_code == 201
        booths = [
            {
                "on": str(day),
                "booth_code": vendor.booth_code,
                "sales_vnd": {"value": 500_000_000, "qualifier": "more_than", "is_estimate": True},
                "ocop_sales_vnd": {"value": 400_000_000},
                "memoranda": {"value": 1},
            }
            for vendor in VENDORS
        ]
        assert (await fair.enter(Role.INSPECTOR, *booths)).status_code == 201
    await fair.number_own_events()
    return fair


async def post(fair: Fair, role: Role, path: str, body: Any = None) -> Any:
    async with fair.service.client(role) as client:
        return await client.post(path, json=body)


async def read_files(fair: Fair, report: dict[str, Any]) -> dict[str, bytes]:
    async with fair.service.client(Role.CLERK) as client:
        return {file["format"]: (await client.get(file["href"])).content for file in report["files"]}


async def issue(fair: Fair, report_id: str, number: dict[str, Any] = NUMBER) -> Any:
    steps: list[tuple[Role, str, Any]] = [
        (Role.ORGANISER, "check", None),
        (Role.ORGANISER, "sign-off", SIGNER),
        (Role.CLERK, "numbering", number),
        (Role.CLERK, "issue", None),
    ]
    answer: Any = None
    for role, step, body in steps:
        answer = await post(fair, role, f"/reporting/reports/{report_id}/{step}", body)
        assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_report_goes_from_draft_to_issue_with_frozen_figures_and_files(reporting: Harness, told: Fair):
    draft = await post(told, Role.ORGANISER, REPORTS, RESULT)
    assert draft.status_code == 201, draft.text
    made = draft.json()
    assert (made["state"], made["version"], made["number"]) == ("draft", 1, None)
    assert made["figures"]["visits"] == {"value": 50_000, "qualifier": "more_than", "is_estimate": False}
    assert made["figures"]["sales_vnd"] == {"value": 8_000_000_000, "qualifier": "more_than", "is_estimate": True}
    assert made["positions"] == {"/ocop/allocation": 25, "/ocop/registration": 14, "/ocop/reporting": 20}
    # a figure entered later is not in it
    await told.enter(Role.ORGANISER, {"on": str(DAYS[0]), "gate_code": "gate-lake", "visits": {"value": 1}})
    issued = await issue(told, made["report_id"])
    assert (issued["state"], issued["number"], issued["issued_on"]) == ("issued", "05", "2020-10-26")
    files = await read_files(told, issued)
    assert {file["format"]: file["sha256"] for file in issued["files"]} == {
        name: sha256(content).hexdigest() for name, content in files.items()
    }
    (event,) = await reporting.emitted(ReportIssued)
    assert event.model_dump(mode="json")["figures"] == issued["figures"] == made["figures"]
    assert event.covers.model_dump(mode="json") == {"from": "2020-10-09", "to": "2020-10-12"}
    assert (event.number, event.notation, event.addressee_agency_code) == ("05", "BC-SNN", "hn.ubnd")
    assert [file.format for file in event.files] == ["docx", "pdf", "xlsx"]


async def test_a_correction_is_a_new_version_that_lists_what_changed(reporting: Harness, told: Fair):
    first = await issue(told, (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()["report_id"])
    late = {"on": str(DAYS[3]), "gate_code": "gate-lake", "visits": {"value": 8_000, "qualifier": "more_than"}}
    await told.enter(Role.ORGANISER, late)
    await told.number_own_events()
    path = f"/reporting/reports/{first['report_id']}/correction"
    second = await post(told, Role.ORGANISER, path, {"reason": "Cổng hồ đếm lại ngày 12/10"})
    assert second.status_code == 201, second.text
    made = second.json()
    assert (made["version"], made["state"], made["replaces_report_id"]) == (2, "draft", first["report_id"])
    assert [(change["name"], change["old"]["value"], change["new"]["value"]) for change in made["changes"]] == [
        ("visits", 50_000, 50_500)
    ]
    text = text_of_docx((await read_files(told, made))["docx"])
    assert (
        "Báo cáo này thay thế Báo cáo số 05/BC-SNN ngày 26/10/2020 "
        "của Sở Nông nghiệp và Phát triển nông thôn thành phố Hà Nội. Lý do: Cổng hồ đếm lại ngày 12/10."
    ) in text
    assert "Số liệu thay đổi: lượt khách từ hơn 50.000 thành hơn 50.500." in text
    again = await post(told, Role.ORGANISER, path, {"reason": "Lần nữa"})
    assert (again.status_code, again.json()["code"]) == (409, "report_exists")
    issued = await issue(told, made["report_id"], {**NUMBER, "number": "6"})
    assert issued["state"] == "issued"
    async with reporting.client(Role.COMMITTEE) as client:
        listed = (await client.get(REPORTS)).json()["items"]
    assert [(report["version"], report["state"]) for report in listed] == [(1, "superseded"), (2, "issued")]
    event = (await reporting.emitted(ReportIssued))[-1]
    assert (event.version, str(event.replaces_report_id)) == (2, first["report_id"])


async def test_an_issued_report_that_is_withdrawn_is_told_and_a_draft_is_not(reporting: Harness, told: Fair):
    draft = (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()
    path = f"/reporting/reports/{draft['report_id']}/withdrawal"
    assert (await post(told, Role.ORGANISER, path, {"reason_code": "mistaken"})).json()["state"] == "withdrawn"
    assert await reporting.emitted(ReportWithdrawn) == []
    report = await issue(told, (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()["report_id"])
    assert report["version"] == 2
    path = f"/reporting/reports/{report['report_id']}/withdrawal"
    await post(told, Role.ORGANISER, path, {"reason_code": "mistaken"})
    (event,) = await reporting.emitted(ReportWithdrawn)
    assert (str(event.report_id), event.reason_code) == (report["report_id"], "mistaken")


async def test_a_daily_report_carries_no_number_and_gets_its_date_at_issue(reporting: Harness, told: Fair):
    body = {"kind": "daily", "addressee_agency_code": "hn.snn", "on": "2020-10-10"}
    report = (await post(told, Role.ORGANISER, REPORTS, body)).json()
    assert report["issuing_agency_code"] == "hn.vpdp"
    assert report["figures"]["visits"]["value"] == 16_000
    path = f"/reporting/reports/{report['report_id']}"
    await post(told, Role.ORGANISER, f"{path}/check")
    await post(told, Role.ORGANISER, f"{path}/sign-off", SIGNER)
    refused = await post(told, Role.CLERK, f"{path}/numbering", NUMBER)
    assert (refused.status_code, refused.json()["code"]) == (409, "report_state")
    issued = (await post(told, Role.CLERK, f"{path}/issue")).json()
    assert (issued["state"], issued["number"], issued["issued_on"]) == ("issued", None, "2020-10-26")
    (event,) = await reporting.emitted(ReportIssued)
    assert (event.kind, event.covers.first, event.covers.last) == ("daily", date(2020, 10, 10), date(2020, 10, 10))


async def test_the_same_history_gives_the_same_bytes(told: Fair):
    made: list[dict[str, bytes]] = []
    for _ in range(2):
        report = (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()
        made.append(await read_files(told, report))
        await post(
            told, Role.ORGANISER, f"/reporting/reports/{report['report_id']}/withdrawal", {"reason_code": "again"}
        )
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("step", "body"), [("sign-off", SIGNER), ("numbering", NUMBER), ("issue", None), ("correction", {"reason": "?"})]
)
async def test_no_step_of_a_report_can_be_skipped(told: Fair, step: str, body: Any):
    report = (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()
    role = Role.ORGANISER if step in {"sign-off", "correction"} else Role.CLERK
    answer = await post(told, role, f"/reporting/reports/{report['report_id']}/{step}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "report_state")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"number": "0"}, ["number"]),
        ({"number": "5a"}, ["number"]),
        ({"notation": "bc-snn"}, ["notation"]),
        ({"notation": "SNN/BC"}, ["notation"]),
        ({"issued_on": "2020-10-27"}, ["issued_on"]),
        ({"issued_on": "2020-10-11", "number": "x"}, ["number", "issued_on"]),
    ],
)
async def test_a_number_or_date_that_cannot_be_is_refused_by_field(told: Fair, changes: Any, fields: list[str]):
    report = (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()
    path = f"/reporting/reports/{report['report_id']}"
    await post(told, Role.ORGANISER, f"{path}/check")
    await post(told, Role.ORGANISER, f"{path}/sign-off", SIGNER)
    answer = await post(told, Role.CLERK, f"{path}/numbering", {**NUMBER, **changes})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == fields


async def test_a_number_is_given_once_a_year(told: Fair):
    await issue(told, (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()["report_id"])
    other = (await post(told, Role.ORGANISER, REPORTS, {**RESULT, "addressee_agency_code": "tw.vpdp"})).json()
    path = f"/reporting/reports/{other['report_id']}"
    await post(told, Role.ORGANISER, f"{path}/check")
    await post(told, Role.ORGANISER, f"{path}/sign-off", SIGNER)
    answer = await post(told, Role.CLERK, f"{path}/numbering", NUMBER)
    assert (answer.status_code, answer.json()["code"]) == (409, "number_taken")


async def test_a_result_is_not_reported_before_the_end_nor_while_figures_are_on_their_way(fair: Fair):
    await fair.tell(over=False)
    early = await post(fair, Role.ORGANISER, REPORTS, RESULT)
    assert (early.status_code, early.json()["code"]) == (409, "report_not_ready")
    daily = {"kind": "daily", "addressee_agency_code": "hn.snn", "on": "2020-10-09"}
    await fair.enter(Role.ORGANISER, {"on": "2020-10-09", "gate_code": "G1", "visits": {"value": 1}})
    open_ = await post(fair, Role.ORGANISER, REPORTS, daily)
    assert (open_.status_code, open_.json()["code"]) == (409, "report_not_ready")
    await fair.number_own_events()
    assert (await post(fair, Role.ORGANISER, REPORTS, daily)).status_code == 201


async def test_a_report_is_not_made_while_an_event_of_its_edition_waits_for_an_operator(reporting: Harness, told: Fair):
    bad = reporting.record(sample(BoothCheckedIn, **VENDORS[0].ids(), on=DAYS[0]))
    await reporting.deliver_records([replace(bad, value=b"{")])
    answer = await post(told, Role.ORGANISER, REPORTS, RESULT)
    assert (answer.status_code, answer.json()["code"]) == (409, "report_not_ready")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**RESULT, "kind": "year"}, "kind"),
        ({**RESULT, "narrative": {"gossip": "…"}}, "narrative.gossip.[key]"),
        ({**RESULT, "narrative": {"tasks": "a" * 5001}}, "narrative.tasks"),
        ({**RESULT, "addressee_agency_code": "hn ubnd"}, "addressee_agency_code"),
    ],
)
async def test_a_malformed_draft_is_refused_by_field(told: Fair, body: Any, field: str):
    answer = await post(told, Role.ORGANISER, REPORTS, body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_only_the_clerk_numbers_and_issues(told: Fair):
    report = (await post(told, Role.ORGANISER, REPORTS, RESULT)).json()
    answer = await post(told, Role.ORGANISER, f"/reporting/reports/{report['report_id']}/issue")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")


async def test_an_unknown_report_or_file_is_not_found(reporting: Harness, told: Fair):
    async with reporting.client(Role.CLERK) as client:
        for path in (f"/reporting/reports/{EDITION_ID}", f"/reporting/reports/{EDITION_ID}/files/pdf"):
            assert (await client.get(path)).status_code == 404
        assert (await client.get(f"/reporting/reports/{EDITION_ID}/files/exe")).status_code == 422


async def test_a_draft_says_which_headings_nobody_has_written_yet(told: Fair):
    narrative = {"strengths": "Phối hợp chặt chẽ."}
    draft = (await post(told, Role.ORGANISER, REPORTS, {**RESULT, "narrative": narrative})).json()
    checked = (await post(told, Role.ORGANISER, f"/reporting/reports/{draft['report_id']}/check")).json()
    missing = ["direction", "publicity", "culture", "safety", "finance", "shortcomings", "causes", "tasks", "proposals"]
    assert draft["without_words"] == checked["without_words"] == missing
