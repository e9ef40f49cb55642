"""A draft is sent and becomes an application; an application that is there is taken up as a draft again."""

from dataclasses import replace
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application
from registration.applications.handlers import Check, Submission
from registration.contents import Content
from registration.drafts import repository
from registration.drafts.domain import Draft, DraftSentError
from registration.drafts.handlers import Holder, Seen, find_problems, open_draft, to_entry
from registration.drafts.reading import Read, read, write
from registration.intake import handlers as intake
from registration.revisions import handlers as revisions
from registration.revisions.domain import NOT_TOLD_YET, check_state
from registration.revisions.handlers import Change


async def submit_draft(
    uow: UnitOfWork, edition_id: UUID, draft_id: UUID, submission: Submission, holder: Holder
) -> Application:
    """Send a draft as it stands: it becomes an application that is handed in, with all checks of one.

    A draft of an application that is there changes it, and hands it in where that is awaited. Refused, the draft stays
    as it was. Raises InvalidInputError with every field, and all that an application raises.
    """
    draft = await open_draft(uow, edition_id, draft_id, holder)
    if draft.content is None:
        raise DraftSentError
    found = read(draft.content)
    if draft.application_id is None:
        application = await _send_new(uow, draft, found, submission, holder)
    else:
        application = await _send_change(uow, draft.application_id, found, submission, holder)
    sent = replace(
        draft,
        content=None,
        version=draft.version + 1,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        saved_at=uow.now,
        contact_key=None,
    )
    await repository.save_draft(uow.session, sent)
    return application


async def _send_new(uow: UnitOfWork, draft: Draft, found: Read, submission: Submission, holder: Holder) -> Application:
    problems = [*found.problems, *applications.consent_problems(submission)]
    vendor_id = holder.vendor_id or draft.vendor_id
    application = await intake.register_vendor(
        uow, draft.edition_id, to_entry(found), vendor_id, problems=problems, said_before=True
    )
    reviewed = await applications.submit_application(uow, application.application_id, submission, may_touch)
    return reviewed.application


async def _send_change(
    uow: UnitOfWork, application_id: UUID, found: Read, submission: Submission, holder: Holder
) -> Application:
    before = await application_repository.get_application(uow.session, application_id)
    is_awaited = before.state in NOT_TOLD_YET
    problems = [*found.problems, *(applications.consent_problems(submission) if is_awaited else ())]
    if problems:
        raise InvalidInputError(problems)
    grounds = Grounds("supplemented" if before.revision and is_awaited else "corrected")
    change = Change(found.vendor, found.contact, found.dossier)
    amended = await revisions.amend_application(
        uow, application_id, change, Amender("vendor", holder.name), grounds, may_touch
    )
    if not is_awaited:
        return amended
    return (await applications.submit_application(uow, application_id, submission, may_touch)).application


def may_touch(_application: Application) -> None:
    """Let who holds the draft touch what it became."""


async def open_for_change(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, holder: Holder) -> Draft:
    """Take a sent draft up again, filled with what the application says now; one that is open stays as it is."""
    draft = await open_draft(uow, edition_id, draft_id, holder)
    if draft.content is not None or draft.application_id is None:
        return draft
    application, _ = await applications.open_application(uow, draft.application_id)
    check_state(application.state, ["products"])
    taken_up = replace(
        draft, content=await _written(uow, application), version=draft.version + 1, save_key=None, saved_at=uow.now
    )
    await repository.save_draft(uow.session, taken_up)
    return taken_up


async def draft_change(uow: UnitOfWork, application_id: UUID, holder: Holder, check: Check) -> Seen:
    """Make a draft of an application that is there, filled with what it says: a nominated one, say."""
    application, edition = await applications.open_application(uow, application_id, check)
    check_state(application.state, ["products"])
    draft = Draft(
        draft_id=uow.new_id(),
        edition_id=application.edition_id,
        owner=holder.subject,
        vendor_id=application.vendor_id,
        application_id=application_id,
        content=await _written(uow, application),
        version=1,
        save_key=None,
        created_at=uow.now,
        saved_at=uow.now,
    )
    await repository.add_draft(uow.session, draft)
    return Seen(draft, await find_problems(uow, edition, draft))


async def _written(uow: UnitOfWork, application: Application) -> Content:
    standing = await revisions.get_standing(uow, application)
    return write(standing.vendor, standing.contact, standing.dossier)
