"""Reads the steps of the fair itself: its dates, its days, their figures and the reports."""

from collections.abc import Callable

from reporting.reports.domain import HEADINGS
from scenario.reading.edition import read_days
from scenario.reading.fields import Fields
from scenario.reading.figures import read_figure_entry, read_spread
from scenario.reading.steps import Known, read_known_agency, read_reason, read_refs, read_step_paper
from scenario.script import steps
from scenario.script.steps import Step


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


READERS: dict[str, Callable[[Fields, Step, Known], Step]] = {
    "suspend": _suspend,
    "reschedule": _reschedule,
    "start": _start,
    "check_in": _check_in,
    "day_figures": _day_figures,
    "end": _end,
    "report": _report,
    "conclude": _conclude,
}
