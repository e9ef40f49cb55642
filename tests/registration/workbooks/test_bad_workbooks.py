"""Bad workbooks: each mistake is told with its cell, and the good part of the file is taken."""

import io
import unicodedata
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from tests.registration.conftest import World, a_row, errors_of
from tests.registration.workbooks import files
from tests.registration.workbooks.conftest import (
    HEADING_ROW,
    LETTER,
    PAPER_SHEET,
    ROWS,
    Desk,
    a_line,
    a_product,
    address,
    an_open_fair,
    columns,
    fill,
    mistakes,
    to_bytes,
)
from tests.registration.workbooks.wps import as_wps_writes

A_DAY = datetime(2019, 11, 11)  # noqa: DTZ001  # a cell knows no time zone
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
EVERY_LETTER = " ".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES) + " đ Đ"


def ranks(answer: dict[str, Any]) -> list[int]:
    return [one["rank"] for one in answer["taken"]]


async def test_each_mistake_is_told_with_its_cell_and_good_rows_are_taken(desk: Desk) -> None:
    lapsed = a_product(**{"Ngày cấp giấy chứng nhận OCOP": "11/11/2016"})
    book = await desk.filled(
        a_line(1),
        a_line(2, **{"Mã số thuế": "0199900019", "Điện thoại": "01234567890", "Thư điện tử": "không"}),
        a_line(3, **{"Số gian hàng": 3, "Hạng sao": 6, "Loại hình chủ thể": "Cửa hàng"}),
        a_line(4, **{"Tỉnh, thành phố": "Hà Nội"}),
        a_line(5, **lapsed),
        a_line(6, **{"Tên sản phẩm": None, "Nhóm sản phẩm": "Đồ chơi", "Ngày quyết định": None}),
        a_line(7, **{"Tên chủ thể": "HTX\u200b Chè"}),
        a_line(8),
    )
    answer = await desk.send(book)
    assert ranks(answer) == [1, 8]
    assert (answer["refused"], answer["unchanged"]) == (6, 0)
    assert mistakes(answer) == {
        f"{ROWS}!{address(book, row, heading)}": code
        for row, heading, code in (
            (7, "Mã số thuế", "tax_id_invalid"),
            (7, "Điện thoại", "phone_invalid"),
            (7, "Thư điện tử", "email_invalid"),
            (8, "Số gian hàng", "too_many_booths"),
            (8, "Hạng sao", "stars_out_of_range"),
            (8, "Loại hình chủ thể", "unknown_value"),
            (9, "Tỉnh, thành phố", "other_province"),
            (10, "Hạng sao", "certificate_expired"),
            (11, "Tên sản phẩm", "missing"),
            (11, "Nhóm sản phẩm", "unknown_value"),
            (11, "Ngày quyết định", "missing"),
            (12, "Tên chủ thể", "control_character"),
        )
    }


async def test_the_same_workbook_comes_back_with_each_mistake_marked_in_its_cell(desk: Desk) -> None:
    book = await desk.filled(a_line(1, **{"Mã số thuế": "0199900019"}), a_line(2))
    book[ROWS]["AN5"], book[ROWS]["AN6"] = "Ghi chú của tỉnh", "=1+1 là ghi chú"
    book[PAPER_SHEET]["B6"].value = "một"
    answer = await desk.send(book)
    assert mistakes(answer)[f"{PAPER_SHEET}!B6"] == "not_a_number"
    marked = await desk.marked(answer)
    cell = marked[ROWS][address(book, 6, "Mã số thuế")]
    assert cell.value == "0199900019"
    assert "Mã số thuế không hợp lệ" in cell.comment.text
    assert "R03: The tax number is not valid." in cell.comment.text
    words = next(str(one.value) for one in marked[ROWS][6] if str(one.value).startswith("Chưa nhận"))
    assert "Not taken" in words
    assert "The tax number is not valid." in words
    assert cell.fill.fgColor.rgb == "FFF8CBAD"
    assert marked[ROWS].cell(6, 40).value == "=1+1 là ghi chú"
    assert marked[ROWS].cell(6, 40).data_type == "s"
    assert marked[ROWS][address(book, 7, "Mã số thuế")].comment is None
    said = {str(one.value) for row in marked["Kết quả kiểm tra"].iter_rows() for one in row}
    assert {"Số lỗi / Mistakes", "Trang / Sheet", "Ô / Cell", "Nội dung", "In English"} <= said
    assert {"tax_id_invalid", address(book, 6, "Mã số thuế")} <= said
    assert marked.sheetnames[0] == "Kết quả kiểm tra"
    fill(marked, 6, **{"Mã số thuế": a_line(1)["Mã số thuế"]})
    marked[PAPER_SHEET]["B6"].value = 1
    again = await desk.send(marked)
    assert (mistakes(again), ranks(again), again["unchanged"]) == ({}, [1], 1)


