"""The annexes of a paper as a workbook: a sheet for each table; what people typed is never a formula."""

import io

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.papers.domain import Paper, Table

FACE = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True}
NUMBER = "#,##0"
MM_PER_UNIT = 2.0
SHEET_NAME_LENGTH = 31


def render_xlsx(paper: Paper) -> bytes:
    """Return all tables of the paper as XLSX; the same paper gives the same bytes."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(written, options)
    book.set_properties(
        {
            "title": paper.subject,
            "author": paper.author,
            "keywords": ", ".join(paper.keywords),
            "created": paper.dated.replace(tzinfo=None),
        }
    )
    for table in paper.tables():
        _add_sheet(book, table, paper)
    book.close()
    return written.getvalue()


def _add_sheet(book: Workbook, table: Table, paper: Paper) -> None:
    sheet = book.add_worksheet(table.name[:SHEET_NAME_LENGTH])
    title = book.add_format({**FACE, "bold": True, "align": "center", "text_wrap": True})
    head = book.add_format({**FACE, "bold": True, "align": "center", "border": 1})
    last_column = len(table.columns) - 1
    if last_column:
        sheet.merge_range(0, 0, 0, last_column, "", title)
    sheet.write_string(0, 0, (table.title or table.name).upper(), title)
    sheet.write_string(1, 0, paper.subject, book.add_format({**FACE, "italic": True, "text_wrap": False}))
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width / MM_PER_UNIT)
        sheet.write_string(3, index, column.title, head)
    formats = {
        (align, bold): book.add_format({**FACE, "align": align, "bold": bold, "border": 1, "num_format": NUMBER})
        for align in ("left", "center", "right")
        for bold in (False, True)
    }
    for number, row in enumerate(table.rows):
        bold = table.has_total and number == len(table.rows) - 1
        for index, cell in enumerate(row):
            _write(sheet, 4 + number, index, cell, formats[table.columns[index].align, bold])
    if table.note:
        sheet.write_string(5 + len(table.rows), 0, table.note, book.add_format({**FACE, "text_wrap": False}))
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, row: int, column: int, cell: str | int, style: Format) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)
