"""``python -m reporting.papers.rendering``: makes all files of one paper and ends; JSON in, JSON out.

A process of its own, so that neither the event loop nor the service's memory feels a report of a thousand rows.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from reporting.papers.documents import Job, Outcome
from reporting.papers.domain import LetterMissingError
from reporting.papers.pdf import render_pdf
from reporting.papers.word import render_docx
from reporting.papers.workbook import render_xlsx


def render(job: Job) -> Outcome:
    """Return the files of a paper; the same paper gives the same bytes."""
    with ThreadPoolExecutor(1) as beside:
        pdf = beside.submit(render_pdf, job.paper, job.font_dirs)
        files = {"docx": render_docx(job.paper), "xlsx": render_xlsx(job.paper)}
        try:
            return Outcome(files={"pdf": pdf.result(), **files})
        except LetterMissingError as error:
            return Outcome(letter_missing=error.told)


def main() -> None:
    """Read a job, write its outcome."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(render(job).model_dump_json().encode())


if __name__ == "__main__":
    main()
