"""A nomination workbook that the play fills in reads as one that a province's clerk filled in from its lists."""

import io
from pathlib import Path

import openpyxl

from registration.workbooks.columns import LETTER, PAPER_COLUMNS, ROW_COLUMNS, Column, Kind, SheetName
from registration.workbooks.forms import HEADING_ROW
from scenario.doors.clerk import LETTER_ROW, fill_in
from scenario.reading.folder import read_scenario

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"
GROUPS = ("Thực phẩm", "Đồ uống", "Thảo dược", "Vải và may mặc", "Lưu niệm - nội thất - trang trí")
OFFERED = ("40 Nghệ An", "48 Đà Nẵng", "62 Kon Tum", *GROUPS, "Có", "Không")


def blank_workbook() -> bytes:
    book = openpyxl.Workbook()
    for name, columns in ((SheetName.ROWS, ROW_COLUMNS), (SheetName.PAPERS, PAPER_COLUMNS)):
        sheet = book.create_sheet(name)
        for place, column in enumerate(columns, start=1):
            sheet.cell(HEADING_ROW, place, column.printed)
    for place, (label, _) in enumerate(LETTER.values()):
        book[SheetName.ROWS].cell(LETTER_ROW, 1 + 2 * place, f"{label}:")
    lists = book.create_sheet(SheetName.LISTS)
    for label in OFFERED:
        lists.append([label])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def chosen(column: Column) -> bool:
    return bool(column.choices) and column.kind in {Kind.CHOICE, Kind.CODES, Kind.YES_NO}


def test_what_is_chosen_from_a_list_is_written_in_its_words():
    nominations = read_scenario(SMALL_FAIR).nominations
    for nomination in nominations:
        book = openpyxl.load_workbook(io.BytesIO(fill_in(blank_workbook(), nomination)))
        heads, *lines = book[SheetName.ROWS].iter_rows(HEADING_ROW, values_only=True)
        columns = {column.printed: column for column in ROW_COLUMNS}
        typed = {
            (head, str(cell))
            for line in lines
            for head, cell in zip(heads, line, strict=True)
            if cell is not None and chosen(columns[str(head)])
        }
        assert [(head, word) for head, word in typed if word.islower() or word.isdecimal()] == []
        assert {"Có"} <= {word for _, word in typed}
    assert len(nominations) == 3
