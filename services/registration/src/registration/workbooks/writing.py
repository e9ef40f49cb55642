"""Writes a workbook by xlsxwriter: as it is given out, or as it came back with its mistakes marked; nothing is a formula."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from registration.workbooks.cells import Lists, Raw
from registration.workbooks.columns import MARK_HEADING, SHEETS, Column, Kind, SheetName
from registration.workbooks.domain import Book, CellProblem, Marks, Sheet, Stamp, letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FACE = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
DAY = "dd/mm/yyyy"
LISTED_FOR = 400
"""So many rows below the last one have drop-downs too."""
A4 = 9
PAGES_WIDE = 4
GUIDE_WIDTH = 100
LINE_HEIGHT = 16
RED, AMBER, GREY, GREEN = "#F8CBAD", "#FFE699", "#EDEDED", "#DDEBF7"
LIST_TITLES = {
    "vendor_types": "Loại hình chủ thể",
    "provinces": "Tỉnh, thành phố",
    "languages": "Ngôn ngữ",
    "consents": "Đồng ý nhận thông báo",
    "yes_no": "Có hoặc không",
    "booths": "Số gian hàng",
    "groups": "Nhóm sản phẩm",
    "stars": "Hạng sao",
    "levels": "Cấp công nhận",
    "classes": "Phân loại khi chưa có sao",
    "paper_kinds": "Loại giấy tờ",
}
LETTER_ROW = 3
LETTER_CELLS = {3: "@", 5: "@", 7: DAY, 9: "@"}
"""Index and form of the letter's cells: number, notation, day, title; each label stands to the left of its cell."""
PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
}


@dataclass(frozen=True)
class Info:
    """What a workbook tells its reader besides its rows."""

    stamp: Stamp
    title: str
    author: str
    guide: Sequence[tuple[str, str]]
    lists: Lists
    made_at: datetime
    glossary: Sequence[Sequence[str]] = ()


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **look: object) -> "Format":
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FACE, **look})
        return self._made[key]

    def entry(self, column: Column | None, fill: str = "") -> "Format":
        """Return the format of a cell of a column."""
        kind = column.kind if column else Kind.TEXT
        look: dict[str, object] = {"border": 1, "text_wrap": True, "locked": kind is Kind.LOCKED}
        look["num_format"] = {Kind.DATE: DAY, Kind.WHOLE: "0"}.get(kind, "@")
        if kind is Kind.LOCKED:
            look |= {"bg_color": GREY, "font_color": "#7F7F7F", "font_size": 8}
        if fill:
            look["bg_color"] = fill
        return self.get(**look)


def write_workbook(info: Info, book: Book, marks: Marks | None = None) -> bytes:
    """Return a workbook as XLSX."""
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415  # 14 MB that a process without workbooks never needs

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    made = Workbook(written, options)
    made.set_properties({"title": info.title, "author": info.author, "created": info.made_at.replace(tzinfo=None)})
    formats = Formats(made)
    if marks is not None:
        _add_summary(made, formats, marks)
    _add_guide(made, formats, info)
    if info.glossary:
        _add_glossary(made, formats, info.glossary)
    for sheet in book.sheets.values():
        _add_entries(made, formats, info, sheet, marks)
    _add_lists(made, formats, info.lists)
    _add_stamp(made, info.stamp)
    made.close()
    return written.getvalue()


def _set_up(sheet: "Worksheet", *, wide: int = 1) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(wide, 0)
    sheet.set_footer("&R&P/&N")


