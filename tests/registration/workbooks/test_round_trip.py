"""A workbook goes to an agency and comes back, once or often: each vendor is taken once, and nothing is lost in silence."""

import pytest
from sqlalchemy import func, select
from tests.registration.conftest import World, a_row
from tests.registration.freezes.test_api import freeze
from tests.registration.workbooks.conftest import (
    PAPER_SHEET,
    ROWS,
    Desk,
    a_line,
    a_product,
    address,
    an_open_fair,
    columns,
    fill,
    first_free,
    mistakes,
    to_bytes,
    value,
)

from common.tokens import Role
from registration.applications.tables import ApplicationRow
from registration.nominations.tables import NominationRow


async def test_good_rows_become_drafts_as_a_list_in_json_does(desk: Desk) -> None:
    second = {
        "Thứ tự ưu tiên": 1,
        **a_product("Chè xanh", **{"Hạng sao": None, "Phân loại khi chưa có sao": "Đặc sản vùng miền"}),
    }
    wishes = {"Cần điện": "Có", "Nấu nướng, dùng lửa": "Có"}
    book = await desk.filled(a_line(1, **wishes), second, a_line(2))
    answer = await desk.send(book)
    assert mistakes(answer) == {}
    assert [(one["rank"], one["row"], one["state"]) for one in answer["taken"]] == [(1, 6, "draft"), (2, 8, "draft")]
    taken = (await desk.world.nominate(a_row(3))).json()["rows"][0]
    by_book, by_json = [
        one
        for one in await desk.applications()
        if one["application_id"] in {answer["taken"][1]["application_id"], taken["application_id"]}
    ]
    same = ("channel", "nominating_agency_code", "state", "booths_wanted", "paper_kinds", "wishes", "revision")
    assert {name: by_book[name] for name in same} == {name: by_json[name] for name in same}
    assert by_book["products"][0] == {**by_json["products"][0], "recognised_year": None}
    first = next(one for one in await desk.applications() if one["rank"] == 1)
    assert [product["name"] for product in first["products"]] == ["Chè Shan tuyết", "Chè xanh"]
    assert first["products"][1]["declared_class"] == "speciality"
    assert (first["wishes"]["power"], first["wishes"]["cooking"]) == (True, True)


async def test_the_same_workbook_sent_again_changes_nothing(desk: Desk) -> None:
    book = await desk.filled(a_line(1), a_line(2))
    await desk.send(book)
    again = await desk.send(book)
    assert (again["taken"], again["amended"], again["unchanged"], again["problems"]) == ([], [], 2, [])
    assert await desk.world.harness.rows(select(func.count()).select_from(ApplicationRow)) == [2]
    assert await desk.world.harness.rows(select(func.count()).select_from(NominationRow)) == [1]


async def test_a_second_send_under_one_key_gets_the_first_answer(desk: Desk) -> None:
    content = to_bytes(await desk.filled(a_line(1)))
    first = await desk.post(content, **{"Idempotency-Key": "k"})
    second = await desk.post(content, **{"Idempotency-Key": "k"})
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"


async def test_rows_without_their_keys_are_known_by_their_vendor(desk: Desk) -> None:
    book = await desk.filled(a_line(1), a_line(2))
    await desk.send(book)
    for row in (6, 7):
        fill(book, row, **{"Mã dòng": None})
    again = await desk.send(book)
    assert (again["taken"], again["unchanged"]) == ([], 2)


