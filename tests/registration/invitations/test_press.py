"""Letters are made by one process that stands by for a round of them, and look as Decree 30/2020 has it."""

import asyncio
import io
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader
from tests.bench.reports import make_facts, make_vendors, write

from common.papers.domain import Paper
from registration.letters.documents import LetterPress

TWO = ("Ủy ban nhân dân tỉnh Hà Giang;", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Hà Giang.")


@pytest.fixture
async def press() -> AsyncGenerator[LetterPress]:
    made = LetterPress()
    yield made
    await made.close()


@pytest.fixture(scope="module")
def letter() -> Paper:
    paper = write(make_facts(make_vendors(2)))
    return replace(paper, annexes=(), bases=(), blocks=paper.blocks[:1], type_name="", addressees=TWO)


async def test_a_round_of_letters_is_made_by_one_process_in_both_forms(press: LetterPress, letter: Paper) -> None:
    others = [replace(letter, number_line=f"Số: {number}/SNN-VPĐP") for number in (1, 2)]
    first = await press.make_file(letter, "pdf")
    process = press.process
    assert process is not None
    made = await asyncio.gather(*(press.make_file(one, form) for one in others for form in ("pdf", "docx")))
    assert [content[:4] for content in made] == [b"%PDF", b"PK\x03\x04"] * 2
    assert await press.make_file(letter, "pdf") == first
    assert press.process is process


async def test_several_addressees_stand_each_on_a_line_with_the_dashes_under_the_colon(
    press: LetterPress, letter: Paper
) -> None:
    pdf = PdfReader(io.BytesIO(await press.make_file(letter, "pdf"))).pages[0].extract_text().splitlines()
    lines = [line.strip() for line in pdf]
    at = lines.index("Kính gửi:")
    assert lines[at + 1 : at + 3] == [f"- {one}" for one in TWO]
    document = Document(io.BytesIO(await press.make_file(letter, "docx")))
    head, *dashes = [one for one in document.paragraphs if one.text.startswith(("Kính gửi:", "- "))][:3]
    assert [one.text for one in dashes] == [f"- {one}" for one in TWO]
    starts = {(one.paragraph_format.left_indent or 0) + (one.paragraph_format.first_line_indent or 0) for one in dashes}
    [start] = starts
    colon = (head.paragraph_format.left_indent or 0) + Mm(18.3)  # "Kính gửi:" is 19 mm wide in 14 pt
    assert abs(start - colon) < Mm(0.5)