@pytest.mark.parametrize("heading", ["Hạng sao", "Mã dòng", "Địa chỉ"])
async def test_a_missing_column_is_told_and_loses_nothing_that_was_there(desk: Desk, heading: str) -> None:
    book = await desk.filled(a_line(1))
    await desk.send(book)
    fill(book, 7, **a_line(2, **{"Hạng sao": None}))
    desk.add_papers(book, 2)
    where = columns(book)[heading]
    book[ROWS].cell(HEADING_ROW, where).value = None
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!AM5": "missing_column"}
    assert heading in answer["problems"][0]["vi"]
    assert (ranks(answer), answer["unchanged"]) == ([2], 1)
    first = next(one for one in await desk.applications() if one["rank"] == 1)
    assert first["products"][0]["stars"] == 4


async def test_a_workbook_sent_out_before_a_column_came_is_taken_without_a_word_of_it(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    book[ROWS].cell(HEADING_ROW, columns(book)["Nấu nướng, dùng lửa"]).value = None
    answer = await desk.send(book)
    assert (mistakes(answer), ranks(answer)) == ({}, [1])


async def test_a_missing_column_that_every_vendor_needs_keeps_new_rows_out(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    book[ROWS].cell(HEADING_ROW, columns(book)["Thư điện tử"]).value = None
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!AM5": "missing_column", f"{ROWS}!AM6": "missing"}
    assert answer["taken"] == []


async def test_merged_cells_are_told_and_only_their_rows_stay_out(desk: Desk) -> None:
    second = {"Thứ tự ưu tiên": 1, **a_product("Chè xanh")}
    book = await desk.filled(a_line(1), second, a_line(2))
    book[ROWS].merge_cells("C6:C7")
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!C6": "merged_cells"}
    assert ranks(answer) == [2]


async def test_formulas_are_told_and_only_their_rows_stay_out(desk: Desk) -> None:
    book = await desk.filled(
        a_line(1, **{"Số gian hàng": "=1+1"}), a_line(2, **{"Tên chủ thể": '=HYPERLINK("http://x")'}), a_line(3)
    )
    answer = await desk.send(book)
    assert mistakes(answer) == {
        f"{ROWS}!{address(book, 6, 'Số gian hàng')}": "formula",
        f"{ROWS}!{address(book, 7, 'Tên chủ thể')}": "formula",
    }
    assert ranks(answer) == [3]
    marked = await desk.marked(answer)
    assert all(cell.data_type != "f" for sheet in marked for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    "written",
    ["11/11/2019", "11-11-2019", "11.11.2019", "2019-11-11", 43780, 43780.0, "43780", A_DAY, date(2019, 11, 11)],
)  # fmt: skip
async def test_a_day_is_read_however_it_was_written(desk: Desk, written: Any) -> None:
    book = await desk.filled(a_line(1, **{"Ngày cấp giấy chứng nhận OCOP": written}))
    cell = book[ROWS][address(book, 6, "Ngày cấp giấy chứng nhận OCOP")]
    if not isinstance(written, date):
        cell.number_format = "General"
    answer = await desk.send(book)
    assert mistakes(answer) == {}
    [application] = await desk.applications()
    assert application["products"][0]["certificate"]["issued_on"] == "2019-11-11"


@pytest.mark.parametrize("written", ["31/02/2019", "11/13/2019", "11/2019", "tháng 11 năm 2019", 11, "0", True])
async def test_a_day_that_is_none_is_told_in_its_cell(desk: Desk, written: Any) -> None:
    book = await desk.filled(a_line(1, **{"Ngày quyết định": written}), a_line(2))
    book[ROWS][address(book, 6, "Ngày quyết định")].number_format = "General"
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!{address(book, 6, 'Ngày quyết định')}": "not_a_date"}
    assert ranks(answer) == [2]


async def test_a_workbook_of_another_agency_or_edition_is_refused(desk: Desk, world: World) -> None:
    other = Desk(desk.world, "pt.snn", "25")
    refused = await other.post(await desk.filled(a_line(1)))
    assert (refused.status_code, errors_of(refused)) == (422, {"workbook.agency_code": "other_agency"})
    old = await desk.filled(a_line(1))
    await an_open_fair(world, code="G3-2020")
    refused = await desk.post(old)
    assert (refused.status_code, errors_of(refused)) == (422, {"workbook.edition_id": "other_edition"})
    assert "G2-2020" in refused.json()["errors"][0]["vi"]


@pytest.mark.parametrize(
    ("cell", "entry", "field"),
    [("B1", "0", "workbook.form"), ("B2", "x", "workbook.edition_id"), ("B4", "hg.hnd", "workbook.agency_code")],
)
async def test_a_stamp_that_was_changed_is_refused(desk: Desk, cell: str, entry: str, field: str) -> None:
    book = await desk.filled(a_line(1))
    book["_ocop"][cell] = entry
    assert list(errors_of(await desk.post(book))) == [field]
    del book["_ocop"]
    assert errors_of(await desk.post(book)) == {"workbook.stamp": "stamp_missing"}


async def test_macros_are_told_and_never_kept(desk: Desk) -> None:
    answer = await desk.send(files.rewrite(to_bytes(await desk.filled(a_line(1))), files.with_macros))
    assert [one["code"] for one in answer["problems"]] == ["has_macros"]
    assert ranks(answer) == [1]
    assert (await desk.marked(answer)).vba_archive is None


async def test_of_20_000_rows_the_first_5_000_are_read_and_the_rest_is_told(desk: Desk) -> None:
    book = to_bytes(await desk.filled(a_line(1)))
    many = files.with_rows(20_000, 7, lambda row: {"B": str(row), "C": f"HTX {row}"})
    answer = await desk.send(files.rewrite(book, many))
    assert mistakes(answer)[f"{ROWS}!A5006"] == "too_many_rows"
    assert ranks(answer) == [1]
    assert answer["refused"] == 4999


@pytest.mark.parametrize(
    ("change", "code"),
    [(files.with_a_bomb, "too_large_unpacked"), (files.with_entities, "not_a_workbook")],
)
async def test_bombs_are_refused_before_they_are_unpacked(desk: Desk, change: Any, code: str) -> None:
    refused = await desk.post(files.rewrite(to_bytes(await desk.filled(a_line(1))), change))
    assert (refused.status_code, errors_of(refused)) == (422, {"workbook": code})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512), "password"),
        (OLE + "Workbook".encode("utf-16-le"), "old_form"),
        (b"", "not_a_workbook"),
        (b"%PDF-1.7 a paper", "not_a_workbook"),
        (b"PK\x03\x04 half a package", "not_a_workbook"),
        ("STT,Tên chủ thể\n1,HTX".encode(), "not_a_workbook"),
        (files.to_file({"word/document.xml": b"<w/>"}), "not_a_workbook"),
        (files.to_file({"[Content_Types].xml": b"<Types/>"}), "not_a_workbook"),
        (files.to_file({"[Content_Types].xml": b"not xml"}), "not_a_workbook"),
    ],
    ids=["password", "xls", "empty", "pdf", "torn", "csv", "docx", "no parts", "no xml"],
)
async def test_what_is_no_workbook_is_refused_with_what_to_do(desk: Desk, content: bytes, code: str) -> None:
    refused = await desk.post(content)
    assert (refused.status_code, errors_of(refused)) == (422, {"workbook": code})


