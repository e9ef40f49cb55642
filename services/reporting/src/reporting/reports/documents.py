"""Renders a report's files in all formats, outside the event loop."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from reporting.papers.domain import Paper
from reporting.papers.pdf import render_pdf
from reporting.papers.word import render_docx
from reporting.papers.workbook import render_xlsx

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def render(paper: Paper, font_dirs: Sequence[Path]) -> Mapping[str, bytes]:
    """Return the files of a paper by format; the same paper gives the same bytes."""
    return await asyncio.to_thread(_render, paper, tuple(font_dirs))


def _render(paper: Paper, font_dirs: tuple[Path, ...]) -> dict[str, bytes]:
    return {
        "pdf": render_pdf(paper, font_dirs),
        "docx": render_docx(paper),
        "xlsx": render_xlsx(paper),
    }


def digest(content: bytes) -> str:
    """Return a file's SHA-256, hexadecimal."""
    return sha256(content).hexdigest()
