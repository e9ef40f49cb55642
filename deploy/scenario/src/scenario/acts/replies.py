"""Plays vendors that supplement their application or appeal on the page behind the link of their mail."""

from scenario.doors.browsing import fill_form
from scenario.doors.files import photograph
from scenario.doors.system import StoryFailedError
from scenario.script.model import Document
from scenario.story import Filed, Story


async def open_by_mail(story: Story, filed: Filed) -> tuple[str, str]:
    """Return address and page of the link in the vendor's newest mail about its application.

    Raises:
        StoryFailedError: there is no such mail.
    """
    address = filed.applicant.contact.email
    link = story.mailbox.find_application_link(story.mails(), filed.application_id, address)
    if link is None:
        raise StoryFailedError(f"{filed.ref}: no mail with the link of the application")
    return link, await story.system.public_get(link)


async def supplement_by_link(story: Story, filed: Filed) -> None:
    """Photograph each paper found since and send it, then hand the application in again.

    Raises:
        StoryFailedError: there is no mail with the link, or the page does not say that the application is in.
    """
    link, page = await open_by_mail(story, filed)
    for one in filed.applicant.documents_later:
        address, fields = fill_form(page, link, choose="do paper", typed=_typed(one))
        files = {"file": photograph(f"{filed.ref} {one.kind} anew")}  # the same picture again would be no new paper
        page = await story.system.public_upload(address, fields, files)
        story.handed_in.add(filed.ref)
    address, fields = fill_form(page, link, choose="do submit", tick=("undertaking", "consent"))
    page = await story.system.public_form(address, fields)
    if 'data-state="submitted"' not in page:
        raise StoryFailedError(f"{filed.ref}: the supplement was not handed in: {page[:500]}")


async def appeal_by_link(story: Story, filed: Filed, statement: str) -> None:
    """Say why the refusal is wrong, and send a paper where one was found since.

    Raises:
        StoryFailedError: there is no mail with the link, or the page does not say that the appeal is in.
    """
    link, page = await open_by_mail(story, filed)
    typed, files = {"statement": statement}, dict[str, bytes]()
    for one in filed.applicant.documents_later[:1]:
        typed |= _typed(one)
        files["file"] = photograph(f"{filed.ref} {one.kind}")
        story.handed_in.add(filed.ref)
    address, fields = fill_form(page, link, choose="do appeal", typed=typed)
    page = await story.system.public_upload(address, fields, files)
    if 'data-state="under_review"' not in page:
        raise StoryFailedError(f"{filed.ref}: the appeal was not taken: {page[:500]}")


def _typed(document: Document) -> dict[str, str]:
    return {"kind": document.kind, "expires_on": document.expires_on.isoformat() if document.expires_on else ""}
