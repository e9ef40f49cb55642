"""Plays the review: each at once, or proposed by whose turn it is, agreed to by a second person, and told together."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, timedelta

from common.tokens import Role
from scenario.acts.telling import say_decisions, say_review
from scenario.doors.system import Json, StoryFailedError, each
from scenario.script import steps
from scenario.script.model import Review
from scenario.story import Filed, Story


async def set_policy(story: Story) -> None:
    """Say how the edition is reviewed and by whom, where its file does."""
    review = story.scenario.edition.review
    if review is None:
        return
    policy: Json = {"second_person": review.second_person, "released_together": review.released_together}
    edition = f"/registration/editions/{story.edition_id}"
    await story.system.put(f"{edition}/review-policy", Role.ORGANISER, policy)
    people = [{"subject": name, "agency_code": story.system.reviewing_agency} for name in review.reviewers]
    await story.system.put(f"{edition}/reviewers", Role.ORGANISER, {"reviewers": people})


async def review(story: Story, step: steps.Review) -> str:
    """Decide every open application as its evaluation says."""
    open_ones = await list_applications(story, "submitted") + await list_applications(story, "under_review")
    proposals = [(item, _decision(story, step, item)) for item in open_ones]
    decided = Counter[str](body["decision"] if body else "left_open" for _, body in proposals)
    made = [(str(item["application_id"]), body) for item, body in proposals if body is not None]
    people = story.scenario.edition.review
    if people is None:
        await _each_in_turn(story, made, lambda one: _send(story, "decisions", *one))
        return say_decisions(decided)
    agreed = await _propose_and_release(story, made, people)
    return say_review(say_decisions(decided), agreed, together=people.released_together)


async def _propose_and_release(story: Story, made: Sequence[tuple[str, Json]], people: Review) -> int:
    """Decide or propose each, have a second person agree where one is needed, and tell all; return to how many one agreed."""
    turns: Json = await story.system.post(f"/registration/editions/{story.edition_id}/assignments", Role.ORGANISER)
    waiting = {**await _assigned(story), **turns["assigned"]}
    nobodys = [story.of_application(application_id).ref for application_id, _ in made if application_id not in waiting]
    if nobodys:
        raise StoryFailedError(
            f"không ai trong [review] được thẩm định hồ sơ {', '.join(nobodys)} (xung đột lợi ích) / "
            f"nobody of [review] may review {', '.join(nobodys)} (conflict of interest)"
        )

    async def send(one: tuple[str, Json]) -> None:
        application_id, body = one
        way = "tentative-decisions" if people.released_together or _needs_second(body, people) else "decisions"
        by = _choose(story, people, waiting[application_id], application_id)
        await _send(story, way, application_id, body, subject=by)

    await _each_in_turn(story, made, send)
    agreed = await _agree(story, people)
    if agreed or people.released_together:
        await _release(story)
    return agreed


async def _each_in_turn(
    story: Story, made: Sequence[tuple[str, Json]], act: Callable[[tuple[str, Json]], Awaitable[None]]
) -> None:
    """Act on each, one after the other as the files name them where places go to who is accepted first."""
    if story.scenario.edition.allocation_policy != "first_come":
        await each(made, act)
        return
    order = {ref: place for place, ref in enumerate(story.by_ref)}
    for one in sorted(made, key=lambda one: order[story.of_application(one[0]).ref]):
        await act(one)


def _needs_second(body: Json, people: Review) -> bool:
    return people.second_person and (body["decision"] == "reject" or "override" in body)


async def _assigned(story: Story) -> dict[str, str]:
    path = f"/registration/editions/{story.edition_id}/assignments"
    found: list[Json] = await story.system.get(path, Role.ORGANISER)
    return {one["application_id"]: one["reviewer"] for one in found}


def _choose(story: Story, people: Review, assigned: str, application_id: str) -> str:
    """Return whose turn it is; after a rejection another one than those who had a part in it."""
    had_a_part = story.rejected_by.get(application_id, frozenset())
    return next(name for name in (assigned, *people.reviewers) if name not in had_a_part)


async def _send(story: Story, way: str, application_id: str, body: Json, **claims: str) -> None:
    await story.system.post(f"/registration/applications/{application_id}/{way}", Role.REVIEWER, body, **claims)


async def _agree(story: Story, people: Review) -> int:
    """Let the next of the reviewers agree to what rejects or sets a code aside; return how often."""
    if not people.second_person:
        return 0
    path = f"/registration/editions/{story.edition_id}/tentative-decisions"
    found: list[Json] = await story.system.get(path, Role.ORGANISER)

    async def agree(one: Json) -> None:
        by = one["proposed_by"]
        second = people.reviewers[(people.reviewers.index(by) + 1) % len(people.reviewers)]
        answer = f"/registration/tentative-decisions/{one['decision_id']}/answer"
        await story.system.post(answer, Role.REVIEWER, {"agrees": True}, subject=second)
        if one["verdict"] == "reject":
            story.rejected_by[one["application_id"]] = frozenset({by, second})

    return await each([one for one in found if one["verdict"] == "reject" or one["is_override"]], agree)


async def revoke(story: Story, application_id: str, codes: Sequence[str]) -> None:
    """Take an acceptance back; where the edition asks for two, one of the reviewers agrees, and it is released."""
    application, people = f"/registration/applications/{application_id}", story.scenario.edition.review
    body: Json = {"reason_codes": list(codes)}
    if people is None or not people.second_person:
        await story.system.post(f"{application}/revocation", Role.ORGANISER, body)
        return
    proposed: Json = await story.system.post(f"{application}/tentative-revocations", Role.ORGANISER, body)
    answer = f"/registration/tentative-decisions/{proposed['decision_id']}/answer"
    await story.system.post(answer, Role.REVIEWER, {"agrees": True}, subject=people.reviewers[0])
    await _release(story)


async def _release(story: Story) -> None:
    """Look at all that follows and tell it; raises StoryFailedError where something would be left behind."""
    edition = f"/registration/editions/{story.edition_id}"
    seen: Json = await story.system.get(f"{edition}/decision-preview", Role.ORGANISER)
    if left := seen["waiting"] + seen["outdated"]:
        raise StoryFailedError(f"decisions that cannot be told: {left}")
    await story.system.post(f"{edition}/decision-release", Role.ORGANISER, {"digest": seen["digest"]})


async def list_applications(story: Story, state: str) -> list[Json]:
    """Return the edition's applications in a state, as reviewers see them."""
    path = f"/registration/editions/{story.edition_id}/applications"
    return await story.system.get_all(path, Role.REVIEWER, state=state)


def _decision(story: Story, step: steps.Review, item: Json) -> Json | None:
    """Return the decision that follows from an application's evaluation; None leaves it for a person."""
    filed: Filed = story.of_application(item["application_id"])
    evaluation: Json = item["evaluation"]
    outcome = evaluation["outcome"]
    codes = [reason["code"] for reason in evaluation["reasons"]]
    if outcome == "accept":
        return {"decision": "accept", "reason_codes": []}
    if outcome == "reject":
        return {"decision": "reject", "reason_codes": codes}
    if filed.ref in step.accept_anyway:
        return {"decision": "accept", "reason_codes": [], "override": {"reason": step.override_reason}}
    if outcome == "return":
        reply_by = min(step.at + timedelta(days=step.reply_days), story.scenario.edition.closes_at).astimezone(UTC)
        return {"decision": "return", "reason_codes": codes, "reply_by_at": reply_by.isoformat()}
    return None
