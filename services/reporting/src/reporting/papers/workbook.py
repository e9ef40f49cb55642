"""The annexes of a paper as a workbook: a sheet for each table; what people typed is never a formula."""

import io

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from common.papers.domain import Align, Amount, Cell, Paper, Table

FACE = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "text_wrap": True}
WHOLE, SHARE = "[$-42A]#,##0", "[$-42A]0.0%"
"""Numbers as in Vietnamese papers, whatever the reader's own language."""
SHARE_UNITS = 1000
MM_PER_UNIT = 2.0
SHEET_NAME_LENGTH = 31


class Styles:
    """The formats of a workbook's cells, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool], Format] = {}

    def get(self, align: Align, number_format: str, *, bold: bool) -> Format:
        """Return the format of a cell."""
        key = (align, number_format, bold)
        if key not in self._made:
            look = {**FACE, "align": align, "bold": bold, "border": 1, "num_format": number_format}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


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
    styles = Styles(book)
    for table in paper.tables():
        _add_sheet(book, table, paper, styles)
    book.close()
    return written.getvalue()


def _add_sheet(book: Workbook, table: Table, paper: Paper, styles: Styles) -> None:
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
    for number, row in enumerate(table.rows):
        bold = table.has_total and number == len(table.rows) - 1
        for index, cell in enumerate(row):
            _write(
                sheet,
                (4 + number, index),
                cell,
                styles.get(table.columns[index].align, _number_format(cell), bold=bold),
            )
    if table.note:
        sheet.write_string(5 + len(table.rows), 0, table.note, book.add_format({**FACE, "text_wrap": False}))
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _number_format(cell: Cell) -> str:
    """Return the format of a number; the words before it are part of the format, so that it can be summed."""
    if not isinstance(cell, Amount):
        return WHOLE
    number = SHARE if cell.is_share else WHOLE
    return f'"{cell.words} "{number}' if cell.words else number


def _write(sheet: Worksheet, place: tuple[int, int], cell: Cell, style: Format) -> None:
    match cell:
        case str():
            sheet.write_string(*place, cell, style)
        case int():
            sheet.write_number(*place, cell, style)
        case _:
            sheet.write_number(*place, cell.value / SHARE_UNITS if cell.is_share else cell.value, style)
