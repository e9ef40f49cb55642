"""What the files of a report say, as running text."""

import io
import re

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader


def text_of_pdf(content: bytes) -> str:
    return squeeze("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def text_of_docx(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    paragraphs = document.element.body.iter(qn("w:p"))
    return squeeze("\n".join("".join(run.text for run in paragraph.iter(qn("w:r"))) for paragraph in paragraphs))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)
