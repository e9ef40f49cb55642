"""Papers as PDF/A-2b, set by typst with the service's own face in the metrics of Times New Roman."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from common.errors import DomainError
from reporting.papers.domain import MOTTO, NATIONAL_TITLE, Annex, Block, Heading, Paper, Paragraph
from reporting.wording.domain import say_number

FACE = "Tinos"
STANDARD = "a-2b"
_setting = threading.Lock()


class LetterMissingError(DomainError):
    """No face at hand has a letter of the text; a folder with one belongs into REPORT_FONT_DIRS."""

    code = "letter_missing"

    def __init__(self, told: str) -> None:
        super().__init__(
            "Phông chữ thiếu ký tự của văn bản; hãy thêm thư mục phông chữ vào REPORT_FONT_DIRS.",
            f"A letter of the text is in no face at hand; add a folder of fonts to REPORT_FONT_DIRS. {told}",
        )


class FaceMissingError(RuntimeError):
    """The service's own face is not where it was installed."""


@cache
def _compiler(font_dirs: tuple[Path, ...]) -> tuple[typst.Compiler, tuple[str, ...]]:
    """Return a compiler with our face and those of some folders, and the names of the faces in order of use."""
    own = files("reporting").joinpath("fonts")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(str(own)), *font_dirs]
    )
    families = fonts.families()
    if FACE not in families:
        raise FaceMissingError(f"the face {FACE} is not in {own}")
    others = sorted(name for name in families if name != FACE)
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True), (FACE, *others)


@cache
def _template() -> bytes:
    return files("reporting.papers").joinpath("templates", "report.typ").read_bytes()


def render_pdf(paper: Paper, font_dirs: Sequence[Path] = ()) -> bytes:
    """Return the paper as PDF/A-2b; the same paper gives the same bytes.

    Raises:
        LetterMissingError: a letter is in none of the faces.
    """
    compiler, families = _compiler(tuple(font_dirs))
    data = json.dumps(_data(paper, families), ensure_ascii=False)
    try:
        with _setting:
            pdf = compiler.compile(
                _template(),
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards=STANDARD,
                timestamp=paper.dated,
            )
    except typst.TypstError as error:
        if "could not be displayed" in str(error.message):
            raise LetterMissingError(str(error.message)) from error
        raise
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf


def _data(paper: Paper, families: Sequence[str]) -> dict[str, Any]:
    return {
        "fonts": list(families),
        "national_title": NATIONAL_TITLE,
        "motto": MOTTO,
        "parent_agency": paper.parent_agency,
        "issuing_agency": paper.issuing_agency,
        "number_line": paper.number_line,
        "date_line": paper.date_line,
        "type_name": paper.type_name,
        "subject": paper.subject,
        "addressees": paper.addressees,
        "bases": paper.bases,
        "blocks": [_block(block) for block in paper.blocks],
        "signature": asdict(paper.signature),
        "recipients": paper.recipients,
        "annexes": [_annex(annex) for annex in paper.annexes],
        "annex_line": paper.annex_line,
        "author": paper.author,
        "keywords": paper.keywords,
    }


def _annex(annex: Annex) -> dict[str, Any]:
    return {"label": annex.label, "title": annex.title, "blocks": [_block(block) for block in annex.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": text}
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case _:
            return {
                "kind": "table",
                "title": block.title,
                "columns": [asdict(column) for column in block.columns],
                "rows": [[cell if isinstance(cell, str) else say_number(cell) for cell in row] for row in block.rows],
                "has_total": block.has_total,
                "note": block.note,
            }