def _add_guide(made: "Workbook", formats: Formats, info: Info) -> None:
    sheet = made.add_worksheet(SheetName.GUIDE)
    _set_up(sheet)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, GUIDE_WIDTH)
    sheet.write_string(0, 0, info.title, formats.get(bold=True, font_size=14))
    for number, (label, text) in enumerate(info.guide, start=2):
        sheet.set_row(number, LINE_HEIGHT * (1 + len(text) // GUIDE_WIDTH))
        sheet.write_string(number, 0, label, formats.get(bold=True, text_wrap=True, valign="top"))
        sheet.write_string(number, 1, text, formats.get(text_wrap=True, valign="top"))
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _add_glossary(made: "Workbook", formats: Formats, rows: Sequence[Sequence[str]]) -> None:
    """Add what the columns and papers are called in other languages; the sheets are read by their own headings."""
    sheet = made.add_worksheet(SheetName.TRANSLATIONS)
    _set_up(sheet)
    sheet.set_column(0, len(rows[0]) - 1, 34)
    for number, row in enumerate(rows):
        look = formats.get(bold=number == 0, border=1, text_wrap=True, **({"bg_color": GREEN} if number == 0 else {}))
        for index, said in enumerate(row):
            sheet.write_string(number, index, said, look)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _add_summary(made: "Workbook", formats: Formats, marks: Marks) -> None:
    sheet = made.add_worksheet(SheetName.SUMMARY)
    _set_up(sheet)
    for index, width in enumerate((16, 9, 26, 70, 70)):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, "KẾT QUẢ KIỂM TRA BẢNG ĐỀ CỬ", formats.get(bold=True, font_size=14))
    row = 2
    for label, text in marks.summary:
        sheet.write_string(row, 0, label, formats.get(bold=True))
        sheet.write_string(row, 2, text, formats.get())
        row += 1
    head = formats.get(bold=True, border=1, bg_color=GREEN)
    row += 1
    for index, heading in enumerate(("Trang", "Ô", "Mã lỗi", "Nội dung", "In English")):
        sheet.write_string(row, index, heading, head)
    for number, problem in enumerate(marks.problems, start=row + 1):
        look = formats.get(border=1, text_wrap=True, bg_color=AMBER if problem.is_warning else RED)
        for index, said in enumerate((problem.sheet, problem.cell, problem.code, problem.vi, problem.en)):
            sheet.write_string(number, index, said, look)
    sheet.repeat_rows(row)


def _add_lists(made: "Workbook", formats: Formats, lists: Lists) -> None:
    sheet = made.add_worksheet(SheetName.LISTS)
    _set_up(sheet)
    for index, (name, title) in enumerate(LIST_TITLES.items()):
        sheet.set_column(index, index, 26)
        sheet.write_string(0, index, title, formats.get(bold=True, text_wrap=True, border=1, bg_color=GREEN))
        for row, label in enumerate(lists[name].labels.values(), start=1):
            if label.isdecimal():
                sheet.write_number(row, index, int(label), formats.get(border=1))
            else:
                sheet.write_string(row, index, label, formats.get(border=1, text_wrap=True))
    sheet.protect()


def _add_stamp(made: "Workbook", stamp: Stamp) -> None:
    sheet = made.add_worksheet(SheetName.STAMP)
    said = {
        "form": stamp.form,
        "edition_id": stamp.edition_id,
        "edition_code": stamp.edition_code,
        "agency_code": stamp.agency_code,
    }
    for row, (name, value) in enumerate(said.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.protect()
    sheet.very_hidden()


def _add_entries(made: "Workbook", formats: Formats, info: Info, sheet: Sheet, marks: Marks | None) -> None:
    page = made.add_worksheet(sheet.name)
    columns = _columns_of(sheet)
    last = (sheet.rows[-1][0] if sheet.rows else sheet.heading_row) + LISTED_FOR
    _lay_out(page, formats, sheet, columns)
    _offer_lists(page, info.lists, sheet, last)
    found = [one for one in marks.problems if one.sheet == sheet.title] if marks else []
    fills = {one.cell: AMBER for one in found if one.is_warning} | {
        one.cell: RED for one in found if not one.is_warning
    }
    for number, row in [*sheet.top, (sheet.heading_row, sheet.headings)]:
        _write_above(page, formats, sheet, number, row, fills)
    for number, row in sheet.rows:
        for index, value in enumerate(row):
            fill = fills.get(f"{letters(index)}{number}", "") if fills else ""
            _write(page, number - 1, index, value, formats.entry(columns.get(index), fill))
    if marks is not None:
        _mark(page, formats, sheet, found, fills, marks)
    page.protect("", PROTECTION)


def _columns_of(sheet: Sheet) -> dict[int, Column]:
    known = {column.key: column for column in SHEETS[sheet.name]}
    return {index: known[key] for key, index in sheet.columns.items()}


def _lay_out(page: "Worksheet", formats: Formats, sheet: Sheet, columns: Mapping[int, Column]) -> None:
    _set_up(page, wide=PAGES_WIDE if sheet.name is SheetName.ROWS else 1)
    for index in range(len(sheet.headings)):
        column = columns.get(index)
        hidden = {"hidden": column is not None and column.key == "base"}
        page.set_column(index, index, column.width if column else 16, formats.entry(column), hidden)
    for number in range(sheet.heading_row - 1):  # the columns' own form begins below the headings
        page.set_row(number, LINE_HEIGHT * 2 if number == LETTER_ROW - 1 else None, formats.get())
    page.set_row(sheet.heading_row - 1, LINE_HEIGHT * 3)
    page.freeze_panes(sheet.heading_row, 3)
    page.repeat_rows(sheet.heading_row - 1)
    if sheet.name is SheetName.ROWS:
        page.repeat_columns(1, 2)


def _offer_lists(page: "Worksheet", lists: Lists, sheet: Sheet, last: int) -> None:
    names = list(LIST_TITLES)
    for column in SHEETS[sheet.name]:
        index = sheet.columns.get(column.key)
        if index is None or column.kind is Kind.LOCKED:
            continue
        rule: dict[str, object] | None = None
        if column.choices:
            place = letters(names.index(column.choices))
            source = f"='{SheetName.LISTS}'!${place}$2:${place}${len(lists[column.choices].labels) + 1}"
            rule = {"validate": "list", "source": source, "error_message": "Hãy chọn trong danh sách."}
        elif column.kind is Kind.DATE:
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2000, 1, 1),
                "maximum": date(2099, 12, 31),
            }
            rule["error_message"] = "Hãy nhập ngày/tháng/năm, ví dụ 31/12/2019."
        elif column.kind is Kind.WHOLE:
            rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 999_999}
            rule["error_message"] = "Hãy nhập số nguyên."
        if rule is not None:
            page.data_validation(sheet.heading_row, index, last, index, {**rule, "error_title": column.heading[:32]})


