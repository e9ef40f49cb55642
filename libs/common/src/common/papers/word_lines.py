"""The pieces a paper in DOCX is made of, as XML: lines of text, grids without lines, rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, Self, TypedDict, Unpack

from common.papers.domain import NOTATION
from common.papers.word_xml import to_twips, words_xml

TWIPS_PER_POINT = 20
LINES = 240
"""What a line's own height is in the unit of heights that grow with the letters."""
KEEP_WITH_NEXT = "<w:keepNext/>"


class Looks(TypedDict, total=False):
    """What can be another of a look."""

    size: float
    bold: bool
    italic: bool
    align: Literal["", "center", "both"]
    keep: bool
    before: float
    after: float
    height: float
    left: float
    first: float


@dataclass(frozen=True)
class Look:
    """How a line looks; 0 of a space is that of the style.

    Attributes:
        size: of the letters, in points.
        keep: on one page with the line behind it.
        before, after: spaces in points.
        height: of a line, in its letters' own.
        left, first: indents in mm, the first line's from the others.
    """

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: Literal["", "center", "both"] = ""
    keep: bool = False
    before: float = 0
    after: float = 0
    height: float = 0
    left: float = 0
    first: float = 0

    def but(self, **other: Unpack[Looks]) -> Self:
        """Return the look with something another."""
        return replace(self, **other)


BODY = Look(align="both", after=6, height=1.08, first=12.7)
"""A paragraph of the body: justified, its first line indented."""
HEADING = BODY.but(bold=True, before=6, keep=True)


def line_xml(text: str, look: Look) -> str:
    """Return a paragraph of one run."""
    paragraph, run = _properties(look)
    return f"<w:p>{paragraph}<w:r>{run}{_text(text)}</w:r></w:p>"


@cache
def _properties(look: Look) -> tuple[str, str]:
    """Return the properties of a paragraph, in the order in which they have to stand, and those of its run."""
    spacing = "".join(
        f' w:{side}="{round(points * TWIPS_PER_POINT)}"'
        for side, points in (("before", look.before), ("after", look.after))
        if points
    )
    if look.height:
        spacing += f' w:line="{int(look.height * LINES)}" w:lineRule="auto"'
    indent = f' w:left="{to_twips(look.left)}"' if look.left else ""
    if look.first:
        indent += f' w:{"firstLine" if look.first > 0 else "hanging"}="{to_twips(abs(look.first))}"'
    inside = "".join(
        (
            KEEP_WITH_NEXT if look.keep else "",
            f"<w:spacing{spacing}/>" if spacing else "",
            f"<w:ind{indent}/>" if indent else "",
            f'<w:jc w:val="{look.align}"/>' if look.align else "",
        )
    )
    paragraph = f"<w:pPr>{inside}</w:pPr>" if inside else ""
    weights = "".join(
        f"<w:{name}/>" if is_on else f'<w:{name} w:val="0"/>' for name, is_on in (("b", look.bold), ("i", look.italic))
    )
    return paragraph, f'<w:rPr>{weights}<w:sz w:val="{round(look.size * 2)}"/></w:rPr>'


def _text(text: str) -> str:
    """Return a text; the hyphens of a paper's notation are such that no line ends at them."""
    told: list[str] = []
    done = 0
    for found in re.finditer(NOTATION, text):
        first, *others = found.group().split("-")
        told += [words_xml(text[done : found.start()]), words_xml(first)]
        for part in others:
            told += ["<w:noBreakHyphen/>", words_xml(part)]
        done = found.end()
    return "".join([*told, words_xml(text[done:])])


def empty_line(*, keep: bool = False) -> str:
    """Return a paragraph without text."""
    return f"<w:p><w:pPr>{KEEP_WITH_NEXT}</w:pPr></w:p>" if keep else "<w:p/>"


def page_break(label: str) -> str:
    """Return a strong line at the top of a new page."""
    run = f'<w:r><w:br w:type="page"/></w:r><w:r><w:rPr><w:b/></w:rPr>{words_xml(label)}</w:r>'
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{run}</w:p>'


def rule_xml(width: float, length: float) -> str:
    """Return a rule of a length (mm), in the middle of a width, as a line of its own, clear of the letters that hang below theirs."""
    side = to_twips((width - length) / 2)
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="5" w:space="1" w:color="000000"/></w:pBdr>'
        '<w:spacing w:before="60" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def bare_grid(widths: tuple[float, ...], rows: Sequence[tuple[str, ...]], *, is_undivided: bool = False) -> str:
    """Return a table without lines, ``widths`` in mm, of cells with paragraphs, whose text goes to its edges."""
    twips = [to_twips(width) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if is_undivided else ""
    cells = (
        "".join(
            f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>{cell}</w:tc>'
            for cell, width in zip(row, twips, strict=True)
        )
        for row in rows
    )
    return (
        '<w:tbl><w:tblPr><w:tblW w:type="auto" w:w="0"/><w:tblLayout w:type="fixed"/><w:tblLook w:firstColumn="1"'
        ' w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{whole}{row}</w:tr>' for row in cells)}</w:tbl>"
    )