async def test_a_torn_workbook_is_refused_and_a_foreign_one_is_told_apart(desk: Desk) -> None:
    good = to_bytes(await desk.filled(a_line(1)))
    assert errors_of(await desk.post(good[: len(good) // 2])) == {"workbook": "not_a_workbook"}

    def tear(parts: files.Parts) -> None:
        for name in files.sheet_names(parts):
            parts[name] = parts[name][:-200]

    assert errors_of(await desk.post(files.rewrite(good, tear))) == {"workbook": "not_a_workbook"}
    book = await desk.filled(a_line(1))
    del book[ROWS]
    assert errors_of(await desk.post(book)) == {f"workbook.{ROWS}": "sheet_missing"}


async def test_spoilt_bytes_anywhere_are_called_damage_and_not_a_want_of_memory(desk: Desk) -> None:
    good = to_bytes(await desk.filled(a_line(1)))
    package = ZipFile(io.BytesIO(good))
    for part in package.infolist():
        spoilt = bytearray(good)
        middle = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
        spoilt[middle : middle + 16] = b"\xff" * 16
        refused = await desk.post(bytes(spoilt))
        if refused.status_code == 422:  # a part that nobody reads may be as it likes
            assert errors_of(refused) == {"workbook": "not_a_workbook"}, part.filename
            assert "damaged" in refused.text


async def test_a_workbook_without_its_papers_keeps_those_declared(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    await desk.send(book)
    del book[PAPER_SHEET]
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{PAPER_SHEET}!A1": "sheet_missing"}
    assert len((await desk.applications())[0]["paper_kinds"]) == 6


@pytest.mark.parametrize(
    "change",
    [files.with_shared_strings, files.without_properties, files.with_prefixed_names, files.with_other_date_form, files.with_a_lying_size],
)  # fmt: skip
async def test_other_programs_ways_to_write_a_workbook_are_read(desk: Desk, change: Any) -> None:
    good = to_bytes(await desk.filled(a_line(1, **{"Ngày quyết định": A_DAY, "Ngày cấp giấy chứng nhận OCOP": A_DAY})))
    changed = files.rewrite(good, change)
    assert files.parts_of(changed) != files.parts_of(good)
    answer = await desk.send(changed)
    assert (mistakes(answer), ranks(answer)) == ({}, [1])
    assert (await desk.send(good))["unchanged"] == 1


async def test_what_wps_office_saves_is_read_as_it_was_given_out(desk: Desk) -> None:
    """A file rebuilt by what is known of WPS Office's; ``wps.py`` says what of it is so and what is not."""
    days = {"Ngày quyết định": A_DAY, "Ngày cấp giấy chứng nhận OCOP": A_DAY}
    good = to_bytes(await desk.filled(a_line(1, **days), a_line(2)))
    saved = files.rewrite(good, as_wps_writes)
    parts = files.parts_of(saved)
    assert b"WPS Office" in parts["docProps/app.xml"]
    assert b"KSOProductBuildVer" in parts["docProps/custom.xml"]
    assert all(b'standalone="yes"' in part[:60] for name, part in parts.items() if name.endswith(".xml"))
    assert b'numFmtId="176"' in parts["xl/styles.xml"]
    assert b"etCustomData" in parts[files.sheet_names(parts)[0]]
    left = b"".join(parts[name] for name in files.sheet_names(parts))
    assert b"inlineStr" not in left, left[left.index(b"inlineStr") - 60 :][:200]
    answer = await desk.send(saved)
    assert (mistakes(answer), ranks(answer)) == ({}, [1, 2])
    assert (await desk.send(good))["unchanged"] == 2, "the same rows as Excel would send them"
    marked = files.rewrite(to_bytes(await desk.filled(a_line(3, **{"Mã số thuế": "1"}))), as_wps_writes)
    assert mistakes(await desk.send(marked)) != {}, "its mistakes are found in their cells"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_every_vietnamese_letter_is_read_in_both_forms(desk: Desk, form: Any) -> None:
    name = f"Hợp tác xã {EVERY_LETTER}"
    line = a_line(
        1, **{"Tên trên biển gian hàng": name, "Loại hình chủ thể": "HỢP TÁC XÃ", "Xuất xứ": EVERY_LETTER.upper()}
    )
    book = await desk.filled()
    for cell, entry in LETTER.items():
        book[ROWS][cell] = entry
    fill(
        book,
        6,
        **{
            heading: unicodedata.normalize(form, entry) if isinstance(entry, str) else entry
            for heading, entry in line.items()
        },
    )
    for cell in book[ROWS][HEADING_ROW]:
        book[ROWS][cell.coordinate] = unicodedata.normalize(form, str(cell.value))
    book[ROWS].title = unicodedata.normalize(form, ROWS)
    answer = await desk.send(book)
    assert mistakes(answer) == {}
    [application] = await desk.applications()
    assert application["vendor"]["trade_name"] == name
    assert application["products"][0]["origin"] == EVERY_LETTER.upper()


async def test_one_vendor_twice_is_told_naming_the_row_and_the_other_agency(desk: Desk) -> None:
    await desk.world.add_agency("hg.hnd", "02", "province")
    assert (await desk.world.nominate(a_row(9), agency="hg.hnd")).status_code == 201
    twin = a_line(2, **{"Tên chủ thể": "Tên khác", "Mã số thuế": a_line(1)["Mã số thuế"]})
    book = await desk.filled(a_line(1), twin, a_line(9))
    answer = await desk.send(book)
    assert mistakes(answer) == {
        f"{ROWS}!{address(book, 7, 'Tên chủ thể')}": "duplicate_vendor",
        f"{ROWS}!{address(book, 8, 'Tên chủ thể')}": "duplicate_vendor",
    }
    assert "dòng 6" in answer["problems"][0]["vi"]
    assert "hg.hnd" in answer["problems"][1]["en"]
    assert ranks(answer) == [1]


async def test_rows_of_one_rank_must_be_of_one_vendor(desk: Desk) -> None:
    other = a_line(2, **{"Thứ tự ưu tiên": 1})
    differing = {"Thứ tự ưu tiên": 3, "Điện thoại": "0987654321", **a_product("Chè xanh")}
    book = await desk.filled(
        a_line(1), other, a_line(3), differing, a_line(4, **{"Thứ tự ưu tiên": None}), papers=False
    )
    fill(book, 6, PAPER_SHEET, **{"Thứ tự ưu tiên": 77, "Loại giấy tờ": "Nhãn hàng hóa"})
    answer = await desk.send(book)
    assert mistakes(answer) == {
        f"{ROWS}!{address(book, 7, 'Thứ tự ưu tiên')}": "rank_twice",
        f"{ROWS}!{address(book, 9, 'Điện thoại')}": "differs",
        f"{ROWS}!{address(book, 10, 'Thứ tự ưu tiên')}": "missing",
        f"{PAPER_SHEET}!B6": "unknown_rank",
    }
    assert ranks(answer) == [1]


async def test_a_letter_that_is_wrong_keeps_new_vendors_out_until_it_is_right(desk: Desk) -> None:
    book = await desk.filled(a_line(1))
    book[ROWS]["F3"], book[ROWS]["H3"] = "snn-ptnt", "31/02/2020"
    answer = await desk.send(book)
    assert mistakes(answer) == {f"{ROWS}!F3": "notation_invalid", f"{ROWS}!H3": "not_a_date"}
    assert (answer["taken"], answer["refused"]) == ([], 1)
    for cell, entry in LETTER.items():
        book[ROWS][cell] = entry
    assert ranks(await desk.send(book)) == [1]


async def test_a_cell_with_a_year_that_nobody_means_is_told_with_its_place(desk: Desk) -> None:
    book = await desk.filled(a_line(1, **{"Ngày quyết định": "31/12/9999"}), a_line(2))
    answer = await desk.send(book)
    assert ranks(answer) == [2]
    assert mistakes(answer) == {f"{ROWS}!{address(book, 6, 'Ngày quyết định')}": "day_out_of_range"}
