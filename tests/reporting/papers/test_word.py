"""A paper as DOCX is a whole package that a word processor opens, whatever letters are in it."""

import io
import zipfile
from dataclasses import replace
from xml.parsers.expat import ExpatError

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.bench.reports import make_facts, make_vendors, write

from common.papers.domain import Column, Paper, Paragraph, Table
from common.papers.word import render_docx

SIGNS = 'Cơ sở "Nước mắm & <tôm>" '


@pytest.fixture(scope="module")
def paper() -> Paper:
    return write(make_facts(make_vendors(12)))


def parts_of(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len({*package.namelist()})
        return {name: package.read(name) for name in package.namelist()}


def test_a_paper_gives_the_same_bytes_whatever_was_made_before_it(paper: Paper):
    made = render_docx(paper)
    other = render_docx(replace(paper, subject="Khác", blocks=(Paragraph("Khác."),)))
    assert render_docx(paper) == made
    own, others = parts_of(made), parts_of(other)
    assert {name for name in own if own[name] != others[name]} == {"word/document.xml", "docProps/core.xml"}
    assert next(iter(own)) == "[Content_Types].xml"


def test_signs_of_xml_are_letters_in_text_and_properties(paper: Paper):
    signed = replace(paper, subject=SIGNS, author=SIGNS, keywords=("a & b", "c"), blocks=(Paragraph(SIGNS),))
    document = Document(io.BytesIO(render_docx(signed)))
    assert SIGNS in [paragraph.text for paragraph in document.paragraphs]
    told = document.core_properties
    assert (told.title, told.author, told.last_modified_by) == (SIGNS, SIGNS, SIGNS)
    assert (told.keywords, told.language, told.revision) == ("a & b, c", "vi-VN", 1)
    assert told.created == told.modified
    assert told.created is not None
    assert told.created.replace(tzinfo=None) == paper.dated.replace(tzinfo=None, microsecond=0)


def test_lines_and_tabulators_of_a_text_are_there_in_paragraphs_and_in_tables(paper: Paper):
    lines = "Dòng một\r\nsố 12/BC-SNN\n\tdòng ba"
    table = Table("t", "", (Column("Tên", 60),), ((lines,),))
    document = Document(io.BytesIO(render_docx(replace(paper, blocks=(Paragraph(lines), table)))))
    lines = lines.replace("\r\n", "\n")
    assert lines in [paragraph.text.replace("\N{NON-BREAKING HYPHEN}", "-") for paragraph in document.paragraphs]
    assert lines in [cell.text for grid in document.tables for cell in grid.column_cells(0)]
    letters = "".join(node.text or "" for node in document.element.iter(qn("w:t")))
    assert not {"\n", "\r", "\t"} & set(letters)  # there they would show as a space
    layout = document.settings.element.find(qn("w:compat"))
    assert layout is not None
    assert layout[0].tag == qn("w:doNotExpandShiftReturn")  # by the schema no other that is there stands before it


def test_a_letter_that_xml_does_not_have_is_refused(paper: Paper):
    with pytest.raises(ExpatError):
        render_docx(replace(paper, blocks=(Paragraph("Dòng\x0bmới."),)))
    with pytest.raises(ExpatError):
        render_docx(replace(paper, keywords=("a\x0b",)))
