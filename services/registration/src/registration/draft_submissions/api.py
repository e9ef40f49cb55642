"""Drafts sent over HTTP, and applications taken up as drafts."""

from uuid import UUID

from fastapi import Request

from common.tokens import Role
from common.web import Caller, Uow, allow, new_router
from registration.applications.api import ApplicationView, SubmissionEntry, check_own
from registration.applications.api import view_of as view_of_application
from registration.applications.handlers import Submission
from registration.applications.repository import Consent
from registration.draft_submissions import handlers
from registration.drafts.api import DraftView, holder_of, view_of

router = new_router("drafts")


@router.post("/editions/{edition_id}/drafts/{draft_id}/submission", dependencies=[allow(Role.VENDOR)])
async def submit_draft(
    edition_id: UUID, draft_id: UUID, entry: SubmissionEntry, uow: Uow, caller: Caller
) -> ApplicationView:
    """Send the draft as an application, with all checks of one; refused, the draft stays as it was."""
    consents = [Consent(consent.purpose, consent.text_version) for consent in entry.consents]
    submission = Submission(entry.undertaking, consents, caller.subject)
    return await view_of_application(
        uow, await handlers.submit_draft(uow, edition_id, draft_id, submission, holder_of(caller))
    )


@router.post("/applications/{application_id}/drafts", status_code=201, dependencies=[allow(Role.VENDOR)])
async def draft_change(request: Request, application_id: UUID, uow: Uow, caller: Caller) -> DraftView:
    """Make a draft of an application that is there, filled with what it says; sent, it changes the application."""
    return view_of(request, await handlers.draft_change(uow, application_id, holder_of(caller), check_own(caller)))
