"""Papers as DOCX for editing in a word processor: the layout of the PDF, in Times New Roman."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from common.papers.domain import MOTTO, NATIONAL_TITLE, NOTATION, Annex, Block, Heading, Paper, Paragraph, Table
from common.papers.word_xml import bare_margins, page_number, rule_border, table_xml, unbroken_hyphen, undivided

FACE = "Times New Roman"
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
LEFT, RIGHT = 68, 97
RULE_OF_AGENCY, RULE_OF_MOTTO, RULE_OF_SUBJECT = 27, 61, 62
"""Lengths in mm: a third to a half of the agency's and the subject's line, all of the motto."""
ADDRESSEES_AT, UNDER_COLON, DASH = 25, 18.3, 2.5
"""Where "Kính gửi:" begins, how far behind that its colon stands, under which the dashes of several addressees do (mm)."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every part of the file, so that the same paper gives the same bytes."""


def render_docx(paper: Paper) -> bytes:
    """Return the paper as DOCX; the same paper gives the same bytes."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    _add_head(document, paper)
    _add_subject(document, paper)
    for base in paper.bases:
        _body(document, base).runs[0].italic = True
    for block in paper.blocks:
        _add_block(document, block)
    _bind_last(document, paper.blocks)
    _add_signature(document, paper)
    for annex in paper.annexes:
        _add_annex(document, annex, paper)
    _set_properties(document, paper)
    return _pack(document)


def _set_page(document: Docx) -> None:
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


def _set_styles(document: Docx) -> None:
    normal = document.styles["Normal"]
    if not isinstance(normal, ParagraphStyle):
        raise TypeError("the style of all paragraphs is missing")
    normal.font.name, normal.font.size = FACE, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FACE)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def _line(
    parent: Any, text: str, size: float = 14, *, bold: bool = False, italic: bool = False, align: int | None = None
) -> DocxParagraph:
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


def _body(document: Docx, text: str) -> DocxParagraph:
    paragraph = _line(document, text, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.line_spacing = 1.08
    return paragraph


def _grid(document: Docx, widths: tuple[float, ...], rows: int = 1) -> DocxTable:
    """Return a table without lines whose cells are empty of paragraphs but one."""
    grid = document.add_table(rows=rows, cols=len(widths))
    grid.autofit = False
    document.element.body.findall(qn("w:tbl"))[-1].tblPr.append(parse_xml(bare_margins()))
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return grid


def _drop_first(cell: Any) -> None:
    """Remove the empty paragraph that a new cell starts with."""
    first = cell.paragraphs[0].paragraph_format.element
    first.getparent().remove(first)


def _add_head(document: Docx, paper: Paper) -> None:
    grid = _grid(document, (LEFT, RIGHT), rows=2)
    agencies, nation = grid.rows[0].cells
    for text in paper.parent_agency:
        _line(agencies, text, 13, align=CENTRE)
    for text in paper.issuing_agency:
        _line(agencies, text, 13, bold=True, align=CENTRE)
    _rule(agencies, LEFT, RULE_OF_AGENCY)
    _line(nation, NATIONAL_TITLE, 13, bold=True, align=CENTRE)
    _line(nation, MOTTO, 14, bold=True, align=CENTRE)
    _rule(nation, RIGHT, RULE_OF_MOTTO)
    number, day = grid.rows[1].cells
    _line(number, paper.number_line, 13, align=CENTRE)
    if paper.about:
        _line(number, paper.about, 12, align=CENTRE)
    _line(day, paper.date_line, 14, italic=True, align=CENTRE)
    for cell in (agencies, nation, number, day):
        _drop_first(cell)


def _rule(parent: Any, width: float, length: float) -> None:
    """Add a rule of a length (mm), in the middle of a width, as a line of its own."""
    paragraph: DocxParagraph = parent.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    paragraph.paragraph_format.line_spacing = Pt(6)
    paragraph.paragraph_format.space_before = Pt(3)  # clear of the letters that hang below their line
    paragraph.paragraph_format.element.get_or_add_pPr().insert_element_before(
        parse_xml(rule_border()), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _add_subject(document: Docx, paper: Paper) -> None:
    if paper.type_name:
        _line(document, paper.type_name, bold=True, align=CENTRE).paragraph_format.space_before = Pt(14)
        _line(document, paper.subject, bold=True, align=CENTRE)
        _rule(document, LEFT + RIGHT, RULE_OF_SUBJECT)
    _add_addressees(document, paper)


def _add_addressees(document: Docx, paper: Paper) -> None:
    if len(paper.addressees) == 1:
        line = _line(document, f"Kính gửi: {paper.addressees[0]}", align=CENTRE)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(12)
    elif paper.addressees:
        head = _line(document, "Kính gửi:").paragraph_format
        head.left_indent, head.space_before = Mm(ADDRESSEES_AT), Pt(12)
        for addressee in paper.addressees:
            line = _line(document, f"- {addressee}").paragraph_format
            line.left_indent, line.first_line_indent = Mm(ADDRESSEES_AT + UNDER_COLON + DASH), Mm(-DASH)
        document.paragraphs[-1].paragraph_format.space_after = Pt(12)


def _add_block(document: Docx, block: Block) -> None:
    match block:
        case Heading(level, text):
            heading = _body(document, text.upper() if level == 1 else text)
            heading.runs[0].bold = True
            heading.paragraph_format.space_before = Pt(6)
            heading.paragraph_format.keep_with_next = True
        case Paragraph(text):
            _body(document, text)
        case _:
            _add_table(document, block)


def _add_table(document: Docx, table: Table) -> None:
    if table.title:
        title = _line(document, table.title.upper(), 13, bold=True, align=CENTRE)
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(3)
        title.paragraph_format.keep_with_next = True
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(table_xml(table)))
    closing = _line(document, table.note, 12 if table.note else 4, italic=True)
    closing.paragraph_format.space_after = Pt(6)


def _bind_last(document: Docx, blocks: Sequence[Block]) -> None:
    """Keep the last block with the signature, which stands on no page by itself."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if isinstance(blocks[-1], Table):
        for paragraph in document.tables[-1].rows[-1].cells[0].paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _add_signature(document: Docx, paper: Paper) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    signed = _grid(document, (80, 85)).rows[0]
    document.element.body.findall(qn("w:tbl"))[-1].tr_lst[-1].get_or_add_trPr().append(parse_xml(undivided()))
    recipients, signer = signed.cells
    _line(recipients, "Nơi nhận:", 12, bold=True, italic=True)
    for text in paper.recipients:
        _line(recipients, text, 11)
    for text in paper.signature.lines:
        _line(signer, text.upper(), bold=True, align=CENTRE)
    for _ in range(4):
        signer.add_paragraph()
    _line(signer, paper.signature.name, bold=True, align=CENTRE)
    for cell in (recipients, signer):
        _drop_first(cell)


def _add_annex(document: Docx, annex: Annex, paper: Paper) -> None:
    label = document.add_paragraph()
    label.alignment = CENTRE
    label.add_run().add_break(WD_BREAK.PAGE)
    label.add_run(annex.label).bold = True
    _line(document, annex.title.upper(), bold=True, align=CENTRE)
    _line(document, paper.annex_line, italic=True, align=CENTRE).paragraph_format.space_after = Pt(6)
    for block in annex.blocks:
        _add_block(document, block)


def _set_properties(document: Docx, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author = paper.subject, paper.author
    properties.last_modified_by, properties.comments = paper.author, ""
    properties.keywords, properties.language, properties.revision = ", ".join(paper.keywords), "vi-VN", 1
    properties.created = properties.modified = paper.dated.replace(tzinfo=None)


def _pack(document: Docx) -> bytes:
    """Return the file with a fixed date on each of its parts."""
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return packed.getvalue()
