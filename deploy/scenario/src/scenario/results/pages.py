"""Writes index.html: one plain file that shows a play, from disk, without JavaScript."""

from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from scenario.doors.mailbox import parse_mail, plain_text, read_heads
from scenario.doors.system import Json
from scenario.playing import Played
from scenario.registers_of_provinces import province_names
from scenario.results import event_lines, wording
from scenario.results.drawing import draw_street, zone_labels
from scenario.results.folding import Followed, in_order_of_time, name_of
from scenario.results.out_folder import DOSSIERS
from scenario.results.timeline import tell_stages
from scenario.script.scenario import Scenario

MAILS_SHOWN = 24


@dataclass(frozen=True)
class MailShown:
    file: str
    subject: str
    to: str
    text: str


def write_page(
    out: Path, scenario: Scenario, played: list[Played], events: dict[str, list[Json]], followed: dict[str, Followed]
) -> None:
    """Write the page beside the other results."""
    agencies = {one.code: one.name_vi for one in scenario.agencies}

    def facts(event: Json) -> str:
        return event_lines.describe(event, agencies)

    def agency(code: str) -> str:
        return agencies.get(code, code)

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(
        moment=wording.write_moment,
        day=wording.write_day,
        paper=wording.write_paper,
        name=name_of,
        facts=facts,
        agency=agency,
    )
    template = environment.from_string(
        (files("scenario.results") / "templates" / "index.html").read_text(encoding="utf-8")
    )
    ordered = in_order_of_time(events)
    plan = [event["data"] for event in ordered if name_of(event) == "floor_plan_published"][-1]
    holders = {booth: one for one in followed.values() for booth in one.booths}
    reports = [event["data"] for event in ordered if name_of(event) == "report_issued"]
    page = template.render(
        scenario=scenario,
        played=played,
        dossiers=[name for name in DOSSIERS if (out / name).exists()],
        invitations="invitations.html" if (out / "invitations.html").exists() else None,
        comparison="comparison.html" if (out / "comparison.html").exists() else None,
        workbooks=sorted(path.name for path in (out / "workbooks").glob("*.xlsx")),
        timeline=tell_stages(ordered, agencies, played),
        headline=_headline(reports),
        zones=zone_labels(plan),
        stretches=draw_street(plan, holders),
        reports=_report_files(out, reports),
        mails=_some_mails(out / "mail"),
        mail_count=sum(1 for _ in (out / "mail").glob("*.eml")),
        provinces=_by_province(scenario, followed),
        events=events,
        words=wording,
        event_names=event_lines.EVENTS,
        followed=followed,
    )
    (out / "index.html").write_text(page, encoding="utf-8")


def _headline(reports: list[Json]) -> list[tuple[str, str, str]]:
    """Return the last result report's main figures in words."""
    results = [report for report in reports if report["kind"] == "result"]
    figures: Json = results[-1]["figures"] if results else {}
    return [
        (vi, en, wording.write_figure(figures[name], name))
        for name, (vi, en) in wording.FIGURES.items()
        if name in figures
    ]


def _report_files(out: Path, reports: list[Json]) -> list[tuple[Json, list[str]]]:
    """Return the issued reports with their files, in the order of issue."""
    by_step = sorted({path.stem for path in (out / "reports").iterdir()}, key=lambda stem: _age(out, stem))
    named = [
        [f"reports/{stem}.{kind}" for kind in ("pdf", "docx", "xlsx") if (out / "reports" / f"{stem}.{kind}").exists()]
        for stem in by_step
    ]
    return list(zip(reports, named, strict=False))


def _age(out: Path, stem: str) -> int:
    return min(path.stat().st_mtime_ns for path in (out / "reports").glob(f"{stem}.*"))


def _some_mails(folder: Path) -> list[MailShown]:
    """Return one mail of each kind of subject."""
    chosen: dict[str, Path] = {}
    for path, head in read_heads(folder):
        chosen.setdefault(_kind_of(str(head["Subject"])), path)
        if len(chosen) >= MAILS_SHOWN:
            break
    return [_shown(path) for path in chosen.values()]


def _kind_of(subject: str) -> str:
    """Return a subject without what differs from mail to mail: codes, times and numbers."""
    return " ".join(word for word in subject.split() if not any(letter.isdigit() for letter in word))


def _shown(path: Path) -> MailShown:
    mail = parse_mail(path)
    return MailShown(f"mail/{path.name}", str(mail["Subject"]), str(mail["To"]), plain_text(mail).strip())


def _by_province(scenario: Scenario, followed: dict[str, Followed]) -> list[tuple[str, list[Followed]]]:
    """Return the applications by province, Hà Nội first, then by code, foreign vendors last."""
    names = province_names(scenario.edition.province_register)
    grouped: dict[str, list[Followed]] = defaultdict(list)
    for one in followed.values():
        grouped[one.province_code or "~"].append(one)
    return [
        (names.get(code, "Nước ngoài / abroad"), sorted(grouped[code], key=lambda one: one.trade_name))
        for code in sorted(grouped)
    ]
