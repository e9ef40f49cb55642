"""Has a letter's files made, by a process beside the service that ends when it has no work."""

from typing import Literal

from pydantic import TypeAdapter

from common.beside import Beside, Limits
from common.papers.domain import Paper

Format = Literal["pdf", "docx"]
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PAPER = TypeAdapter(Paper)
RENDERING = "registration.letters.rendering"
LIMITS = Limits(jobs=200)
"""After so many files a new process is started: of 200 letters in both forms it is 180 MB large, and then grows slowly."""


class LetterPress(Beside):
    """Makes letters, one after the other: a round is fetched at once, and to load typst takes longer than to set a page."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__(RENDERING, limits)

    async def make_file(self, paper: Paper, form: Format) -> bytes:
        """Return a paper as a file; the same paper gives the same bytes. Raises ProcessFailedError."""
        return await self.ask(form.encode() + b"\n" + PAPER.dump_json(paper))
