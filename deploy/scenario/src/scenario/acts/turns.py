"""Plays the turns of a story: appeals, duplicates, a second run, overrides, swaps, repairs, other capacity."""

from common.tokens import Role
from scenario.acts import payloads
from scenario.acts.replies import appeal_by_link
from scenario.acts.telling import say_damage, say_swap
from scenario.doors.quiet import wait_for_quiet
from scenario.doors.system import Json, StoryFailedError
from scenario.script import turns
from scenario.story import Story

FIRST_MEMBER, SECOND_MEMBER = "committee-1", "committee-2"


async def appeal(story: Story, step: turns.Appeal) -> str:
    for ref in step.applicants:
        await appeal_by_link(story, story.filed[ref], step.statement)
    return f"{len(step.applicants)} kiến nghị, qua đường dẫn trong thư"


async def find_duplicates(story: Story, step: turns.FindDuplicates) -> str:
    """Search, and decide every pair that waits; raises StoryFailedError if a named pair was not found."""
    await story.system.post("/registration/duplicate-searches", Role.REVIEWER)
    pairs: list[Json] = await story.system.get("/registration/duplicate-pairs", Role.REVIEWER, limit=200)
    named = {frozenset(story.filed[ref].vendor_id for ref in pair): pair for pair in step.same}
    for pair in pairs:
        ids = frozenset((pair["first"]["vendor_id"], pair["second"]["vendor_id"]))
        same = named.pop(ids, None)
        body: Json = {"verdict": "different", "reason": "Đã gọi điện xác minh: hai chủ thể khác nhau"}
        if same is not None:
            kept = story.filed[same[0]].vendor_id
            body = {"verdict": "same", "reason": "Đã gọi điện xác minh: một chủ thể", "kept_vendor_id": kept}
        await story.system.post(f"/registration/duplicate-pairs/{pair['pair_id']}/decision", Role.REVIEWER, body)
    if named:
        raise StoryFailedError(f"not found as possible duplicates: {sorted(named.values())}")
    return f"{len(pairs)} cặp được xem, {len(step.same)} cặp là một chủ thể"


async def rerun(story: Story, step: turns.Rerun) -> str:
    """Pin, run again, and put the last two runs side by side; the page of it is kept for the folder."""
    edition = f"/allocation/editions/{story.edition_id}"
    for pin in step.pins:
        entry: Json = {
            "application_id": story.filed[pin.applicant].application_id,
            "rule": pin.rule,
            "target": pin.target,
            "code": pin.code,
            "reason": pin.reason,
        }
        await story.system.post(f"{edition}/pins", Role.COMMITTEE, entry)
    await story.system.post(f"{edition}/runs", Role.ORGANISER)
    await wait_for_quiet(story.system)
    runs = await story.system.get_all(f"{edition}/runs", Role.COMMITTEE)
    ids = [run["run_id"] for run in runs[-2:]]
    query = "&".join(f"run={run_id}" for run_id in ids)
    found: Json = await story.system.get(f"{edition}/comparison?{query}", Role.COMMITTEE)
    story.comparison = await story.system.public_get(found["page"])
    return f"{len(step.pins)} yêu cầu của hội đồng; hai phương án, {len(found['moves'])} chủ thể khác chỗ"


async def override(story: Story, step: turns.Override) -> str:
    edition = f"/allocation/editions/{story.edition_id}"
    runs = await story.system.get_all(f"{edition}/runs", Role.COMMITTEE)
    run: Json = await story.system.get(f"/allocation/runs/{runs[-1]['run_id']}", Role.COMMITTEE)
    booths: dict[str, list[str]] = run["placements"]
    one, other = (story.filed[ref].application_id for ref in step.between)
    body: Json = {
        "changes": [
            {"application_id": one, "booth_codes": booths[other]},
            {"application_id": other, "booth_codes": booths[one]},
        ],
        "reason": step.reason,
        "legal_document": payloads.paper(step.paper),
    }
    path = f"/allocation/runs/{run['run_id']}/overrides"
    made: Json = await story.system.post(path, Role.COMMITTEE, body, subject=FIRST_MEMBER)
    approval = f"/allocation/overrides/{made['override_id']}/approval"
    await story.system.post(approval, Role.COMMITTEE, subject=SECOND_MEMBER)
    return f"{', '.join(booths[other])} đổi với {', '.join(booths[one])}; người thứ hai đã duyệt"


async def swap(story: Story, step: turns.Swap) -> str:
    one, other = step.between
    [mine, *_], [theirs, *_] = await story.booths_of(one), await story.booths_of(other)
    body: Json = {"booth_code": mine, "other_booth_code": theirs}
    path = f"/allocation/editions/{story.edition_id}/swaps"
    made: Json = await story.system.post(path, Role.VENDOR, body, vendor_id=story.filed[one].vendor_id)
    consent = f"/allocation/swaps/{made['swap_id']}/consent"
    ended: Json = await story.system.post(consent, Role.VENDOR, vendor_id=story.filed[other].vendor_id)
    return say_swap(mine, theirs, ended["state"])


async def repair(story: Story, step: turns.Repair) -> str:
    entry: Json = {
        "cause": step.cause,
        "closed_booths": list(step.closed_booths),
        "booths_without_power": list(step.booths_without_power),
    }
    path = f"/allocation/editions/{story.edition_id}/repairs"
    asked: Json = await story.system.post(path, Role.ORGANISER, entry)
    await wait_for_quiet(story.system)
    found: Json = await story.system.get(f"/allocation/repairs/{asked['repair_id']}", Role.ORGANISER)
    await story.system.post(f"/allocation/repairs/{asked['repair_id']}/execution", Role.ORGANISER)
    moves: list[Json] = [each for each in found["objectives"] if each["name"] == "moves"]
    is_proven = all(each["value"] == each["bound"] for each in moves)
    told = f"{say_damage(step)}; {len(found['moves'])} chuyển gian{' (đã chứng minh là ít nhất)' if is_proven else ''}"
    return f"{told}, {len(found['lost'])} mất gian, {len(found['joined'])} được gian"


async def change_capacity(story: Story, step: turns.ChangeCapacity) -> str:
    paper = payloads.paper(step.paper)
    body: Json = {"booth_target": step.booth_target, "reason_code": step.reason_code, "legal_document": paper}
    await story.command("capacity", body)
    return f"{step.booth_target} gian hàng"
