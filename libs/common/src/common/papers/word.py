"""Papers as DOCX for editing in a word processor: the layout of the PDF, in Times New Roman.

Only the text of a paper is written for each, as its XML: python-docx takes thirty times as long for it and for what all papers have in common.
"""

import io
import zipfile
from xml.parsers import expat
from xml.sax.saxutils import escape

from common.papers.domain import MOTTO, NATIONAL_TITLE, Annex, Block, Heading, Paper, Paragraph, Signature, Table
from common.papers.word_lines import BODY, HEADING, Look, bare_grid, empty_line, line_xml, page_break, rule_xml
from common.papers.word_shell import DATE_OF_PARTS, PROPERTIES, TEXT, load_shell
from common.papers.word_xml import table_xml

LEFT, RIGHT = 68, 97
SIGNED = (80, 85)
RULE_OF_AGENCY, RULE_OF_MOTTO, RULE_OF_SUBJECT = 27, 61, 62
"""Lengths in mm: a third to a half of the agency's and the subject's line, all of the motto."""
ADDRESSEES_AT, UNDER_COLON, DASH = 25, 18.3, 2.5
"""Where "Kính gửi:" begins, how far behind that its colon stands, under which the dashes of several addressees do (mm)."""
CENTRED = Look(align="center")
STRONG = Look(align="center", bold=True)
LINES_TO_SIGN = 4


def render_docx(paper: Paper) -> bytes:
    """Return the paper as DOCX; the same paper gives the same bytes. Raises ExpatError for a sign that XML does not have."""
    shell = load_shell()
    written = io.BytesIO(shell.parts)
    written.seek(0, io.SEEK_END)
    with zipfile.ZipFile(written, "a") as packed:
        for name, content in (
            (TEXT, shell.before + _write_body(paper) + shell.behind),
            (PROPERTIES, _write_properties(paper)),
        ):
            expat.ParserCreate().Parse(content, True)  # no word processor opens what is no XML
            part = zipfile.ZipInfo(name, DATE_OF_PARTS)
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, content)
    return written.getvalue()


def _write_body(paper: Paper) -> str:
    *blocks, last = paper.blocks
    pieces = [
        _write_head(paper),
        _write_subject(paper),
        _write_addressees(paper.addressees),
        *(line_xml(base, BODY.but(italic=True)) for base in paper.bases),
        *(_write_block(block) for block in blocks),
        _write_block(last, is_bound=True),
        _write_signature(paper.signature, paper.recipients),
        *(_write_annex(annex, paper) for annex in paper.annexes),
    ]
    return "".join(pieces)


def _write_head(paper: Paper) -> str:
    agencies = [line_xml(text, CENTRED.but(size=13)) for text in paper.parent_agency]
    agencies += [line_xml(text, STRONG.but(size=13)) for text in paper.issuing_agency]
    nation = [line_xml(NATIONAL_TITLE, STRONG.but(size=13)), line_xml(MOTTO, STRONG), rule_xml(RIGHT, RULE_OF_MOTTO)]
    number = line_xml(paper.number_line, CENTRED.but(size=13))
    about = line_xml(paper.about, CENTRED.but(size=12)) if paper.about else ""
    day = line_xml(paper.date_line, CENTRED.but(italic=True))
    named = "".join([*agencies, rule_xml(LEFT, RULE_OF_AGENCY)])
    return bare_grid((LEFT, RIGHT), [(named, "".join(nation)), (number + about, day)])


def _write_subject(paper: Paper) -> str:
    if not paper.type_name:
        return ""
    of_type = line_xml(paper.type_name, STRONG.but(before=14))
    return of_type + line_xml(paper.subject, STRONG) + rule_xml(LEFT + RIGHT, RULE_OF_SUBJECT)


def _write_addressees(addressees: tuple[str, ...]) -> str:
    if not addressees:
        return ""
    if len(addressees) == 1:
        return line_xml(f"Kính gửi: {addressees[0]}", CENTRED.but(before=12, after=12))
    head = line_xml("Kính gửi:", Look(before=12, left=ADDRESSEES_AT))
    listed = Look(left=ADDRESSEES_AT + UNDER_COLON + DASH, first=-DASH)
    *others, last = (f"- {addressee}" for addressee in addressees)
    return head + "".join(line_xml(text, listed) for text in others) + line_xml(last, listed.but(after=12))


def _write_block(block: Block, *, is_bound: bool = False) -> str:
    """Return a block; one that is bound stands on a page with the signature, which stands on none by itself."""
    match block:
        case Heading(level, text):
            return line_xml(text.upper() if level == 1 else text, HEADING)
        case Paragraph(text):
            return line_xml(text, BODY.but(keep=is_bound))
        case _:
            return _write_table(block, is_bound=is_bound)


def _write_table(table: Table, *, is_bound: bool) -> str:
    look = STRONG.but(size=13, before=3, after=3, keep=True)
    title = line_xml(table.title.upper(), look) if table.title else ""
    note = line_xml(table.note, Look(size=12 if table.note else 4, italic=True, after=6, keep=is_bound))
    return title + table_xml(table, is_bound=is_bound) + note


def _write_signature(signature: Signature, recipients: tuple[str, ...]) -> str:
    to = [line_xml("Nơi nhận:", Look(size=12, bold=True, italic=True))]
    to += [line_xml(text, Look(size=11)) for text in recipients]
    signed = [line_xml(text.upper(), STRONG) for text in signature.lines]
    signed += [empty_line()] * LINES_TO_SIGN
    signed.append(line_xml(signature.name, STRONG))
    return empty_line(keep=True) + bare_grid(SIGNED, [("".join(to), "".join(signed))], is_undivided=True)


def _write_annex(annex: Annex, paper: Paper) -> str:
    title = line_xml(annex.title.upper(), STRONG)
    report = line_xml(paper.annex_line, CENTRED.but(italic=True, after=6))
    return page_break(annex.label) + title + report + "".join(_write_block(block) for block in annex.blocks)


def _write_properties(paper: Paper) -> str:
    """Return what a word processor shows as the file's properties."""
    title, author, keywords = (escape(text) for text in (paper.subject, paper.author, ", ".join(paper.keywords)))
    on = f"{paper.dated:%Y-%m-%dT%H:%M:%SZ}"
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><cp:keywords>{keywords}</cp:keywords>"
        f"<cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{on}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{on}</dcterms:modified><dc:language>vi-VN</dc:language>'
        "</cp:coreProperties>"
    )
