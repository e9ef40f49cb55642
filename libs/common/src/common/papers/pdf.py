"""Papers as PDF/A-2a and PDF/UA-1 (tagged: readers of screens find headings, paragraphs and tables), set by typst with the service's own face in the metrics of Times New Roman.

Typst keeps what it has set in memory, so this runs in the process of ``rendering`` and not in the service's own.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from common.papers.domain import (
    MOTTO,
    NATIONAL_TITLE,
    NOTATION,
    Annex,
    Block,
    FaceMissingError,
    Heading,
    LetterMissingError,
    Paper,
    Paragraph,
    say_in_table,
)
from common.papers.packing import pack

FACE = "Tinos"


def render_pdf(paper: Paper, font_dirs: Sequence[Path] = ()) -> bytes:
    """Return the paper as tagged PDF/A-2a; the same paper gives the same bytes.

    Raises:
        LetterMissingError: a letter is in none of the faces.
        FaceMissingError: the service's own face is not where it was installed.
    """
    compiler, template, families = _open_compiler(tuple(font_dirs))
    data = json.dumps({**_data(paper), "fonts": families}, ensure_ascii=False)
    try:
        pdf = compiler.compile(
            template, format="pdf", sys_inputs={"data": data}, pdf_standards=["a-2a", "ua-1"], timestamp=paper.dated
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error.message):
            raise LetterMissingError(str(error.message)) from error
        raise
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pack(pdf)


@cache
def _open_compiler(font_dirs: tuple[Path, ...]) -> tuple[typst.Compiler, bytes, list[str]]:
    """Return what sets a paper, its template and the faces in order of use; nothing of a paper stays in it."""
    fonts, families = _load_faces(font_dirs)
    template = files("common.papers").joinpath("templates", "report.typ").read_bytes()
    return typst.Compiler(template, font_paths=fonts, ignore_system_fonts=True), template, families


def _load_faces(font_dirs: Sequence[Path]) -> tuple[typst.Fonts, list[str]]:
    """Return our face and those of some folders, never the system's, and their names in order of use."""
    own = Path(str(files("common.papers").joinpath("fonts")))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[own, *font_dirs])
    families = fonts.families()
    if FACE not in families:
        raise FaceMissingError(f"the face {FACE} is not in {own}")
    return fonts, [FACE, *sorted(name for name in families if name != FACE)]


def _data(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.subject or paper.about or paper.number_line,
        "first_level": _first_level(paper),
        "national_title": NATIONAL_TITLE,
        "motto": MOTTO,
        "notation": NOTATION,
        "parent_agency": paper.parent_agency,
        "issuing_agency": paper.issuing_agency,
        "number_line": paper.number_line,
        "date_line": paper.date_line,
        "about": paper.about,
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


def _first_level(paper: Paper) -> int:
    """Return the level of the first heading: to readers of screens it is the first level, however it looks."""
    blocks = (*paper.blocks, *(block for annex in paper.annexes for block in annex.blocks))
    return next((block.level for block in blocks if isinstance(block, Heading)), 1)


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
                "rows": [[say_in_table(cell) for cell in row] for row in block.rows],
                "has_total": block.has_total,
                "note": block.note,
            }