async def test_a_changed_row_is_an_amendment_with_its_history(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    taken = (await desk.send(book))["taken"][0]
    fill(
        book,
        6,
        **{
            "Tên trên biển gian hàng": "HTX Phìn Hồ",
            "Tên sản phẩm": "Chè cổ thụ",
            "Số gian hàng": 2,
            "Điện thoại": "0987654321",
        },
    )
    answer = await desk.send(book)
    assert answer["taken"] == []
    [amended] = answer["amended"]
    assert amended["application_id"] == taken["application_id"]
    changes = {one["field"]: (one["old"], one["new"]) for one in amended["changes"]}
    assert changes == {
        "booths_wanted": ("1", "2"),
        "contact.phone": (None, None),
        "products[Chè Shan tuyết].name": ("Chè Shan tuyết", "Chè cổ thụ"),
        "vendor.trade_name": ("HTX Chè Phìn Hồ 1", "HTX Phìn Hồ"),
    }
    [application] = await desk.applications()
    assert application["vendor"]["trade_name"] == "HTX Phìn Hồ"
    assert [product["name"] for product in application["products"]] == ["Chè cổ thụ"]
    history = await desk.history(taken["application_id"])
    assert {one["field"]: (one["old_value"], one["new_value"]) for one in history} == changes
    assert {(one["agency_code"], one["reason"]) for one in history} == {("hg.snn", "nomination_workbook")}
    assert (await desk.send(book))["unchanged"] == 1


async def test_a_cell_that_changes_a_frozen_field_is_marked_and_the_rest_of_the_file_taken(desk: Desk) -> None:
    book = await desk.filled(a_line(1), a_line(2))
    await desk.send(book)
    await freeze(desk.world, "booths_wanted")
    fill(book, 6, **{"Số gian hàng": 2})
    fill(book, 7, **{"Điện thoại": "0987654321"})
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!{address(book, 6, 'Số gian hàng')}": "field_frozen"}
    assert [one["changes"][0]["field"] for one in answer["amended"]] == ["contact.phone"]


async def test_a_new_row_of_a_known_vendor_adds_a_product(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    await desk.send(book)
    fill(book, 7, **{"Thứ tự ưu tiên": 1, **a_product("Chè vàng")})
    [amended] = (await desk.send(book))["amended"]
    assert [(one["field"], one["cell"]) for one in amended["changes"]] == [
        ("products[Chè vàng]", address(book, 7, "Tên sản phẩm"))
    ]
    [application] = await desk.applications()
    assert [product["name"] for product in application["products"]] == ["Chè Shan tuyết", "Chè vàng"]


async def test_removed_rows_are_shown_and_stay(desk: Desk) -> None:
    book = await desk.filled(a_line(1), {"Thứ tự ưu tiên": 1, **a_product("Chè vàng")}, a_line(2))
    await desk.send(book)
    before = await desk.applications()
    emptied = dict.fromkeys(columns(book))
    for row in (7, 8):
        fill(book, row, **{name: None for name in emptied if name not in {"Mã dòng", "Dấu đối chiếu"}})
    for row in range(12, 18):
        fill(book, row, PAPER_SHEET, **{"Thứ tự ưu tiên": None, "Loại giấy tờ": None})
    fill(book, 11, PAPER_SHEET, **{"Thứ tự ưu tiên": None, "Loại giấy tờ": None})
    answer = await desk.send(book)
    assert [one["trade_name"] for one in answer["removed"]] == ["HTX Chè Phìn Hồ 2"]
    assert [(one["row"], one["what"]) for one in answer["kept"]] == [(6, "Chè vàng"), (6, "traceability")]
    assert (answer["amended"], answer["unchanged"]) == ([], 1)
    assert await desk.applications() == before
    marked = await desk.marked(answer)
    said = [str(cell.value) for row in marked["Kết quả kiểm tra"].iter_rows() for cell in row]
    assert "Thứ tự / Rank 2: HTX Chè Phìn Hồ 2" in said


async def test_a_vendor_set_in_the_row_of_another_does_not_take_its_place(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    [first] = (await desk.send(book))["taken"]
    fill(book, 6, **{name: entry for name, entry in a_line(5).items() if name != "Thứ tự ưu tiên"})
    answer = await desk.send(book)
    assert [one["trade_name"] for one in answer["removed"]] == ["HTX Chè Phìn Hồ 1"]
    assert answer["taken"][0]["vendor_id"] != first["vendor_id"]


async def test_new_ranks_are_the_agencys_own_ranking(desk: Desk) -> None:
    book = await desk.filled(a_line(1), a_line(2))
    await desk.send(book)
    for row, rank in ((6, 2), (7, 1)):
        fill(book, row, **{"Thứ tự ưu tiên": rank})
    for row in range(6, 18):
        fill(book, row, PAPER_SHEET, **{"Thứ tự ưu tiên": 3 - value(book, row, "Thứ tự ưu tiên", PAPER_SHEET)})
    answer = await desk.send(book)
    assert mistakes(answer) == {}
    assert len(answer["amended"]) == 2
    ranks = {one["vendor"]["trade_name"]: one["rank"] for one in await desk.applications()}
    assert ranks == {"HTX Chè Phìn Hồ 1": 2, "HTX Chè Phìn Hồ 2": 1}


async def test_vendors_nominated_before_stand_in_a_new_workbook_and_come_back_unchanged(desk: Desk) -> None:
    rich = a_row(
        1,
        products=[
            {**a_row()["products"][0], "certificate": {"number": "A1", "issued_on": "2019-11-11"}, "imported": True}
        ],
        documents=[
            {"kind": "label", "number": "7", "issuer": "Sở", "issued_on": "2019-01-02", "expires_on": "2023-01-02"}
        ],
        wishes={"zone_codes": ["A", "C"], "corner": False, "power": True, "not_beside_group": "food", "cooking": True},
        contact__preferred_channels=["sms", "email"],
    )
    assert (await desk.world.nominate(rich, a_row(2))).status_code == 201
    assert (await desk.world.nominate(a_row(3))).status_code == 201
    book = await desk.fetch()
    assert [value(book, row, "Thứ tự ưu tiên") for row in (6, 7, 8, 9)] == [1, 2, 3, None]
    assert value(book, 6, "Không cạnh nhóm") == "Thực phẩm"
    assert value(book, 6, "Nấu nướng, dùng lửa") == "Có"
    answer = await desk.send(book)
    assert (answer["unchanged"], answer["removed"], answer["kept"]) == (2, [], [])
    assert mistakes(answer) == {f"{ROWS}!D3": "paper_missing"}
    assert [one["changes"] for one in answer["amended"]] == [[]]  # two lists, two first ranks: one becomes the third


async def test_what_the_vendor_changed_itself_is_not_overwritten_by_an_older_row(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    [taken] = (await desk.send(book))["taken"]
    dossier = {name: entry for name, entry in a_row(1).items() if name not in {"vendor", "contact"}}
    path = f"/applications/{taken['application_id']}/dossier"
    claims = {"vendor_id": taken["vendor_id"]}
    await desk.world.ok("PUT", path, Role.VENDOR, {**dossier, "booths_wanted": 2}, **claims)
    again = await desk.send(book)
    assert (again["unchanged"], again["amended"], again["problems"]) == (1, [], [])
    assert (await desk.applications())[0]["booths_wanted"] == 2
    fill(book, 6, **{"Xuất xứ": "Hà Giang"})
    clash = await desk.send(book)
    assert set(mistakes(clash).values()) == {"changed_meanwhile"}
    assert (await desk.applications())[0]["products"][0]["origin"] == "Hoàng Su Phì"
    anew = await desk.fetch()
    fill(anew, 6, **{"Xuất xứ": "Hà Giang"})
    for cell, entry in {"D3": "216", "F3": "SNN-PTNT", "H3": "08/07/2020", "J3": "Bổ sung"}.items():
        anew[ROWS][cell] = entry
    [amended] = (await desk.send(anew))["amended"]
    assert [one["field"] for one in amended["changes"]] == ["products[Chè Shan tuyết].origin"]
    assert (await desk.applications())[0]["booths_wanted"] == 2


async def test_a_vendor_that_has_handed_in_is_not_changed_by_a_workbook(desk: Desk) -> None:
    book = await desk.filled(a_line(1), a_line(2))
    first, _ = (await desk.send(book))["taken"]
    assert (await desk.world.submit(first)).status_code == 200
    fill(book, 6, **{"Địa chỉ": "Nơi khác"})
    fill(book, 7, **{"Địa chỉ": "Nơi khác"})
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!{address(book, 6, 'Địa chỉ')}": "application_state"}
    assert len(answer["amended"]) == 1


async def test_a_withdrawn_vendor_is_not_brought_back(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    [taken] = (await desk.send(book))["taken"]
    path = f"/applications/{taken['application_id']}/withdrawal"
    await desk.world.ok("POST", path, Role.PROVINCE, {"reason_code": "cannot_attend"}, **desk.claims)
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!{address(book, 6, 'Thứ tự ưu tiên')}": "application_closed"}
    assert first_free(await desk.fetch()) == 6


async def test_a_quota_that_two_agencies_share_is_counted_over_both(world: World) -> None:
    quotas = [{"dimension": "province", "code": "02", "floor": None, "ceiling": 3}]
    await world.add_agency("hg.sct", "02", "province")
    first = Desk(await an_open_fair(world, quotas=quotas))
    alone = await first.send(await first.filled(a_line(1, **{"Số gian hàng": 2})))
    assert (alone["quota"]["booths_of_others"], alone["over_quota"]) == (0, [])
    second = Desk(world, agency="hg.sct")
    answer = await second.send(await second.filled(a_line(1, **_named(3)), a_line(2, **_named(4))))
    assert answer["quota"] == {"floor": None, "ceiling": 3, "booths_asked_for": 2, "booths_of_others": 2}
    assert [(one["rank"], one["booths_up_to"]) for one in answer["over_quota"]] == [(2, 4)]
    (warned,) = [one for one in answer["problems"] if one["code"] == "over_quota"]
    assert warned["vi"] == (
        "Vượt chỉ tiêu: đến thứ tự 2 là 4 gian (kể cả 2 gian của cơ quan khác trong tỉnh), chỉ tiêu 3 gian."
    )
    said = [str(cell.value) for sheet in await second.marked(answer) for row in sheet.iter_rows() for cell in row]
    shared = "2 gian, cùng 2 gian của cơ quan khác trong tỉnh là 4, tối đa 3"
    assert f"{shared} / 2 booths, with 2 of other agencies of the province 4, at most 3" in said


async def test_who_left_does_not_count_in_what_others_ask_for(world: World) -> None:
    quotas = [{"dimension": "province", "code": "02", "floor": None, "ceiling": 3}]
    await world.add_agency("hg.sct", "02", "province")
    first = Desk(await an_open_fair(world, quotas=quotas))
    left = (await first.send(await first.filled(a_line(1), a_line(2))))["taken"][0]
    body = {"reason_code": "cannot_attend"}
    await world.ok("POST", f"/applications/{left['application_id']}/withdrawal", Role.PROVINCE, body, **first.claims)
    second = Desk(world, agency="hg.sct")
    answer = await second.send(await second.filled(a_line(1, **_named(3))))
    assert answer["quota"]["booths_of_others"] == 1


def _named(number: int) -> dict[str, str]:
    other = a_line(number)
    return {name: other[name] for name in ("Tên chủ thể", "Tên trên biển gian hàng", "Mã số thuế", "Thư điện tử")}


@pytest.mark.parametrize(("ceiling", "over"), [(3, []), (2, [2]), (0, [1, 2])])
async def test_the_agencys_own_ranking_says_who_is_over_the_quota(world: World, ceiling: int, over: list[int]) -> None:
    quotas = [{"dimension": "province", "code": "02", "floor": None, "ceiling": ceiling}]
    desk = Desk(await an_open_fair(world, quotas=quotas))
    lines = (a_line(2, **{"Số gian hàng": 2}), a_line(1))
    book = await desk.filled(*lines)
    answer = await desk.send(book)
    assert len(answer["taken"]) == 2
    assert [one["rank"] for one in answer["over_quota"]] == over
    assert answer["quota"] == {"floor": None, "ceiling": ceiling, "booths_asked_for": 3, "booths_of_others": 0}
    warned = {one["cell"] for one in answer["problems"] if one["code"] == "over_quota" and one["is_warning"]}
    rows = {1: 7, 2: 6}
    assert warned == {address(book, rows[rank], "Thứ tự ưu tiên") for rank in over}
