"""Papers that are handed in as files and held against what is declared of them, as steps."""

from dataclasses import dataclass

from scenario.script.steps import Selection, Step


@dataclass(frozen=True)
class FilePapers(Step):
    """Those named send a photograph of each of their papers of these kinds, in parts as a phone with a bad line does."""

    applicants: Selection
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class VerifyPapers(Step):
    """Reviewers open every file that nobody has looked at yet; papers of those named do not match what is declared."""

    does_not_match: tuple[str, ...]
    note: str | None
