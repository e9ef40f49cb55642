"""Plays an invitation round: letters numbered and sent with their workbooks, answers watched, a few agencies that decline."""

from dataclasses import replace

from common.tokens import Role
from scenario.acts import payloads
from scenario.doors.system import Json, StoryFailedError, each
from scenario.script import rounds
from scenario.story import Story


async def invite(story: Story, step: rounds.Invite) -> str:
    """Set the round, and number each agency's letter: by that it is sent."""
    codes = [*dict.fromkeys([one.agency_code for one in story.scenario.nominations] + list(step.also))]
    wanted: Json = {
        "issuing_agency_code": step.letter.issuing_agency_code,
        "notation": step.letter.notation,
        "reply_by_at": payloads.instant(step.reply_by_at),
        "reminders_at": [payloads.instant(at) for at in step.reminders_at],
        "bases": [payloads.paper(one) for one in step.bases],
        "signer_role": step.signer_role,
        "agencies": [{"agency_code": code} for code in codes],
    }
    path = f"/registration/editions/{story.edition_id}/invitation-round"
    made = await story.system.put(path, Role.ORGANISER, wanted)
    story.invited = {one["agency_code"]: one["invitation_id"] for one in made["invitations"]}
    first = int(step.letter.number or "0")

    async def number(numbered: tuple[int, str]) -> None:
        place, code = numbered
        paper = payloads.paper(replace(step.letter, number=str(first + place)))
        body = {"legal_document": paper, "signer_name": step.signer_name}
        await story.system.post(f"/registration/invitations/{story.invited[code]}/numbering", Role.CLERK, body)

    await each(enumerate(codes), number)
    await watch(story)
    return f"{len(codes)} công văn mời, số {first}-{first + len(codes) - 1}"


async def decline(story: Story, step: rounds.Decline) -> str:
    """Let agencies follow the link of their mail and press its button.

    Raises:
        StoryFailedError: an agency was not invited, has no mail, or its mail lacks the letter or the workbook.
    """
    contacts = {one.code: one.contact for one in story.scenario.agencies}

    async def press(code: str) -> None:
        contact, invitation = contacts[code], story.invited.get(code, "")
        link = contact and story.mailbox.find_invitation_link(story.mails(), invitation, contact.email)
        if not link:
            raise StoryFailedError(f"{code}: no mail leads to its invitation")
        await story.system.public_get(link)
        token, language = link.partition("token=")[2].split("&lang=")
        fields = [("token", token), ("lang", language), ("reason", step.reason)]
        await story.system.public_form(link.partition("?")[0], fields)

    await each(step.agency_codes, press)
    await watch(story)
    return f"{len(step.agency_codes)} cơ quan không tham gia"


async def watch(story: Story) -> None:
    """Keep the dashboard of who has answered as it stands now, where agencies were invited."""
    if story.invited:
        path = f"/registration/editions/{story.edition_id}/invitations.html"
        story.answers = (await story.system.download(path, Role.ORGANISER)).decode()
