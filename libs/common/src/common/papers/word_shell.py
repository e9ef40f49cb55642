"""What all papers in DOCX have in common: page, letters, styles and every part but the text and the properties, packed once."""

import io
import zipfile
from dataclasses import dataclass
from functools import cache

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from common.papers.word_xml import NAMESPACE, page_number

FACE = "Times New Roman"
TEXT, PROPERTIES = "word/document.xml", "docProps/core.xml"
OF_EACH = (TEXT, PROPERTIES)
DATE_OF_PARTS = (1980, 1, 1, 0, 0, 0)
"""The date of every part of the file, so that the same paper gives the same bytes."""
SECTION = "<w:sectPr"


@dataclass(frozen=True)
class Shell:
    """A package without the parts that each paper has of its own, and what stands around the body of its text."""

    parts: bytes
    before: str
    behind: str


@cache
def load_shell() -> Shell:
    """Return the shell; it is the same for every paper."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    _leave_broken_lines_short(document)
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            if name not in OF_EACH:
                part = zipfile.ZipInfo(name, DATE_OF_PARTS)
                part.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(part, source.read(name))
        before, section, behind = source.read(TEXT).decode().partition(SECTION)
    return Shell(packed.getvalue(), before, section + behind)


def _set_page(document: Docx) -> None:
    """Set A4 upright with the margins of papers; the page's number stands at the head of every page but the first."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.element.append(parse_xml(page_number()))
    number.paragraph_format.space_after = Pt(0)


def _leave_broken_lines_short(document: Docx) -> None:
    """Let Word not stretch over its width a line that a text breaks off within a justified paragraph.

    Raises:
        TypeError: the document says nothing of how Word is to lay it out.
    """
    layout = document.settings.element.find(qn("w:compat"))
    if layout is None:
        raise TypeError("what Word is to do otherwise than newer versions is missing")
    # By the schema it stands before all others that are there.
    layout.insert(0, parse_xml(f"<w:doNotExpandShiftReturn {NAMESPACE}/>"))


def _set_styles(document: Docx) -> None:
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
