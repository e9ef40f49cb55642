"""Has a report's files made in all formats, by a process beside the service that ends when it has no work."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from common.beside import Beside, Limits
from common.papers.domain import LetterMissingError, Paper
from reporting.papers.documents import Job, Outcome

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RENDERING = "reporting.papers.rendering"
LIMITS = Limits(jobs=6)
"""After so many papers a new process is started: what typst keeps in memory does not grow without end."""


class Renderer(Beside):
    """Makes files, one paper after the other; its process starts with the first and stays for those that follow soon.

    Args:
        font_dirs: folders with further faces.
        limits: of its process.
    """

    def __init__(self, font_dirs: Sequence[Path], limits: Limits = LIMITS) -> None:
        super().__init__(RENDERING, limits)
        self._font_dirs = list(font_dirs)

    async def render(self, paper: Paper) -> Mapping[str, bytes]:
        """Return the files of a paper by format; the same paper gives the same bytes.

        Raises:
            LetterMissingError: a letter is in none of the faces.
            ProcessFailedError: the process failed, or took more than a minute.
        """
        job = Job(paper=paper, font_dirs=self._font_dirs).model_dump_json().encode()
        outcome = Outcome.model_validate_json(await self.ask(job))
        if outcome.letter_missing is not None:
            raise LetterMissingError(outcome.letter_missing)
        return outcome.files


def digest(content: bytes) -> str:
    """Return a file's SHA-256, hexadecimal."""
    return sha256(content).hexdigest()
