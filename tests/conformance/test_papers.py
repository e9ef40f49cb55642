"""Every kind of paper is PDF/A-2a, to be kept, and PDF/UA-1, to be read aloud, by veraPDF's judgement."""

from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
import typst
from tests.bench.reports import make_facts, make_vendors, write
from tests.conformance.verapdf import FLAVOURS, judge
from tests.registration.letters.sample import make_letter
from tests.reporting.conftest import DAYS

from common.papers.domain import Paper
from common.papers.pdf import render_pdf
from registration.letters.domain import write_letter
from reporting.daily_reports import handlers as daily_reports
from reporting.papers.handlers import Marks, mark
from reporting.registers.repository import get_registers

INCIDENTS = {"incidents": "Mất điện 20 phút tại khu B.\nMột khách bị ngất, đã được sơ cứu."}


def make_papers() -> dict[str, Paper]:
    """Return one paper of each kind; the result report's tables go over several pages."""
    facts, registers = make_facts(make_vendors(120)), get_registers()
    result = write(facts)
    daily = daily_reports.compose(facts, DAYS[0], "hn.snn", INCIDENTS, [], registers)
    return {
        "result": result,
        "draft": mark(result, "hn.snn", Marks(), DAYS[-1], registers),
        "daily": mark(daily, "hn.vpdp", Marks(issued_on=DAYS[1]), DAYS[1], registers),
        "letter": write_letter(make_letter()),
        "letter_abroad": write_letter(make_letter(is_foreign=True)),
        "letter_draft": write_letter(replace(make_letter(), number=None, issued_on=None, signer_name="")),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("papers")
    made: list[Path] = []
    for name, paper in make_papers().items():
        made.append(folder / f"{name}.pdf")
        made[-1].write_bytes(render_pdf(paper))
    return made


@pytest.mark.usefixtures("verapdf")
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_kind_of_paper_breaks_no_rule(files: list[Path], flavour: str):
    assert {name: broken for name, broken in judge(files, flavour).items() if broken} == {}


@pytest.mark.usefixtures("verapdf")
def test_a_pdf_without_tags_and_one_that_lost_its_metadata_are_refused(files: list[Path], tmp_path: Path):
    untagged, bare = tmp_path / "untagged.pdf", tmp_path / "bare.pdf"
    written = typst.Compiler("Không có thẻ.".encode()).compile(format="pdf", pdf_tags=False)
    assert isinstance(written, bytes)
    untagged.write_bytes(written)
    writer = pypdf.PdfWriter(clone_from=files[-1])
    del writer.root_object["/Metadata"]
    writer.write(bare)
    for flavour in FLAVOURS:
        assert all(judge([untagged, bare], flavour).values())
