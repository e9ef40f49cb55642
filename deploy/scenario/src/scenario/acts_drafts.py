"""Plays vendors that begin with a draft: saved half done, found changed by their other phone, sent some days later."""

from uuid import NAMESPACE_URL, uuid5

from common.tokens import Role
from scenario import payloads
from scenario.model import Applicant
from scenario.story import Story
from scenario.system import Json, StoryFailedError


async def begin_draft(story: Story, applicant: Applicant, *, on_two_phones: bool) -> None:
    """Save a draft half done, then whole; on two phones the second one saves over what the first one has changed.

    Raises:
        StoryFailedError: what the other phone had saved was overwritten.
    """
    story.begun[applicant.ref] = str(uuid5(NAMESPACE_URL, f"ocop:{story.edition_id}:{applicant.ref}"))
    whole = payloads.application(applicant)
    half = {"vendor": {"legal_name": applicant.legal_name}, "contact": whole["contact"]}
    first, _ = await _save(story, applicant, half, None)
    if on_two_phones:
        await _save(story, applicant, {**half, "booths_wanted": applicant.booths_wanted}, first)
        late, told = await _save(story, applicant, whole, first)
        if late is not None:
            raise StoryFailedError(f"{applicant.ref}: version {first} was saved over although there was a newer one")
        first = told["stored"]["version"]
    last, told = await _save(story, applicant, whole, first)
    if last is None or told["wrong"] or told["missing"]:
        raise StoryFailedError(f"{applicant.ref}: the draft is not ready to be sent: {told}")


async def _save(story: Story, applicant: Applicant, content: Json, over: int | None) -> tuple[int | None, Json]:
    path = _path(story, applicant)
    key = f"{applicant.ref}-{over or 0}-{len(content)}"
    return await story.system.save(
        path, Role.VENDOR, {"save_key": key, "content": content}, over, subject=applicant.ref
    )


async def send_draft(story: Story, applicant: Applicant, consent: Json) -> None:
    """Send a draft that was begun before; it is an application from then on."""
    path = f"{_path(story, applicant)}/submission"
    story.file(applicant, await story.system.post(path, Role.VENDOR, consent, subject=applicant.ref))
    story.drafts.discard(applicant.ref)
    del story.begun[applicant.ref]


def _path(story: Story, applicant: Applicant) -> str:
    return f"/registration/editions/{story.edition_id}/drafts/{story.begun[applicant.ref]}"
