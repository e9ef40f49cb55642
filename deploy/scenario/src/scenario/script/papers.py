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
    """Reviewers open every file that nobody has looked at yet; papers of those named do not match what is declared.

    Attributes:
        kinds: only these of their papers do not match; none named, all.
        later: whose files are left for the next look.
    """

    does_not_match: tuple[str, ...]
    note: str | None
    kinds: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
