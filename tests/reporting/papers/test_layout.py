"""What stands together on a page: the signature with the text, a short table, a notation; in PDF and DOCX."""

import io
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from tests.bench.reports import make_facts, make_vendors, write

from common.papers.domain import Block, Heading, Paper, Paragraph, Table
from common.papers.pdf import render_pdf
from common.papers.word import render_docx

SIGNER = "Nguyễn Văn Mẫu"
PAGE_OF_LINES = range(0, 33, 3)
"""Lines before a block, so that a page ends in each of its parts."""
LAST = Paragraph(f"Một đoạn cuối {'có nhiều chữ ' * 12} hết lời.")


@pytest.fixture(scope="module")
def paper() -> Paper:
    return replace(write(make_facts(make_vendors(12))), annexes=(), bases=())


def table_of(paper: Paper, name: str) -> Table:
    return next(table for table in paper.tables() if table.name == name)


def set_after(paper: Paper, lines: int, *blocks: Block) -> Paper:
    return replace(paper, blocks=(*(Paragraph(f"Dòng {number}.") for number in range(lines)), *blocks))


def pages(paper: Paper) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(paper))).pages]


def parted(paper: Paper, blocks: tuple[Block, ...], one: str, other: str) -> list[int]:
    """Return after how many lines two words stand on different pages."""
    found: list[int] = []
    for lines in PAGE_OF_LINES:
        page = next(page for page in pages(set_after(paper, lines, *blocks)) if one in page)
        found += [lines] if other not in page else []
    return found


def test_the_page_with_the_signature_has_words_of_the_report(paper: Paper):
    assert parted(paper, (LAST,), SIGNER, "hết lời.") == []


def test_a_table_at_the_end_stands_with_the_signature(paper: Paper):
    assert parted(paper, (table_of(paper, "Theo ngày"),), SIGNER, "Cộng") == []


def test_a_table_that_fits_a_page_is_not_parted(paper: Paper):
    assert parted(paper, (table_of(paper, "Theo ngày"), LAST), "KẾT QUẢ THEO NGÀY", "Cộng") == []


def test_a_table_longer_than_a_page_goes_on_with_its_head(paper: Paper):
    days = table_of(paper, "Theo ngày")
    found = [page for page in pages(set_after(paper, 0, replace(days, rows=days.rows * 20), LAST)) if "Gian" in page]
    assert len(found) > 2
    assert all("Lượt" in page for page in found)


def test_a_paper_whose_first_heading_is_a_lower_one_and_a_letter_are_tagged_too(paper: Paper):
    incidents = replace(paper, blocks=(Paragraph("Kết quả."), Heading(2, "Sự việc phát sinh"), LAST))
    letter = replace(paper, type_name="", subject="", about="V/v mời đề cử", blocks=(LAST,))
    for written, title in ((incidents, paper.subject), (letter, "V/v mời đề cử")):
        reader: Any = PdfReader(io.BytesIO(render_pdf(written)))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
        assert reader.metadata.title == title


def test_tags_are_packed_and_the_same_paper_gives_the_same_bytes(paper: Paper):
    """Written out in full they are nine tenths of a long report."""
    made = render_pdf(paper)
    assert b"/StructElem" not in made
    assert made == render_pdf(paper)


def opened(paper: Paper) -> Any:
    return Document(io.BytesIO(render_docx(paper)))


def kept(row: Any) -> list[bool]:
    return [paragraph.paragraph_format.keep_with_next is True for cell in row.cells for paragraph in cell.paragraphs]


def test_a_word_processor_keeps_the_last_paragraph_with_the_signature(paper: Paper):
    document = opened(set_after(paper, 3, LAST))
    *_, last, space = document.paragraphs
    assert last.text == LAST.text
    assert (last.paragraph_format.keep_with_next, space.paragraph_format.keep_with_next) == (True, True)
    assert document.element.body.findall(qn("w:tbl"))[-1].findall(".//" + qn("w:cantSplit"))


def test_a_word_processor_keeps_a_short_table_together_and_at_the_end_with_the_signature(paper: Paper):
    document = opened(set_after(paper, 3, table_of(paper, "Theo ngày")))
    *rows, last = document.tables[-2].rows
    assert all(all(kept(row)) for row in rows)
    assert kept(last)[0]
    days = table_of(paper, "Theo ngày")
    long = opened(set_after(paper, 3, replace(days, rows=days.rows * 20), LAST)).tables[-2].rows
    assert not any(any(kept(row)) for row in long)


NOTED = "Theo Công văn số 4101/UBND-KT ngày 22/09/2020, Quyết định số 4078/QĐ-BNN-VPĐP và 26/2026/QĐ-TTg."


def test_no_line_ends_inside_a_papers_notation(paper: Paper):
    """Words of growing length push the notations through the end of their line."""
    pushed = [Paragraph(f"{'x' * length} {NOTED}") for length in range(1, 45)]
    text = "\n".join(pages(set_after(paper, 0, *pushed)))
    for notation in ("4101/UBND-KT", "4078/QĐ-BNN-VPĐP", "26/2026/QĐ-TTg"):
        assert text.count(notation) == len(pushed)


def test_a_word_processor_ends_no_line_inside_a_papers_notation(paper: Paper):
    document = opened(set_after(paper, 0, Paragraph(NOTED)))
    found = next(one for one in document.paragraphs if one.text.startswith("Theo"))
    assert found.text == NOTED
    told = ["".join(one.itertext()) for one in found.runs[0].element.findall(qn("w:t"))]
    assert [part for part in told if "-" in part] == []
