"""Reads the steps of papers from story.toml."""

from collections.abc import Callable

from registration.evidence.domain import KINDS
from scenario.reading.fields import Fields
from scenario.reading.steps import Known, read_refs, read_selection
from scenario.script import papers
from scenario.script.steps import Step


def _read_kinds(fields: Fields) -> tuple[str, ...]:
    kinds = fields.words("kinds")
    for kind in kinds:
        if kind not in KINDS:
            allowed = ", ".join(KINDS)
            fields.wrong(
                "kinds", f"không có loại giấy tờ {kind}; có: {allowed}", f"no kind {kind}; there are: {allowed}"
            )
    return kinds


def _file_papers(fields: Fields, head: Step, known: Known) -> Step:
    kinds = _read_kinds(fields)
    if not kinds:
        fields.wrong("kinds", "cần ít nhất một loại giấy tờ", "at least one kind of paper is needed")
    return papers.FilePapers(head.at, head.line, read_selection(fields, "applicants", known), kinds)


def _verify_papers(fields: Fields, head: Step, known: Known) -> Step:
    wrong, note = read_refs(fields, "does_not_match", known), fields.optional_text("note", 500)
    if wrong and not note:
        fields.wrong("note", "thiếu ghi chú cho does_not_match", "does_not_match needs a note")
    kinds, later = _read_kinds(fields), read_refs(fields, "later", known)
    if kinds and not wrong:
        fields.wrong("kinds", "kinds cần does_not_match", "kinds needs does_not_match")
    return papers.VerifyPapers(head.at, head.line, wrong, note, kinds, later)


READERS: dict[str, Callable[[Fields, Step, Known], Step]] = {
    "file_papers": _file_papers,
    "verify_papers": _verify_papers,
}
