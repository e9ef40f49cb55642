"""Plays vendors that begin with a draft: saved half done, found changed by their other phone, sent some days later.

Some go on by the link that they had mailed to them.
"""

import json
from uuid import NAMESPACE_URL, uuid5

from common.tokens import Role
from scenario.acts import payloads
from scenario.doors.browsing import fill_form
from scenario.doors.system import Json, StoryFailedError
from scenario.script.model import Applicant
from scenario.story import Story

TRADE_NAME = "vendor.trade_name"


async def begin_draft(story: Story, applicant: Applicant, *, on_two_phones: bool) -> None:
    """Save a draft half done, then whole; on two phones the second one saves over what the first one has changed.

    Raises:
        StoryFailedError: what the other phone had saved was overwritten.
    """
    _begin(story, applicant)
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


def _begin(story: Story, applicant: Applicant) -> None:
    story.begun[applicant.ref] = str(uuid5(NAMESPACE_URL, f"ocop:{story.edition_id}:{applicant.ref}"))


async def begin_and_ask_for_link(story: Story, applicant: Applicant) -> None:
    """Save a draft that lacks the name on the booth, and have its link mailed.

    Raises:
        StoryFailedError: it is told as whole.
    """
    _begin(story, applicant)
    story.mailed.add(applicant.ref)
    whole = payloads.application(applicant)
    _, told = await _save(story, applicant, whole | {"vendor": whole["vendor"] | {"trade_name": None}}, None)
    if [one["field"] for one in told["missing"]] != [TRADE_NAME]:
        raise StoryFailedError(f"{applicant.ref}: the name on the booth alone should be missing: {told}")
    await story.system.post(f"{_path(story, applicant)}/link-mails", Role.VENDOR, subject=applicant.ref)


async def send_by_link(story: Story, applicant: Applicant) -> None:
    """Open the mailed link, type what was missing, look again and send: all on the page, without signing in.

    Raises:
        StoryFailedError: there is no such mail, or the page does not say that the application is in.
    """
    link = story.mailbox.find_draft_link(story.mails(), story.begun[applicant.ref], applicant.contact.email)
    if link is None:
        raise StoryFailedError(f"{applicant.ref}: no mail with the link of the draft")
    form = await story.system.public_get(link)
    address, fields = fill_form(form, link, choose="do review", typed={TRADE_NAME: applicant.trade_name})
    review = await story.system.public_form(address, fields)
    address, fields = fill_form(review, link, choose="review", tick=("undertaking", "consent"))
    status = await story.system.public_form(address, fields)
    if 'data-state="submitted"' not in status:
        raise StoryFailedError(f"{applicant.ref}: the draft was not sent: {status[:500]}")
    sent = await story.system.download(_path(story, applicant), Role.VENDOR, subject=applicant.ref)
    _file(story, applicant, json.loads(sent))


async def _save(story: Story, applicant: Applicant, content: Json, over: int | None) -> tuple[int | None, Json]:
    path = _path(story, applicant)
    key = f"{applicant.ref}-{over or 0}-{len(content)}"
    return await story.system.save(
        path, Role.VENDOR, {"save_key": key, "content": content}, over, subject=applicant.ref
    )


async def send_draft(story: Story, applicant: Applicant, consent: Json) -> None:
    """Send a draft that was begun before; it is an application from then on."""
    path = f"{_path(story, applicant)}/submission"
    _file(story, applicant, await story.system.post(path, Role.VENDOR, consent, subject=applicant.ref))


def _file(story: Story, applicant: Applicant, sent: Json) -> None:
    story.file(applicant, sent)
    story.drafts.discard(applicant.ref)
    del story.begun[applicant.ref]


def _path(story: Story, applicant: Applicant) -> str:
    return f"/registration/editions/{story.edition_id}/drafts/{story.begun[applicant.ref]}"
