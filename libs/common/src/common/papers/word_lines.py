"""The pieces a paper in DOCX is made of: its page and letters, lines of text, grids without lines, rules."""

import re
from typing import Any

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from common.papers.domain import NOTATION
from common.papers.word_xml import bare_margins, page_number, rule_border, unbroken_hyphen

FACE = "Times New Roman"
CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def set_page(document: Docx) -> None:
    """Set A4 upright with the margins of papers; the page's number stands at the head of every page but the first."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    number.paragraph_format.element.append(parse_xml(page_number()))
    number.paragraph_format.space_after = Pt(0)


def set_styles(document: Docx) -> None:
    """Set the letters and the spacing that every paragraph begins with.

    Raises:
        TypeError: the document has no style for all paragraphs.
    """
    normal = document.styles["Normal"]
    if not isinstance(normal, ParagraphStyle):
        raise TypeError("the style of all paragraphs is missing")
    normal.font.name, normal.font.size = FACE, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FACE)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def add_line(
    parent: Any, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, align: int | None = None
) -> DocxParagraph:
    """Add a paragraph of one run to a document or cell; ``size`` in points. Return it."""
    paragraph: DocxParagraph = parent.add_paragraph()
    run = paragraph.add_run()
    _fill(run, text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if align is not None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH(align)
    return paragraph


def _fill(run: Run, text: str) -> None:
    """Put a text into a run; the hyphens of a paper's notation are such that no line ends at them."""
    done = 0
    for found in re.finditer(NOTATION, text):
        run.add_text(text[done : found.start()])
        first, *others = found.group().split("-")
        run.add_text(first)
        for part in others:
            run.element.append(parse_xml(unbroken_hyphen()))
            run.add_text(part)
        done = found.end()
    run.add_text(text[done:])


def add_body(document: Docx, text: str) -> DocxParagraph:
    """Add a paragraph of the body: justified, its first line indented. Return it."""
    paragraph = add_line(document, text, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.line_spacing = 1.08
    return paragraph


def add_grid(document: Docx, widths: tuple[float, ...], rows: int = 1) -> DocxTable:
    """Add a table without lines, ``widths`` in mm, whose cells have one empty paragraph each. Return it."""
    grid = document.add_table(rows=rows, cols=len(widths))
    grid.autofit = False
    document.element.body.findall(qn("w:tbl"))[-1].tblPr.append(parse_xml(bare_margins()))
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return grid


def drop_first(cell: Any) -> None:
    """Remove the empty paragraph that a new cell starts with."""
    first = cell.paragraphs[0].paragraph_format.element
    first.getparent().remove(first)


def add_rule(parent: Any, width: float, length: float) -> None:
    """Add a rule of a length (mm), in the middle of a width, as a line of its own."""
    paragraph: DocxParagraph = parent.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    paragraph.paragraph_format.line_spacing = Pt(6)
    paragraph.paragraph_format.space_before = Pt(3)  # clear of the letters that hang below their line
    paragraph.paragraph_format.element.get_or_add_pPr().insert_element_before(
        parse_xml(rule_border()), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
