"""How the cells and pages of a workbook look."""

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from registration.workbooks.columns import Column, Kind

FACE = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
DAY = "dd/mm/yyyy"
A4 = 9
LINE_HEIGHT = 16
RED, AMBER, GREY, GREEN = "#F8CBAD", "#FFE699", "#EDEDED", "#DDEBF7"


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **look: object) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FACE, **look})
        return self._made[key]

    def entry(self, column: Column | None, fill: str = "") -> Format:
        """Return the format of a cell of a column."""
        kind = column.kind if column else Kind.TEXT
        look: dict[str, object] = {"border": 1, "text_wrap": True, "locked": kind is Kind.LOCKED}
        look["num_format"] = {Kind.DATE: DAY, Kind.WHOLE: "0"}.get(kind, "@")
        if kind is Kind.LOCKED:
            look |= {"bg_color": GREY, "font_color": "#7F7F7F", "font_size": 8}
        if fill:
            look["bg_color"] = fill
        return self.get(**look)


def set_up(sheet: Worksheet, *, wide: int = 1) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(wide, 0)
    sheet.set_footer("&R&P/&N")
