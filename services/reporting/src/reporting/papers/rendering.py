"""``python -m reporting.papers.rendering``: makes all files of each paper it is given; JSON in, JSON out, in frames.

A process of its own, so that neither the event loop nor the service's memory feels a report of a thousand rows. It
serves until its input ends: to load what makes the files takes longer than to make them.
"""

from concurrent.futures import ThreadPoolExecutor

from common.beside import answer_jobs
from common.papers.domain import LetterMissingError
from common.papers.pdf import render_pdf
from common.papers.word import render_docx
from reporting.papers.documents import Job, Outcome
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
    """Make the files of each paper, until there are no more."""
    answer_jobs(lambda job: render(Job.model_validate_json(job)).model_dump_json().encode())


if __name__ == "__main__":
    main()
