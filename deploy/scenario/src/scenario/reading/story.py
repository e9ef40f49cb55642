"""Reads story.toml: the papers and the dated steps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from scenario.reading.edition import TomlFile, read_days
from scenario.reading.fields import Fields
from scenario.reading.figures import read_figure_entry, read_spread
from scenario.reading.mistakes import Mistakes
from scenario.reading.papers import READERS as PAPERS
from scenario.reading.rounds import READERS as ROUNDS
from scenario.reading.steps import Known, read_known_agency, read_reason, read_refs, read_selection, read_step_paper
from scenario.reading.story_order import check_order
from scenario.reading.tables import read_paper
from scenario.reading.turns import READERS as TURNS
from scenario.script import steps
from scenario.script.model import Edition, Paper
from scenario.script.steps import Step

HEADINGS = (
    "direction",
    "publicity",
    "culture",
    "safety",
    "finance",
    "strengths",
    "shortcomings",
    "causes",
    "tasks",
    "proposals",
    "incidents",
)


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


def _announce(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Announce(head.at, head.line, read_step_paper(fields, known))


def _open(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.Open(head.at, head.line)


def _nominate(fields: Fields, head: Step, known: Known) -> Step:
    fields.raw("provinces")
    chosen = None if fields.values.get("provinces", "all") == "all" else _provinces(fields, "provinces", known)
    by_workbook = _provinces(fields, "by_workbook", known)
    mistyped = read_refs(fields, "mistyped", known)
    if chosen is not None and not set(by_workbook) <= set(chosen):
        vi, en = "chỉ gồm các tỉnh, thành phố của bước này", "names provinces of this step only"
        fields.wrong("by_workbook", vi, en)
    if any(ref.split("/")[0] not in by_workbook for ref in mistyped):
        vi, en = "chỉ gồm hồ sơ gửi bằng bảng tính (by_workbook)", "names applicants sent by_workbook only"
        fields.wrong("mistyped", vi, en)
    return steps.Nominate(head.at, head.line, chosen, by_workbook, mistyped)


def _provinces(fields: Fields, name: str, known: Known) -> tuple[str, ...]:
    codes = fields.words(name)
    for code in codes:
        if code not in known.province_codes:
            fields.wrong(name, f"không có nominations/{code}.csv", f"there is no nominations/{code}.csv")
    return codes


def _self_apply(fields: Fields, head: Step, known: Known) -> Step:
    chosen = read_selection(fields, "applicants", known)
    by_draft, on_two_phones = read_refs(fields, "by_draft", known), read_refs(fields, "on_two_phones", known)
    if any(not ref.startswith("self/") or (chosen is not None and ref not in chosen) for ref in by_draft):
        vi, en = "chỉ gồm chủ thể tự đăng ký ở bước này", "names those who register by themselves in this step only"
        fields.wrong("by_draft", vi, en)
    by_mailed_link = read_refs(fields, "by_mailed_link", known)
    for name, some in (("on_two_phones", on_two_phones), ("by_mailed_link", by_mailed_link)):
        if not set(some) <= set(by_draft):
            fields.wrong(name, "chỉ gồm chủ thể trong by_draft", "names applicants of by_draft only")
    if set(on_two_phones) & set(by_mailed_link):
        vi, en = "chủ thể này đã có trong on_two_phones", "names applicants that are in on_two_phones"
        fields.wrong("by_mailed_link", vi, en)
    return steps.SelfApply(head.at, head.line, chosen, by_draft, on_two_phones, by_mailed_link)


def _submit(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Submit(head.at, head.line, read_selection(fields, "applicants", known))


def _withdraw(fields: Fields, head: Step, known: Known) -> Step:
    by = fields.choice("by", ("vendor", "agency", "organiser"))
    return steps.Withdraw(head.at, head.line, read_refs(fields, "applicants", known), by, fields.code("reason_code"))


def _review(fields: Fields, head: Step, known: Known) -> Step:
    anyway = read_refs(fields, "accept_anyway", known)
    reason = fields.optional_text("override_reason", 500)
    if anyway and not reason:
        fields.wrong("override_reason", "thiếu lý do cho accept_anyway", "accept_anyway needs a reason")
    return steps.Review(head.at, head.line, fields.optional_integer("reply_days", 1, 30) or 5, anyway, reason)


def _supplement(fields: Fields, head: Step, known: Known) -> Step:
    chosen = read_selection(fields, "applicants", known)
    return steps.Supplement(head.at, head.line, chosen, read_refs(fields, "too_late", known))


def _close(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.Close(head.at, head.line)


def _release(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Release(head.at, head.line, read_step_paper(fields, known))


def _answer(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Answer(
        head.at,
        head.line,
        decline=read_refs(fields, "decline", known),
        silent=read_refs(fields, "silent", known),
        decline_percent=fields.optional_integer("decline_percent", 0, 100) or 0,
        silent_percent=fields.optional_integer("silent_percent", 0, 100) or 0,
        by_link=fields.optional_integer("by_link", 0, 2000) or 0,
    )


def _suspend(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Suspend(head.at, head.line, read_step_paper(fields, known), read_reason(fields))


def _reschedule(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Reschedule(
        head.at, head.line, read_days(fields, "new"), read_step_paper(fields, known), read_reason(fields)
    )


def _start(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.Start(head.at, head.line)


def _check_in(fields: Fields, head: Step, known: Known) -> Step:
    return steps.CheckIn(head.at, head.line, fields.day("on"), read_refs(fields, "absent", known))


def _end(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.End(head.at, head.line)


def _day_figures(fields: Fields, head: Step, known: Known) -> Step:
    entries = tuple(read_figure_entry(entry, known.refs, known.zone_codes) for entry in fields.tables("entries"))
    spread = read_spread(fields.table("spread")) if fields.has("spread") else None
    if not entries and spread is None:
        fields.wrong("entries", "cần entries hoặc spread", "entries or spread is needed")
    source = fields.choice("source", ("vendor", "inspector", "organiser"))
    return steps.DayFigures(head.at, head.line, fields.day("on"), source, entries, spread)


def _report(fields: Fields, head: Step, known: Known) -> Step:
    name = fields.code("name")
    corrects = fields.optional_text("corrects")
    if name in known.reports:
        fields.wrong("name", f"báo cáo {name} có hai lần", f"report {name} stands twice")
    if corrects and corrects not in known.reports:
        fields.wrong("corrects", f"chưa có báo cáo {corrects}", f"there is no report {corrects} above")
    kind = known.reports[name] = fields.choice("kind", ("daily", "result"))
    narrative = fields.table("narrative")
    texts = tuple((heading, narrative.text(heading, 5000)) for heading in HEADINGS if narrative.has(heading))
    narrative.refuse_unknown()
    return steps.Report(
        head.at,
        head.line,
        name=name,
        kind=kind,
        addressee_agency_code=read_known_agency(fields, "addressee_agency_code", known),
        on=fields.day("on") if kind == "daily" else fields.optional_day("on"),
        signer_name=fields.text("signer_name"),
        signer_role=fields.text("signer_role"),
        number=fields.code("number") if kind == "result" else fields.optional_code("number"),
        notation=fields.code("notation") if kind == "result" else fields.optional_code("notation"),
        issued_on=fields.day("issued_on") if kind == "result" else fields.optional_day("issued_on"),
        narrative=texts,
        corrects=corrects,
        reason=fields.text("reason", 500) if corrects else fields.optional_text("reason"),
    )


def _conclude(fields: Fields, head: Step, known: Known) -> Step:
    name = fields.code("report")
    if name and known.reports.get(name) != "result":
        fields.wrong("report", f"chưa có báo cáo kết quả {name}", f"there is no result report {name} above")
    return steps.Conclude(head.at, head.line, name)


Reader = Callable[[Fields, Step, Known], Step]

READERS: dict[str, Reader] = {
    "announce": _announce,
    "open": _open,
    "nominate": _nominate,
    "self_apply": _self_apply,
    "submit": _submit,
    "withdraw": _withdraw,
    "review": _review,
    "supplement": _supplement,
    "close": _close,
    "release": _release,
    "answer": _answer,
    "suspend": _suspend,
    "reschedule": _reschedule,
    "start": _start,
    "check_in": _check_in,
    "day_figures": _day_figures,
    "end": _end,
    "report": _report,
    "conclude": _conclude,
    **TURNS,
    **ROUNDS,
    **PAPERS,
}
