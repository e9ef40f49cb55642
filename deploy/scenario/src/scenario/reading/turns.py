"""Reads the steps of turns from story.toml."""

from collections.abc import Callable

from allocation.damages.domain import Cause
from allocation.pins.domain import Rule, Target
from scenario.reading.fields import Fields
from scenario.reading.steps import Known, check_booths, read_reason, read_refs, read_step_paper
from scenario.script import turns
from scenario.script.steps import Step


def _pair(fields: Fields, name: str, known: Known) -> tuple[str, str]:
    refs = read_refs(fields, name, known)
    if len(refs) != 2 or refs[0] == refs[1]:
        fields.wrong(name, "phải là hai hồ sơ khác nhau", "must be two different applicants")
        return ("", "")
    return (refs[0], refs[1])


def _appeal(fields: Fields, head: Step, known: Known) -> Step:
    return turns.Appeal(head.at, head.line, read_refs(fields, "applicants", known), fields.text("statement", 1000))


def _find_duplicates(fields: Fields, head: Step, known: Known) -> Step:
    same: list[tuple[str, str]] = []
    for row in fields.tables("same"):
        same.append(_pair(row, "applicants", known))
        row.refuse_unknown()
    return turns.FindDuplicates(head.at, head.line, tuple(same))


def _rerun(fields: Fields, head: Step, known: Known) -> Step:
    pins: list[turns.Pin] = []
    for row in fields.tables("pins"):
        refs = read_refs(row, "applicant", known)
        target = row.choice("target", tuple(Target))
        code = row.optional_code("code")
        if target == Target.ZONE and code not in known.zone_codes:
            row.wrong("code", f"không có khu {code}", f"there is no zone {code}")
        if target == Target.BOOTH:
            check_booths(row, "code", [code or ""], known)
        rule, reason = row.choice("rule", tuple(Rule)), row.text("reason", 300)
        pins.append(turns.Pin(refs[0] if refs else "", rule, target, code, reason))
        row.refuse_unknown()
    return turns.Rerun(head.at, head.line, tuple(pins))


def _override(fields: Fields, head: Step, known: Known) -> Step:
    between, reason = _pair(fields, "between", known), fields.text("reason", 300)
    return turns.Override(head.at, head.line, between, reason, read_step_paper(fields, known))


def _swap(fields: Fields, head: Step, known: Known) -> Step:
    return turns.Swap(head.at, head.line, _pair(fields, "between", known))


def _repair(fields: Fields, head: Step, known: Known) -> Step:
    cause = fields.choice("cause", tuple(Cause))
    closed, dark = fields.words("closed_booths"), fields.words("booths_without_power")
    check_booths(fields, "closed_booths", closed, known)
    check_booths(fields, "booths_without_power", dark, known)
    if cause == Cause.SECTION_CLOSED and not closed:
        fields.wrong("closed_booths", "cần ghi gian bị đóng", "name the booths that are closed")
    if cause == Cause.POWER_FAILED and not dark:
        fields.wrong("booths_without_power", "cần ghi gian mất điện", "name the booths without power")
    return turns.Repair(head.at, head.line, cause, closed, dark)


def _change_capacity(fields: Fields, head: Step, known: Known) -> Step:
    target, reason_code = fields.integer("booth_target", 1, 2000), read_reason(fields)
    return turns.ChangeCapacity(head.at, head.line, target, reason_code, read_step_paper(fields, known))


READERS: dict[str, Callable[[Fields, Step, Known], Step]] = {
    "appeal": _appeal,
    "find_duplicates": _find_duplicates,
    "rerun": _rerun,
    "override": _override,
    "swap": _swap,
    "repair": _repair,
    "change_capacity": _change_capacity,
}
