"""Makes a letter's file in a process of its own; ``python -m registration.letters.documents`` is that process.

Typst keeps what it has set in memory, and sets on the processor: neither is for the service's own process.
"""

import asyncio
import sys
from typing import Literal

from pydantic import TypeAdapter

from common.papers.domain import Paper

Format = Literal["pdf", "docx"]
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PAPER = TypeAdapter(Paper)


class LetterNotMadeError(RuntimeError):
    """The process that makes letters has failed; what it said is the message."""


async def make_file(paper: Paper, form: Format) -> bytes:
    """Return a paper as a file; the same paper gives the same bytes. Raises LetterNotMadeError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "registration.letters.documents",
        form,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    made, said = await process.communicate(PAPER.dump_json(paper))
    if process.returncode != 0:
        raise LetterNotMadeError(said.decode(errors="replace")[-2_000:])
    return made


def main() -> None:
    """Read a paper, write its file."""
    from common.papers.pdf import render_pdf  # noqa: PLC0415  # loaded where papers are made, and only there
    from common.papers.word import render_docx  # noqa: PLC0415

    render = {"pdf": render_pdf, "docx": render_docx}[sys.argv[1]]
    sys.stdout.buffer.write(render(PAPER.validate_json(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
