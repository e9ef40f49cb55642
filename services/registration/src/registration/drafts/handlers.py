"""What is done with drafts: saved without overwriting anything newer, sent as an application, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, ForbiddenError, InvalidInputError
from registration.applications import handlers as applications
from registration.applications.domain import Application
from registration.applications.handlers import Reviewed, Submission
from registration.contents import Content
from registration.drafts import repository
from registration.drafts.domain import (
    Draft,
    DraftSentError,
    Findings,
    Saving,
    check_base,
    is_repeated,
    sort_problems,
)
from registration.drafts.reading import Read, read
from registration.editions import repository as editions
from registration.editions.domain import Edition, check_intake
from registration.editions.states import TAKES_NOMINATIONS, EditionState
from registration.freezes import handlers as freezes
from registration.intake import handlers as intake
from registration.intake.handlers import Entry, content_of

TAKES_DRAFTS = (*TAKES_NOMINATIONS, EditionState.SUSPENDED)


@dataclass(frozen=True)
class Holder:
    """Who holds a draft: a signed-in vendor, or whoever has the draft's signed link."""

    subject: str | None = None
    vendor_id: UUID | None = None

    @property
    def name(self) -> str:
        return self.subject or "link"


@dataclass(frozen=True)
class Seen:
    """A draft with what is wrong in it and what is missing."""

    draft: Draft
    findings: Findings


async def save_draft(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, saving: Saving, holder: Holder) -> Seen:
    """Keep what was typed, whatever is wrong in it; the first save makes the draft.

    Raises DraftChangedError where somebody saved since, DraftSentError, RegistrationLateError (R19), ForbiddenError.
    """
    edition = await editions.lock_edition(uow.session, edition_id, shared=True)
    check_intake(edition, uow.now, TAKES_DRAFTS)
    if saving.base_version is None:
        await _check_frozen(uow, edition, {}, saving.content)
        await repository.add_draft(uow.session, _to_new(uow, edition_id, draft_id, saving, holder))
    stored = await open_draft(uow, edition_id, draft_id, holder)
    if stored.content is None:
        raise DraftSentError
    if not is_repeated(stored, saving):
        check_base(stored, saving)
        await _check_frozen(uow, edition, stored.content, saving.content)
        stored = replace(
            stored, content=saving.content, version=stored.version + 1, save_key=saving.save_key, saved_at=uow.now
        )
        await repository.save_draft(uow.session, stored)
    return Seen(stored, await find_problems(uow, edition, stored))


async def _check_frozen(uow: UnitOfWork, edition: Edition, old: Content, new: Content) -> None:
    """Raise InvalidInputError where something is typed into a field after its date; the draft stays as it was."""
    said = [content_of(found.vendor, found.dossier) for found in (read(old), read(new))]
    if problems := await freezes.problems_of_change(uow, edition, *said, is_handed_in=False):
        raise InvalidInputError(problems)


def _to_new(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, saving: Saving, holder: Holder) -> Draft:
    return Draft(
        draft_id=draft_id,
        edition_id=edition_id,
        owner=holder.subject,
        vendor_id=holder.vendor_id,
        content=saving.content,
        version=1,
        save_key=saving.save_key,
        created_at=uow.now,
        saved_at=uow.now,
    )


async def open_draft(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, holder: Holder) -> Draft:
    """Return a draft that nobody else saves meanwhile; raises NotFoundError, ForbiddenError."""
    return check_holder(await repository.lock_draft(uow.session, edition_id, draft_id), holder)


def check_holder(draft: Draft, holder: Holder) -> Draft:
    """Return the draft; raises ForbiddenError where a signed-in vendor asks for another one's."""
    if holder.subject is not None and draft.owner != holder.subject:
        raise ForbiddenError("Bản nháp này không phải của người gọi.", "The draft is not the caller's.")
    return draft


async def see_draft(uow: UnitOfWork, draft: Draft) -> Seen:
    """Return a draft with what is wrong in it now; nothing is, once it was sent."""
    edition = await editions.get_edition(uow.session, draft.edition_id)
    return Seen(draft, await find_problems(uow, edition, draft))


async def find_problems(uow: UnitOfWork, edition: Edition, draft: Draft) -> Findings:
    """Return what the checks of an application say of a draft, by field."""
    if draft.content is None:
        return Findings((), ())
    found = read(draft.content)
    problems = [*found.problems, *await intake.find_problems(uow, edition, [_to_entry(found)])]
    problems += await freezes.problems_of_gaps(uow, edition, content_of(found.vendor, found.dossier))
    return sort_problems(draft.content, _told_once(problems))


def _to_entry(found: Read) -> Entry:
    return Entry(found.vendor, found.contact, found.dossier)


def _told_once(problems: Sequence[FieldProblem]) -> list[FieldProblem]:
    """Return the first problem of each field: what could not be read is not held against it a second time."""
    return list({one.field: one for one in reversed(problems)}.values())[::-1]


async def submit_draft(
    uow: UnitOfWork, edition_id: UUID, draft_id: UUID, submission: Submission, holder: Holder
) -> Reviewed:
    """Send a draft as it stands: it becomes an application that is handed in, with all checks of one.

    Refused, the draft stays as it was. Raises InvalidInputError with every field, and all that an application raises.
    """
    draft = await open_draft(uow, edition_id, draft_id, holder)
    if draft.content is None:
        raise DraftSentError
    found = read(draft.content)
    problems = [*found.problems, *applications.consent_problems(submission)]
    application = await _register(uow, draft, found, problems, holder)
    reviewed = await applications.submit_application(uow, application.application_id, submission, _own)
    sent = replace(
        draft,
        content=None,
        version=draft.version + 1,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        saved_at=uow.now,
    )
    await repository.save_draft(uow.session, sent)
    return reviewed


def _own(_application: Application) -> None:
    """Who holds the draft may touch what it becomes."""


async def _register(
    uow: UnitOfWork, draft: Draft, found: Read, problems: Sequence[FieldProblem], holder: Holder
) -> Application:
    vendor_id = holder.vendor_id or draft.vendor_id
    return await intake.register_vendor(
        uow, draft.edition_id, _to_entry(found), vendor_id, problems=problems, said_before=True
    )


async def discard_draft(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, holder: Holder) -> None:
    """Delete a draft that was not sent, with all that was typed into it; raises DraftSentError."""
    draft = await open_draft(uow, edition_id, draft_id, holder)
    if draft.application_id is not None:
        raise DraftSentError
    await repository.remove_draft(uow.session, draft_id)


async def forget_drafts(uow: UnitOfWork, days: int, limit: int) -> int:
    """Delete drafts that nobody has saved for so many days: what was typed there is personal. A timer."""
    return await repository.forget_drafts(uow.session, uow.now - timedelta(days=days), limit)
