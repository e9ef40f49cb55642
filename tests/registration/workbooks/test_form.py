"""The workbook as it is given out: what may be filled in, what may be chosen, who may fetch it, how long it is kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl.workbook.workbook import Workbook
from tests.registration.conftest import World, a_row
from tests.registration.workbooks.conftest import ROWS, Desk, a_line, address, an_open_fair, columns, open_book

from common.tokens import Role
from registration.workbooks.domain import Ranked, beyond_quota, ranks_apart
from registration.workbooks.handlers import forget_contents


def choices(book: Workbook, heading: str) -> list[str]:
    """Return what a column's cells are chosen from."""
    cell = address(book, 6, heading)
    rule = next(rule for rule in book[ROWS].data_validations.dataValidation if cell in rule.sqref)
    assert rule.type == "list"
    place = str(rule.formula1).partition("!")[2].replace("$", "")
    return [str(row[0].value) for row in book["Danh mục"][place]]


async def test_only_the_cells_to_fill_in_are_open(desk: Desk) -> None:
    book = await desk.fetch()
    sheet = book[ROWS]
    assert sheet.protection.sheet
    headings = columns(book)
    locked: dict[int, bool] = {}
    for one in sheet.column_dimensions.values():  # columns alike stand together
        locked |= dict.fromkeys(range(one.min or 0, (one.max or 0) + 1), bool(one.protection.locked))
    shut = {heading for heading, column in headings.items() if locked[column]}
    assert shut == {"Mã dòng", "Dấu đối chiếu"}
    assert all(cell.protection.locked for cell in sheet[5])
    assert [sheet[cell].protection.locked for cell in ("D3", "F3", "H3", "J3", "A1")] == [False] * 4 + [True]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert book["_ocop"].sheet_state == "veryHidden"
    assert not sheet.merged_cells.ranges


async def test_the_lists_are_those_of_the_law_on_the_fairs_first_day(world: World) -> None:
    desk = Desk(await an_open_fair(world))
    book = await desk.fetch()
    assert choices(book, "Nhóm sản phẩm")[2:4] == ["Thảo dược", "Vải và may mặc"]
    assert choices(book, "Tỉnh, thành phố")[:2] == ["01 Hà Nội", "02 Hà Giang"]
    assert choices(book, "Hạng sao") == ["0", "3", "4", "5"]
    dates = {
        "planned": {"from": "2023-12-21", "to": "2023-12-25"},
        "registration": {"opens_at": "2020-07-01T01:00:00Z", "closes_at": "2023-11-24T10:00:00Z"},
    }
    later = await Desk(await an_open_fair(world, code="G1-2023", **dates)).fetch()
    assert "Sinh vật cảnh" in choices(later, "Nhóm sản phẩm")
    assert "Vải và may mặc" not in choices(later, "Nhóm sản phẩm")


async def test_the_guide_says_quota_and_deadline(world: World) -> None:
    quotas = [{"dimension": "province", "code": "02", "floor": 1, "ceiling": 15}]
    book = await Desk(await an_open_fair(world, quotas=quotas)).fetch()
    said = {str(row[0].value): str(row[1].value) for row in book["Hướng dẫn"].iter_rows(min_row=3)}
    assert said["Chỉ tiêu"].startswith("Tối thiểu 1 gian, tối đa 15 gian (chung cho")
    assert said["Hạn gửi"].startswith("17:00 ngày 24/07/2020")


async def test_an_agency_has_its_own_workbooks_and_an_organiser_all(desk: Desk) -> None:
    world, path = desk.world, f"/editions/{desk.world.edition_id}/nomination-workbook"
    answer = await desk.send(await desk.filled(a_line(1)))
    filled = f"/filled-workbooks/{answer['filled_workbook_id']}"
    other: dict[str, Any] = {"agency_code": "pt.snn", "province_code": "25"}
    asked = [
        await world.call("GET", f"{path}?agency_code=hg.snn", Role.PROVINCE, **other),
        await world.call("GET", filled, Role.PROVINCE, **other),
        await world.call("GET", f"{filled}/marked", Role.PROVINCE, **other),
        await world.call("GET", path, Role.PROVINCE),
        await world.call("GET", path, Role.ORGANISER),
        await world.call("GET", f"{path}?agency_code=xx.snn", Role.ORGANISER),
        await world.call("GET", f"/filled-workbooks/{uuid4()}", Role.ORGANISER),
    ]
    assert [one.status_code for one in asked] == [403, 403, 403, 404, 422, 404, 404]
    book = open_book((await world.call("GET", f"{path}?agency_code=hg.snn", Role.ORGANISER)).content)
    assert book[ROWS]["C6"].value == "Hợp tác xã Chè Phìn Hồ 1"
    assert await world.ok("GET", filled, Role.ORGANISER) == answer


async def test_what_came_back_is_forgotten_after_thirty_days_and_the_answer_stays(desk: Desk) -> None:
    answer = await desk.send(await desk.filled(a_line(1)))
    filled = f"/filled-workbooks/{answer['filled_workbook_id']}"

    harness = desk.world.harness
    with harness.at(harness.clock.now() + timedelta(days=30)):
        assert await harness.run(forget_contents, 10) == 0
    with harness.at(harness.clock.now() + timedelta(days=30, seconds=1)):
        assert await harness.run(forget_contents, 10) == 1
        assert await harness.run(forget_contents, 10) == 0
    assert (await desk.world.call("GET", f"{filled}/marked", Role.PROVINCE, **desk.claims)).status_code == 404
    assert (await desk.world.call("GET", filled, Role.PROVINCE, **desk.claims)).json() == answer


async def test_the_history_is_kept_from_other_agencies(desk: Desk) -> None:
    draft = (await desk.world.nominate(a_row(1))).json()["rows"][0]
    path = f"/applications/{draft['application_id']}/amendments"
    other: dict[str, Any] = {"agency_code": "pt.snn", "province_code": "25"}
    assert (await desk.world.call("GET", path, Role.PROVINCE, **other)).status_code == 403
    assert (await desk.world.call("GET", path, Role.PROVINCE, **desk.claims)).json() == []


@pytest.mark.parametrize(
    ("wanted", "given"),
    [([1, 2, 3], [1, 2, 3]), ([1, 1, 2], [1, 3, 2]), ([None, 4, 4, 0], [5, 4, 6, 7]), ([], [])],
)
def test_ranks_of_several_lists_become_ranks_that_differ(wanted: list[int | None], given: list[int]) -> None:
    assert ranks_apart(wanted) == given


def test_booths_are_counted_in_the_order_of_the_ranks() -> None:
    listed = [Ranked(UUID(int=number), rank, booths, "") for number, rank, booths in ((1, 3, 1), (2, 1, 2), (3, 2, 2))]
    assert [(one.ranked.rank, one.booths_up_to) for one in beyond_quota(listed, 3)] == [(2, 4), (3, 5)]
    assert list(beyond_quota(listed, None)) == []
