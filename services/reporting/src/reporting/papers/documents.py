"""What goes to and comes from the process that makes a paper's files."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from common.papers.domain import Paper


class Job(BaseModel):
    """A paper to be made into files, and folders with further faces."""

    paper: Paper
    font_dirs: list[Path]


class Outcome(BaseModel):
    """The files by format, or what letter is missing."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    files: dict[str, bytes] = Field(default_factory=dict[str, bytes])
    letter_missing: str | None = None
