"""Plays the fair's days and its reports."""

from collections.abc import Mapping

from common.tokens import Role
from scenario.acts import payloads
from scenario.acts.dealing import deal, deal_sales
from scenario.acts.telling import say_report, say_state
from scenario.doors.system import Json, StoryFailedError
from scenario.script import steps
from scenario.story import Story

HOLDS = ("confirmed", "checked_in")
SALES = ("sales_vnd", "ocop_sales_vnd")
SALES_UNIT = 10_000
BATCH = 200

Totals = Mapping[str, steps.Figure]


async def start(story: Story, _step: steps.Start) -> str:
    await story.command("readiness")
    view = await story.command("start")
    return say_state(view["state"])


async def check_in(story: Story, step: steps.CheckIn) -> str:
    """The inspector finds every holder but the absent ones at its booth."""
    absent = {story.filed[ref].application_id for ref in step.absent}
    held = [item for item in await story.placements() if item["booth_codes"] and item["state"] in HOLDS]
    seen = [{"booth_code": item["booth_codes"][0], "present": item["application_id"] not in absent} for item in held]
    for first in range(0, len(seen), BATCH):
        walk: Json = {"on": step.on.isoformat(), "seen": seen[first : first + BATCH]}
        told = await story.system.post(f"/allocation/editions/{story.edition_id}/rounds", Role.INSPECTOR, walk)
        if told["refused"]:
            raise StoryFailedError(f"a round on {step.on}: {told['refused']}")
    missing = sum(not look["present"] for look in seen)
    return f"{len(seen) - missing} chủ thể có mặt, {missing} vắng"


async def day_figures(story: Story, step: steps.DayFigures) -> str:
    entries = [await _entry(story, step, entry) for entry in step.entries]
    if step.spread is not None:
        entries += await _spread(story, step, step.spread)
    for first in range(0, len(entries), BATCH):
        await _send(story, step, entries[first : first + BATCH])
    return f"{len(entries)} dòng số liệu"


async def _send(story: Story, step: steps.DayFigures, entries: list[Json]) -> None:
    path = f"/reporting/editions/{story.edition_id}/day-figures"
    if step.source != "vendor":
        await story.system.post(path, Role(step.source), {"entries": entries})
        return
    owners = {booth: item["vendor_id"] for item in await story.placements() for booth in item["booth_codes"] or []}
    for entry in entries:
        await story.system.post(path, Role.VENDOR, {"entries": [entry]}, vendor_id=owners[entry["booth_code"]])


async def _entry(story: Story, step: steps.DayFigures, entry: steps.FigureEntry) -> Json:
    booth = (await story.booths_of(entry.booth_of))[0] if entry.booth_of else None
    given = {name: payloads.figure(figure) for name, figure in entry.figures}
    return _whole(step, given, booth_code=booth, zone_code=entry.zone_code, gate_code=entry.gate_code)


def _whole(step: steps.DayFigures, figures: Json, **place: str | None) -> Json:
    unknown = dict.fromkeys(("visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda"))
    where = {name: code for name, code in place.items() if code is not None}
    return {"on": step.on.isoformat(), **where, **unknown, **figures}


async def _spread(story: Story, step: steps.DayFigures, spread: steps.Spread) -> list[Json]:
    """Deal the day's totals out over the booths that report."""
    placements = [item for item in await story.placements() if item["state"] in HOLDS]
    holders = {booth: item["application_id"] for item in placements for booth in item["booth_codes"]}
    topic = f"spread {step.on}"
    reporting = [booth for booth in sorted(holders) if story.lot(f"{topic} reports", booth) < spread.reporting_percent]
    if not reporting:
        raise StoryFailedError(f"no booth reports on {step.on}")
    totals = dict(spread.figures)
    parts = _deal_counts(story, topic, totals, reporting)
    if not totals.keys().isdisjoint(SALES):
        has_ocop = [story.has_ocop_product(holders[booth], step.on) for booth in reporting]
        parts |= _deal_sales(story, topic, totals, reporting, has_ocop)
    dealt: dict[str, Json] = {booth: {} for booth in reporting}
    for name, total in spread.figures:
        for booth, value in zip(reporting, parts[name], strict=True):
            dealt[booth][name] = payloads.figure(steps.Figure(value, total.qualifier, total.is_estimate))
    return [_whole(step, figures, booth_code=booth) for booth, figures in dealt.items()]


def _deal_counts(story: Story, topic: str, totals: Totals, booths: list[str]) -> dict[str, list[int]]:
    return {
        name: deal(total.value, _weights(story, f"{topic} {name}", booths), 1)
        for name, total in totals.items()
        if name not in SALES
    }


def _deal_sales(
    story: Story, topic: str, totals: Totals, booths: list[str], has_ocop: list[bool]
) -> dict[str, list[int]]:
    sales, ocop = (totals.get(name) for name in SALES)
    part = ocop.value if ocop else 0
    weights = _weights(story, f"{topic} sales", booths)
    try:
        dealt = deal_sales(sales.value if sales else part, part, weights, has_ocop, SALES_UNIT)
    except ValueError as error:
        raise StoryFailedError(f"{topic}: {error}") from error
    return dict(zip(SALES, map(list, zip(*dealt, strict=True)), strict=True))


def _weights(story: Story, topic: str, booths: list[str]) -> list[int]:
    return [20 + story.lot(topic, booth, 100) for booth in booths]


async def end(story: Story, _step: steps.End) -> str:
    view = await story.command("end")
    return say_state(view["state"])


async def report(story: Story, step: steps.Report) -> str:
    """Make a report, or correct an earlier one, and take it through check, signature and number to its issue."""
    made = await _draft(story, step)
    path = f"/reporting/reports/{made['report_id']}"
    await story.system.post(f"{path}/check", Role.ORGANISER)
    signer: Json = {"signer_name": step.signer_name, "signer_role": step.signer_role}
    await story.system.post(f"{path}/sign-off", Role.ORGANISER, signer)
    if step.number is not None and step.issued_on is not None:
        numbering = {"number": step.number, "notation": step.notation, "issued_on": step.issued_on.isoformat()}
        await story.system.post(f"{path}/numbering", Role.CLERK, numbering)
    story.reports[step.name] = await story.system.post(f"{path}/issue", Role.CLERK)
    return say_report(step, {agency.code: agency.name_vi for agency in story.scenario.agencies})


async def _draft(story: Story, step: steps.Report) -> Json:
    if step.corrects is not None:
        before = story.reports[step.corrects]["report_id"]
        path = f"/reporting/reports/{before}/correction"
        return await story.system.post(path, Role.ORGANISER, {"reason": step.reason})
    body: Json = {"kind": step.kind, "addressee_agency_code": step.addressee_agency_code}
    if step.on is not None:
        body["on"] = step.on.isoformat()
    if step.narrative:
        body["narrative"] = dict(step.narrative)
    return await story.system.post(f"/reporting/editions/{story.edition_id}/reports", Role.ORGANISER, body)


async def conclude(story: Story, step: steps.Conclude) -> str:
    """Record with the edition that its result was reported, by number and date of the issued report."""
    issued = story.reports[step.report]
    paper: Json = {name: issued[name] for name in ("number", "notation", "issued_on", "issuing_agency_code")}
    title = f"Báo cáo kết quả {story.scenario.edition.name.vi}"
    view = await story.command("report", {"legal_document": {**paper, "type": "BC", "title": title}})
    return say_state(view["state"])