def _write_above(
    page: "Worksheet", formats: Formats, sheet: Sheet, number: int, row: Sequence[Raw], fills: Mapping[str, str]
) -> None:
    """Write a row above the entries; only the cells of the letter are open."""
    for index, value in enumerate(row):
        cell = f"{letters(index)}{number}"
        fill = fills.get(cell, "")
        if number == sheet.heading_row:
            look = formats.get(bold=True, text_wrap=True, border=1, align="center", bg_color=fill or GREEN)
        else:
            shape = {"text_wrap": True, "align": "right"} if number == LETTER_ROW and len(row) > 1 else {}
            look = formats.get(bold=number == 1, num_format="@", **shape, **({"bg_color": fill} if fill else {}))
        _write(page, number - 1, index, value, look)
    if sheet.name is SheetName.ROWS and number == LETTER_ROW:
        for index, form in LETTER_CELLS.items():
            value = row[index] if index < len(row) else None
            fill = fills.get(f"{letters(index)}{number}", "" if value else AMBER)
            look = formats.get(border=1, locked=False, num_format=form, **({"bg_color": fill} if fill else {}))
            _write(page, number - 1, index, value, look)


def _write(page: "Worksheet", row: int, index: int, value: Raw, look: "Format") -> None:
    match value:
        case None:
            page.write_blank(row, index, None, look)
        case bool():
            page.write_boolean(row, index, value, look)
        case int() | float():
            page.write_number(row, index, value, look)
        case datetime():
            page.write_datetime(row, index, value, look)
        case date():
            page.write_datetime(row, index, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001  # a day
        case _:
            page.write_string(row, index, value[:32_000], look)


def _mark(
    page: "Worksheet",
    formats: Formats,
    sheet: Sheet,
    problems: Iterable[CellProblem],
    fills: Mapping[str, str],
    marks: Marks,
) -> None:
    """Put a note on each cell that is wrong, and a word on each row behind the last column."""
    said: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        said[problem.cell].append(problem.vi)
    width = len(sheet.headings)
    rows = [*sheet.top, (sheet.heading_row, sheet.headings), *sheet.rows]
    filled = {f"{letters(index)}{number}" for number, row in rows for index in range(len(row))}
    for cell, texts in said.items():
        page.write_comment(cell, "\n".join(texts), {"author": "OCOP", "x_scale": 2, "font_size": 10})
        if cell not in filled:
            page.write_blank(cell, None, formats.get(border=1, locked=False, bg_color=fills[cell]))
    place = next((index for index, heading in enumerate(sheet.headings) if heading == MARK_HEADING), width + 1)
    page.set_column(place, place, 40)
    page.write_string(
        sheet.heading_row - 1, place, MARK_HEADING, formats.get(bold=True, border=1, align="center", bg_color=GREEN)
    )
    for number, _ in sheet.rows:
        word = marks.words.get((sheet.name, number), "")
        page.write_string(number - 1, place, word, formats.get(border=1, text_wrap=True))
