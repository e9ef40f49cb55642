"""Tables with lines, page numbers and lengths in the XML of DOCX; python-docx cannot make them, or too slowly for many rows."""

import re
from xml.sax.saxutils import escape

from common.papers.domain import Cell, Column, Table, say_in_table

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS_PER_MM = 1440 / 25.4
HALF_POINTS = 24
BREAKS = {**dict.fromkeys(("\r\n", "\r", "\n"), "<w:br/>"), "\t": "<w:tab/>"}
"""What a word processor shows only where it is no letter."""
MOST_ROWS_KEPT = 15
"""A table with no more rows than these is kept on one page."""
EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def page_number() -> str:
    """Return a run with the field of the page number, 13 points."""
    return f'<w:fldSimple {NAMESPACE} w:instr="PAGE"><w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:t>2</w:t></w:r></w:fldSimple>'


def to_twips(millimetres: float) -> int:
    """Return a length in the unit of word processors."""
    return round(millimetres * TWIPS_PER_MM)


def words_xml(text: str) -> str:
    """Return the inside of a run: a text with its lines and tabulators."""
    return "".join(BREAKS.get(part) or _letters(part) for part in re.split(r"(\r\n|[\r\n\t])", text))


def _letters(text: str) -> str:
    space = "" if text.strip() == text else ' xml:space="preserve"'
    return f"<w:t{space}>{escape(text)}</w:t>"


def table_xml(table: Table, *, is_bound: bool = False) -> str:
    """Return a table with lines, its head repeated on every page; numbers with dots between thousands.

    The rows of a short one are kept on one page; the last row of one that is bound is kept with what stands behind it.
    """
    widths = [to_twips(column.width) for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    last = len(table.rows) - 1
    is_short = len(table.rows) <= MOST_ROWS_KEPT
    head = "".join(
        _cell(column.title, width, "center", bold=True, keep=is_short)
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = "".join(
        _row(
            row,
            table.columns,
            widths,
            bold=table.has_total and index == last,
            keep=is_short and index < last,
            keep_first=is_bound and index == last,
        )
        for index, row in enumerate(table.rows)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
    )


def _row(
    row: tuple[Cell, ...],
    columns: tuple[Column, ...],
    widths: list[int],
    *,
    bold: bool,
    keep: bool,
    keep_first: bool,
) -> str:
    cells = "".join(
        _cell(say_in_table(cell), width, column.align, bold=bold, keep=keep or (keep_first and index == 0))
        for index, (cell, column, width) in enumerate(zip(row, columns, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, align: str, *, bold: bool, keep: bool) -> str:
    weight = "<w:b/>" if bold else ""
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{kept}<w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{HALF_POINTS}"/></w:rPr>'
        f"{words_xml(text)}</w:r></w:p></w:tc>"
    )
