"""Writes a workbook by xlsxwriter: as it is given out, or as it came back with its mistakes marked; nothing is a formula."""

import io
from collections.abc import Sequence

from xlsxwriter.workbook import Workbook

from registration.workbooks.cells import Lists
from registration.workbooks.columns import SheetName
from registration.workbooks.domain import Book, Info, Marks, Stamp
from registration.workbooks.entering import LIST_TITLES, add_entries
from registration.workbooks.formats import AMBER, GREEN, LINE_HEIGHT, RED, Formats, set_up

GUIDE_WIDTH = 100


def write_workbook(info: Info, book: Book, marks: Marks | None = None) -> bytes:
    """Return a workbook as XLSX."""
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
        add_entries(made, formats, info.lists, sheet, marks)
    _add_lists(made, formats, info.lists)
    _add_stamp(made, info.stamp)
    made.close()
    return written.getvalue()


def _add_guide(made: Workbook, formats: Formats, info: Info) -> None:
    sheet = made.add_worksheet(SheetName.GUIDE)
    set_up(sheet)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, GUIDE_WIDTH)
    sheet.write_string(0, 0, info.title, formats.get(bold=True, font_size=14))
    for number, (label, text) in enumerate(info.guide, start=2):
        sheet.set_row(number, LINE_HEIGHT * (1 + len(text) // GUIDE_WIDTH))
        sheet.write_string(number, 0, label, formats.get(bold=True, text_wrap=True, valign="top"))
        sheet.write_string(number, 1, text, formats.get(text_wrap=True, valign="top"))
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _add_glossary(made: Workbook, formats: Formats, rows: Sequence[Sequence[str]]) -> None:
    """Add what the columns and papers are called in other languages; the sheets are read by their own headings."""
    sheet = made.add_worksheet(SheetName.TRANSLATIONS)
    set_up(sheet)
    sheet.set_column(0, len(rows[0]) - 1, 34)
    for number, row in enumerate(rows):
        look = formats.get(bold=number == 0, border=1, text_wrap=True, **({"bg_color": GREEN} if number == 0 else {}))
        for index, said in enumerate(row):
            sheet.write_string(number, index, said, look)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _add_summary(made: Workbook, formats: Formats, marks: Marks) -> None:
    sheet = made.add_worksheet(SheetName.SUMMARY)
    set_up(sheet)
    for index, width in enumerate((34, 9, 26, 70, 70)):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, "KẾT QUẢ KIỂM TRA BẢNG ĐỀ CỬ / RESULT OF THE CHECK", formats.get(bold=True, font_size=14))
    row = 2
    for label, text in marks.summary:
        sheet.write_string(row, 0, label, formats.get(bold=True))
        sheet.write_string(row, 2, text, formats.get())
        row += 1
    head = formats.get(bold=True, border=1, bg_color=GREEN)
    row += 1
    for index, heading in enumerate(("Trang / Sheet", "Ô / Cell", "Mã lỗi / Code", "Nội dung", "In English")):
        sheet.write_string(row, index, heading, head)
    for number, problem in enumerate(marks.problems, start=row + 1):
        look = formats.get(border=1, text_wrap=True, bg_color=AMBER if problem.is_warning else RED)
        for index, said in enumerate((problem.sheet, problem.cell, problem.code, problem.vi, problem.en)):
            sheet.write_string(number, index, said, look)
    sheet.repeat_rows(row)


def _add_lists(made: Workbook, formats: Formats, lists: Lists) -> None:
    sheet = made.add_worksheet(SheetName.LISTS)
    set_up(sheet)
    for index, (name, title) in enumerate(LIST_TITLES.items()):
        sheet.set_column(index, index, 26)
        sheet.write_string(0, index, title, formats.get(bold=True, text_wrap=True, border=1, bg_color=GREEN))
        for row, label in enumerate(lists[name].labels.values(), start=1):
            if label.isdecimal():
                sheet.write_number(row, index, int(label), formats.get(border=1))
            else:
                sheet.write_string(row, index, label, formats.get(border=1, text_wrap=True))
    sheet.protect()


def _add_stamp(made: Workbook, stamp: Stamp) -> None:
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
