"""Writes the sheets of a workbook that are filled in: headings, rows, drop-downs, and the marks on what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from registration.workbooks.cells import Lists, Raw
from registration.workbooks.columns import MARK_HEADINGS, SHEETS, Column, Kind, SheetName
from registration.workbooks.domain import CellProblem, Marks, Sheet, letters
from registration.workbooks.formats import AMBER, DAY, GREEN, LINE_HEIGHT, RED, Formats, set_up

LISTED_FOR = 400
"""So many rows below the last one have drop-downs too."""
PAGES_WIDE = 4
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


def add_entries(made: Workbook, formats: Formats, lists: Lists, sheet: Sheet, marks: Marks | None) -> None:
    """Add a sheet that is filled in, as it is given out, or as it came back with its marks."""
    page = made.add_worksheet(sheet.name)
    columns = _columns_of(sheet)
    last = (sheet.rows[-1][0] if sheet.rows else sheet.heading_row) + LISTED_FOR
    _lay_out(page, formats, sheet, columns)
    _offer_lists(page, lists, sheet, last)
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


def _lay_out(page: Worksheet, formats: Formats, sheet: Sheet, columns: Mapping[int, Column]) -> None:
    set_up(page, wide=PAGES_WIDE if sheet.name is SheetName.ROWS else 1)
    for index in range(len(sheet.headings)):
        column = columns.get(index)
        hidden = {"hidden": column is not None and column.key == "base"}
        page.set_column(index, index, column.width if column else 16, formats.entry(column), hidden)
    lines = max((1 + heading.count("\n") for heading in sheet.headings if isinstance(heading, str)), default=1)
    for number in range(sheet.heading_row - 1):  # the columns' own form begins below the headings
        page.set_row(number, LINE_HEIGHT * 2 * lines if number == LETTER_ROW - 1 else None, formats.get())
    page.set_row(sheet.heading_row - 1, LINE_HEIGHT * (1 + 2 * lines))
    page.freeze_panes(sheet.heading_row, 3)
    page.repeat_rows(sheet.heading_row - 1)
    if sheet.name is SheetName.ROWS:
        page.repeat_columns(1, 2)


def _offer_lists(page: Worksheet, lists: Lists, sheet: Sheet, last: int) -> None:
    names = list(LIST_TITLES)
    for column in SHEETS[sheet.name]:
        index = sheet.columns.get(column.key)
        if index is None or column.kind is Kind.LOCKED:
            continue
        rule: dict[str, object] | None = None
        if column.choices:
            place = letters(names.index(column.choices))
            source = f"='{SheetName.LISTS}'!${place}$2:${place}${len(lists[column.choices].labels) + 1}"
            rule = {
                "validate": "list",
                "source": source,
                "error_message": "Hãy chọn trong danh sách. / Choose from the list.",
            }
        elif column.kind is Kind.DATE:
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2000, 1, 1),
                "maximum": date(2099, 12, 31),
            }
            rule["error_message"] = "Hãy nhập ngày/tháng/năm, ví dụ 31/12/2019. / Type day/month/year, e.g. 31/12/2019."
        elif column.kind is Kind.WHOLE:
            rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 999_999}
            rule["error_message"] = "Hãy nhập số nguyên. / Type a whole number."
        if rule is not None:
            page.data_validation(sheet.heading_row, index, last, index, {**rule, "error_title": column.heading[:32]})


def _write_above(
    page: Worksheet, formats: Formats, sheet: Sheet, number: int, row: Sequence[Raw], fills: Mapping[str, str]
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


def _write(page: Worksheet, row: int, index: int, value: Raw, look: Format) -> None:
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
    page: Worksheet,
    formats: Formats,
    sheet: Sheet,
    problems: Iterable[CellProblem],
    fills: Mapping[str, str],
    marks: Marks,
) -> None:
    """Put a note on each cell that is wrong, and a word on each row behind the last column."""
    said: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        said[problem.cell].append(f"{problem.vi}\n{problem.en}")
    width = len(sheet.headings)
    rows = [*sheet.top, (sheet.heading_row, sheet.headings), *sheet.rows]
    filled = {f"{letters(index)}{number}" for number, row in rows for index in range(len(row))}
    for cell, texts in said.items():
        page.write_comment(cell, "\n".join(texts), {"author": "OCOP", "x_scale": 2, "font_size": 10})
        if cell not in filled:
            page.write_blank(cell, None, formats.get(border=1, locked=False, bg_color=fills[cell]))
    place = next((index for index, heading in enumerate(sheet.headings) if heading in MARK_HEADINGS), width + 1)
    page.set_column(place, place, 40)
    page.write_string(
        sheet.heading_row - 1, place, MARK_HEADINGS[0], formats.get(bold=True, border=1, align="center", bg_color=GREEN)
    )
    for number, _ in sheet.rows:
        word = marks.words.get((sheet.name, number), "")
        page.write_string(number - 1, place, word, formats.get(border=1, text_wrap=True))
