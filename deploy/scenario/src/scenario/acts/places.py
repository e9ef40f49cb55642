"""Plays the steps about places: release, answers, suspension and new dates."""

from common.tokens import Role
from scenario.acts import payloads
from scenario.doors.browsing import fill_form
from scenario.doors.system import Json, StoryFailedError, each
from scenario.script import steps
from scenario.story import Story


async def release(story: Story, step: steps.Release) -> str:
    """Release the last run; where places went to who came first there is none, and only their list is published."""
    if story.scenario.edition.allocation_policy == "first_come":
        await story.command("publication")
        return await _count_places(story)
    path = f"/allocation/editions/{story.edition_id}/runs"
    runs = await story.system.get_all(path, Role.COMMITTEE)
    waiting = [run for run in runs if run["state"] == "completed"]
    if not waiting:
        raise StoryFailedError(f"no run waits for its release: {runs}")
    run = waiting[-1]
    body: Json = {"legal_document": payloads.paper(step.paper)}
    await story.system.post(f"/allocation/runs/{run['run_id']}/release", Role.COMMITTEE, body)
    await story.command("publication")
    return f"{run['placed']} có gian hàng, {run['waitlisted']} chờ"


async def _count_places(story: Story) -> str:
    placements = await story.placements()
    holding = sum(bool(item["booth_codes"]) for item in placements)
    return f"{holding} có gian hàng, {sum(item['state'] == 'waitlisted' for item in placements)} chờ"


async def answer(story: Story, step: steps.Answer) -> str:
    """Holders of open offers confirm, decline or stay silent, as named or by lot; some by the link in their mail."""
    offers = [item for item in await story.placements() if item["state"] == "offered"]
    decline, confirm, silent = _sort_answers(story, step, offers)
    by_link, direct = confirm[: step.by_link], confirm[step.by_link :]

    async def confirm_one(offer: Json) -> None:
        await _reply(story, offer, "confirmation")

    for offer in decline:  # one after the other: each frees a place for the next on the waiting list
        await _reply(story, offer, "decline")
    for offer in by_link:
        await _confirm_by_link(story, offer)
    await each(direct, confirm_one)
    return f"{len(confirm)} nhận ({len(by_link)} qua thư), {len(decline)} từ chối, {len(silent)} không trả lời"


def _sort_answers(story: Story, step: steps.Answer, offers: list[Json]) -> tuple[list[Json], list[Json], list[Json]]:
    decline: list[Json] = []
    confirm: list[Json] = []
    silent: list[Json] = []
    for offer in offers:
        ref = story.of_application(offer["application_id"]).ref
        lot = story.lot(f"answer {step.at.isoformat()}", ref)
        if ref in step.decline or lot < step.decline_percent:
            decline.append(offer)
        elif ref in step.silent or lot >= 100 - step.silent_percent:
            silent.append(offer)
        else:
            confirm.append(offer)
    return decline, confirm, silent


async def _reply(story: Story, offer: Json, reply: str) -> None:
    path = f"/allocation/offers/{offer['offer_id']}/{reply}"
    await story.system.post(path, Role.VENDOR, vendor_id=offer["vendor_id"])


async def _confirm_by_link(story: Story, offer: Json) -> None:
    holder = story.of_application(offer["application_id"]).applicant
    link = story.mailbox.find_answer_link(story.mails(), offer["offer_id"], holder.contact.email)
    if link is None:
        raise StoryFailedError(f"no mail with a link for the offer to {offer['trade_name']}")
    page = await story.system.public_get(link)
    action, fields = fill_form(page, link, choose="confirm")
    await story.system.public_form(action, fields)


async def suspend(story: Story, step: steps.Suspend) -> str:
    paper = payloads.paper(step.paper)
    await story.command("suspension", {"reason_code": step.reason_code, "legal_document": paper})
    return f"{step.paper.number}/{step.paper.notation}"


async def reschedule(story: Story, step: steps.Reschedule) -> str:
    body: Json = {
        "new": payloads.days(step.new),
        "reason_code": step.reason_code,
        "legal_document": payloads.paper(step.paper),
    }
    await story.command("rescheduling", body)
    return f"{step.new.first:%d/%m/%Y}-{step.new.last:%d/%m/%Y}"
