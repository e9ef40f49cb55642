"""Reads story.toml: the papers and the dated steps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from scenario.reading.edition import TomlFile
from scenario.reading.fair import READERS as FAIR
from scenario.reading.fields import Fields
from scenario.reading.mistakes import Mistakes
from scenario.reading.papers import READERS as PAPERS
from scenario.reading.registration import READERS as REGISTRATION
from scenario.reading.rounds import READERS as ROUNDS
from scenario.reading.steps import Known, read_known_agency
from scenario.reading.story_order import check_order
from scenario.reading.tables import read_paper
from scenario.reading.turns import READERS as TURNS
from scenario.script.model import Edition, Paper
from scenario.script.steps import Step


def read_story(folder: Path, edition: Edition, known: Known, mistakes: Mistakes) -> tuple[Step, ...]:
    """Return the steps in the order of the file, which must be that of their times."""
    file = TomlFile(folder, "story.toml", mistakes)
    if not file.is_readable:
        return ()
    root = file.table((), file.values)
    papers = cast("dict[str, object]", root.raw("papers") or {})
    known = replace(
        known, papers={name: _read_story_paper(file, name, known) for name in papers}, reports=dict[str, str]()
    )
    root.raw("steps")
    root.refuse_unknown()
    read: list[tuple[Step, Fields]] = []
    for fields in file.array("steps"):
        kind = fields.choice("step", tuple(READERS))
        head = Step(fields.moment("at"), fields.line_of("step"))
        if kind in READERS:
            read.append((READERS[kind](fields, head, known), fields))
            fields.refuse_unknown()
        if len(read) > 1 and read[-1][0].at < read[-2][0].at:
            fields.wrong(
                "at", "trước bước đứng trên; xếp theo thời gian", "is before the step above; order them by time"
            )
    if not read:
        mistakes.add(file.name, 0, "steps", "chưa có bước nào [[steps]]", "there are no [[steps]]")
    check_order(read, edition)
    return tuple(step for step, _ in read)


def _read_story_paper(file: TomlFile, name: str, known: Known) -> Paper:
    table = cast("dict[str, object]", file.values["papers"])[name]
    fields = file.table(("papers", name), table)
    paper = read_paper(fields, read_known_agency(fields, "issuing_agency_code", known))
    fields.refuse_unknown()
    return paper


Reader = Callable[[Fields, Step, Known], Step]

READERS: dict[str, Reader] = {**REGISTRATION, **FAIR, **TURNS, **ROUNDS, **PAPERS}
