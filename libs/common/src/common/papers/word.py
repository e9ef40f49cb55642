"""Papers as DOCX for editing in a word processor: the layout of the PDF, in Times New Roman."""

import io
import zipfile
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt

from common.papers.domain import MOTTO, NATIONAL_TITLE, Annex, Block, Heading, Paper, Paragraph, Table
from common.papers.word_lines import CENTRE, add_body, add_grid, add_line, add_rule, drop_first, set_page, set_styles
from common.papers.word_xml import table_xml, undivided

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
    set_page(document)
    set_styles(document)
    _add_head(document, paper)
    _add_subject(document, paper)
    for base in paper.bases:
        add_body(document, base).runs[0].italic = True
    for block in paper.blocks:
        _add_block(document, block)
    _bind_last(document, paper.blocks)
    _add_signature(document, paper)
    for annex in paper.annexes:
        _add_annex(document, annex, paper)
    _set_properties(document, paper)
    return _pack(document)


def _add_head(document: Docx, paper: Paper) -> None:
    grid = add_grid(document, (LEFT, RIGHT), rows=2)
    agencies, nation = grid.rows[0].cells
    for text in paper.parent_agency:
        add_line(agencies, text, 13, align=CENTRE)
    for text in paper.issuing_agency:
        add_line(agencies, text, 13, bold=True, align=CENTRE)
    add_rule(agencies, LEFT, RULE_OF_AGENCY)
    add_line(nation, NATIONAL_TITLE, 13, bold=True, align=CENTRE)
    add_line(nation, MOTTO, 14, bold=True, align=CENTRE)
    add_rule(nation, RIGHT, RULE_OF_MOTTO)
    number, day = grid.rows[1].cells
    add_line(number, paper.number_line, 13, align=CENTRE)
    if paper.about:
        add_line(number, paper.about, 12, align=CENTRE)
    add_line(day, paper.date_line, 14, italic=True, align=CENTRE)
    for cell in (agencies, nation, number, day):
        drop_first(cell)


def _add_subject(document: Docx, paper: Paper) -> None:
    if paper.type_name:
        add_line(document, paper.type_name, bold=True, align=CENTRE).paragraph_format.space_before = Pt(14)
        add_line(document, paper.subject, bold=True, align=CENTRE)
        add_rule(document, LEFT + RIGHT, RULE_OF_SUBJECT)
    _add_addressees(document, paper)


def _add_addressees(document: Docx, paper: Paper) -> None:
    if len(paper.addressees) == 1:
        line = add_line(document, f"Kính gửi: {paper.addressees[0]}", align=CENTRE)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(12)
    elif paper.addressees:
        head = add_line(document, "Kính gửi:").paragraph_format
        head.left_indent, head.space_before = Mm(ADDRESSEES_AT), Pt(12)
        for addressee in paper.addressees:
            line = add_line(document, f"- {addressee}").paragraph_format
            line.left_indent, line.first_line_indent = Mm(ADDRESSEES_AT + UNDER_COLON + DASH), Mm(-DASH)
        document.paragraphs[-1].paragraph_format.space_after = Pt(12)


def _add_block(document: Docx, block: Block) -> None:
    match block:
        case Heading(level, text):
            heading = add_body(document, text.upper() if level == 1 else text)
            heading.runs[0].bold = True
            heading.paragraph_format.space_before = Pt(6)
            heading.paragraph_format.keep_with_next = True
        case Paragraph(text):
            add_body(document, text)
        case _:
            _add_table(document, block)


def _add_table(document: Docx, table: Table) -> None:
    if table.title:
        title = add_line(document, table.title.upper(), 13, bold=True, align=CENTRE)
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(3)
        title.paragraph_format.keep_with_next = True
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(table_xml(table)))
    closing = add_line(document, table.note, 12 if table.note else 4, italic=True)
    closing.paragraph_format.space_after = Pt(6)


def _bind_last(document: Docx, blocks: Sequence[Block]) -> None:
    """Keep the last block with the signature, which stands on no page by itself."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if isinstance(blocks[-1], Table):
        for paragraph in document.tables[-1].rows[-1].cells[0].paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _add_signature(document: Docx, paper: Paper) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    signed = add_grid(document, (80, 85)).rows[0]
    document.element.body.findall(qn("w:tbl"))[-1].tr_lst[-1].get_or_add_trPr().append(parse_xml(undivided()))
    recipients, signer = signed.cells
    add_line(recipients, "Nơi nhận:", 12, bold=True, italic=True)
    for text in paper.recipients:
        add_line(recipients, text, 11)
    for text in paper.signature.lines:
        add_line(signer, text.upper(), bold=True, align=CENTRE)
    for _ in range(4):
        signer.add_paragraph()
    add_line(signer, paper.signature.name, bold=True, align=CENTRE)
    for cell in (recipients, signer):
        drop_first(cell)


def _add_annex(document: Docx, annex: Annex, paper: Paper) -> None:
    label = document.add_paragraph()
    label.alignment = CENTRE
    label.add_run().add_break(WD_BREAK.PAGE)
    label.add_run(annex.label).bold = True
    add_line(document, annex.title.upper(), bold=True, align=CENTRE)
    add_line(document, paper.annex_line, italic=True, align=CENTRE).paragraph_format.space_after = Pt(6)
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
