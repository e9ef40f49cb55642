"""``python -m registration.letters.rendering``: makes a letter's file, one after the other.

Typst keeps what it has set in memory, and sets on the processor: neither is for the service's own process.
"""

from collections.abc import Callable

from common.beside import answer_jobs
from common.papers.domain import Paper
from common.papers.pdf import render_pdf
from common.papers.word import render_docx
from registration.letters.documents import PAPER

RENDER: dict[bytes, Callable[[Paper], bytes]] = {b"pdf": render_pdf, b"docx": render_docx}


def render(job: bytes) -> bytes:
    """Return the file of a job: its format, then the paper."""
    form, _, paper = job.partition(b"\n")
    return RENDER[form](PAPER.validate_json(paper))


if __name__ == "__main__":
    answer_jobs(render)
