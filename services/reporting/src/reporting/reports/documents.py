"""Has a report's files made in all formats, by a process that ends when they are done."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from reporting.papers.documents import Job, Outcome
from reporting.papers.domain import LetterMissingError, Paper

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RENDERING = "reporting.papers.rendering"
MOST_SECONDS = 60


class RenderingFailedError(RuntimeError):
    """The files could not be made; the argument is the end of what the process said."""


async def render(paper: Paper, font_dirs: Sequence[Path]) -> Mapping[str, bytes]:
    """Return the files of a paper by format; the same paper gives the same bytes.

    Raises:
        LetterMissingError: a letter is in none of the faces.
        RenderingFailedError: the process failed, or took more than a minute.
    """
    outcome = Outcome.model_validate_json(await _run(Job(paper=paper, font_dirs=list(font_dirs))))
    if outcome.letter_missing is not None:
        raise LetterMissingError(outcome.letter_missing)
    return outcome.files


async def _run(job: Job) -> bytes:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", RENDERING, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        told, errors = await asyncio.wait_for(process.communicate(job.model_dump_json().encode()), MOST_SECONDS)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise RenderingFailedError(errors.decode(errors="replace")[-1000:])
    return told


def digest(content: bytes) -> str:
    """Return a file's SHA-256, hexadecimal."""
    return sha256(content).hexdigest()
