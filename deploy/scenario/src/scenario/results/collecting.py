"""Fetches what the play left behind, through the public doors: events, reports, plan, dossiers, workbooks and mails."""

import json
import shutil
from pathlib import Path

from common.tokens import Role
from scenario.doors.system import SERVICES, Json, System
from scenario.results.out_folder import DOSSIERS
from scenario.story import Story

PAGE = 500
FORMATS = ("pdf", "docx", "xlsx")


async def collect(story: Story, out: Path) -> dict[str, list[Json]]:
    """Write everything into the folder; return each service's events."""
    events = {service: await read_feed(story.system, service) for service in SERVICES}
    for service, found in events.items():
        lines = (json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in found)
        (out / "events" / f"{service}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    plan = await story.system.download(f"/allocation/editions/{story.edition_id}/floor-plan.svg", None)
    (out / "plan.svg").write_bytes(plan)
    await _save_dossiers(story, out)
    if story.comparison:
        (out / "comparison.html").write_text(story.comparison, encoding="utf-8")
    if story.answers:
        (out / "invitations.html").write_text(story.answers, encoding="utf-8")
    for name, report in story.reports.items():
        await _save_report(story.system, report, out / "reports", name)
    for name, content in story.workbooks.items():
        (out / "workbooks" / f"{name}.xlsx").write_bytes(content)
    for path in sorted(story.mails().rglob("*.eml")):
        keep_mail(path, out / "mail" / path.name)
    return events


def keep_mail(path: Path, kept: Path) -> None:
    """Give a mail a second name where that can be done: nothing changes a mail, and four thousand copies take seconds."""
    try:
        kept.hardlink_to(path)
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, kept)


async def _save_dossiers(story: Story, out: Path) -> None:
    """Write the dossiers of the run that was released, if places were given by one."""
    runs = await story.system.get_all(f"/allocation/editions/{story.edition_id}/runs", Role.COMMITTEE)
    for run in (each for each in runs if each["state"] == "released"):
        path = f"/allocation/runs/{run['run_id']}"
        for name, role in zip(DOSSIERS, (Role.AUDITOR, None), strict=True):
            (out / name).write_bytes(await story.system.download(f"{path}/{name.removesuffix('.zip')}", role))


async def _save_report(system: System, report: Json, folder: Path, name: str) -> None:
    offered = {file["format"] for file in report["files"]}
    for kind in FORMATS:
        if kind in offered:
            content = await system.download(f"/reporting/reports/{report['report_id']}/files/{kind}", Role.ORGANISER)
            (folder / f"{name}.{kind}").write_bytes(content)


async def read_feed(system: System, service: str) -> list[Json]:
    """Return every public event of a service in order, as CloudEvents structured JSON."""
    events: list[Json] = []
    after = 0
    while True:
        page = await system.get(f"/{service}/events", Role.SUBSCRIBER, after=after, limit=PAGE)
        events += page["events"]
        if page["last"] >= page["head"] or not page["events"]:
            return events
        after = page["last"]
