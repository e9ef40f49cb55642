"""Reports that a restored database forgot keep their numbers and versions."""

from typing import Any

import pytest
from tests.recalling import MakeRecalling, Recalling, outcomes
from tests.reporting.conftest import DAYS, Fair
from tests.reporting.reports.test_api import NUMBER, REPORTS, RESULT, issue, post, read_files

from common.tokens import Role

KEPT = ("report_id", "kind", "version", "state", "number", "notation", "issued_on", "figures", "positions", "files")
DAILY = {"kind": "daily", "addressee_agency_code": "hn.ubnd", "on": str(DAYS[0])}


@pytest.fixture
async def back(fair: Fair, recalling: MakeRecalling) -> Recalling:
    await fair.tell()
    gate = {"on": str(DAYS[0]), "gate_code": "gate-lake", "visits": {"value": 12_000}}
    assert (await fair.enter(Role.ORGANISER, gate)).status_code == 201
    await fair.number_own_events()
    return recalling(fair.service)


async def draft(fair: Fair, body: dict[str, Any] = RESULT) -> str:
    made = await post(fair, Role.ORGANISER, REPORTS, body)
    assert made.status_code == 201, made.text
    return made.json()["report_id"]


async def listed(fair: Fair) -> list[dict[str, Any]]:
    async with fair.service.client(Role.COMMITTEE) as client:
        found = (await client.get(REPORTS)).json()["items"]
    return [{name: one[name] for name in KEPT} for one in found]


async def test_a_report_made_and_issued_after_the_backup_keeps_its_number_and_asks_for_its_files(
    fair: Fair, back: Recalling
) -> None:
    await back.back_up()
    first = await issue(fair, await draft(fair))
    before = await listed(fair)
    await back.go_back()
    assert outcomes(await back.settle()) == [("report_issued", "by_hand")]
    assert await listed(fair) == before
    assert (await post(fair, Role.ORGANISER, REPORTS, RESULT)).json()["code"] == "report_exists"
    async with fair.service.client(Role.CLERK) as client:
        assert (await client.get(first["files"][0]["href"])).status_code == 404
    path = f"/reporting/reports/{first['report_id']}/correction"
    second = await post(fair, Role.ORGANISER, path, {"reason": "Tệp bị mất"})
    assert (second.status_code, second.json()["version"]) == (201, 2), second.text
    for step, role, body in (
        ("check", Role.ORGANISER, None),
        ("sign-off", Role.ORGANISER, {"signer_name": "A", "signer_role": "B"}),
    ):
        await post(fair, role, f"/reporting/reports/{second.json()['report_id']}/{step}", body)
    taken = await post(fair, Role.CLERK, f"/reporting/reports/{second.json()['report_id']}/numbering", NUMBER)
    assert taken.json()["code"] == "number_taken"


async def test_a_draft_of_the_backup_that_was_issued_since_is_issued_and_its_own_files_are_not_shown_for_the_ones_sent(
    fair: Fair, back: Recalling
) -> None:
    report_id = await draft(fair)
    await back.back_up()
    await issue(fair, report_id)
    before = await listed(fair)
    await back.go_back()
    assert outcomes(await back.settle()) == [("report_issued", "by_hand")]
    assert await listed(fair) == before


async def test_a_numbered_report_that_was_issued_since_has_its_files(fair: Fair, back: Recalling) -> None:
    report_id = await draft(fair)
    for role, step, body in (
        (Role.ORGANISER, "check", None),
        (Role.ORGANISER, "sign-off", {"signer_name": "Nguyễn Văn Mẫu", "signer_role": "PHÓ GIÁM ĐỐC"}),
        (Role.CLERK, "numbering", NUMBER),
    ):
        assert (await post(fair, role, f"/reporting/reports/{report_id}/{step}", body)).status_code == 200
    await back.back_up()
    issued = (await post(fair, Role.CLERK, f"/reporting/reports/{report_id}/issue")).json()
    files = await read_files(fair, issued)
    await back.go_back()
    assert outcomes(await back.settle()) == [("report_issued", "reapplied")]
    assert await read_files(fair, issued) == files


async def test_a_correction_and_a_withdrawal_are_folded_back(fair: Fair, back: Recalling) -> None:
    first = await issue(fair, await draft(fair))
    await back.back_up()
    path = f"/reporting/reports/{first['report_id']}"
    second = (await post(fair, Role.ORGANISER, f"{path}/correction", {"reason": "Đếm lại"})).json()
    await issue(fair, second["report_id"], {**NUMBER, "number": "6"})
    withdrawn = await post(
        fair, Role.ORGANISER, f"/reporting/reports/{second['report_id']}/withdrawal", {"reason_code": "wrong"}
    )
    assert withdrawn.status_code == 200, withdrawn.text
    before = await listed(fair)
    await back.go_back()
    assert outcomes(await back.settle()) == [("report_issued", "by_hand"), ("report_withdrawn", "reapplied")]
    assert await listed(fair) == before


async def test_drafts_in_the_place_of_an_issued_report_are_given_up(fair: Fair, back: Recalling) -> None:
    given_up = await draft(fair)
    await back.back_up()
    await post(fair, Role.ORGANISER, f"/reporting/reports/{given_up}/withdrawal", {"reason_code": "wrong"})
    await issue(fair, await draft(fair))
    before = await listed(fair)
    await back.go_back()
    await back.settle()
    assert await listed(fair) == before
