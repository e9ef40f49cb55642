"""What is done with drafts: saved without overwriting anything newer, shown with what is wrong in them, forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, ForbiddenError, InvalidInputError
from registration.agencies import repository as agencies
from registration.agencies.domain import Agency
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.contents import Content
from registration.draft_rooms import handlers as draft_rooms
from registration.draft_rooms.domain import Room
from registration.drafts import repository
from registration.drafts.domain import (
    Draft,
    DraftSentError,
    Findings,
    Saving,
    check_base,
    check_size,
    contact_key_of,
    is_repeated,
    sort_problems,
)
from registration.drafts.reading import Read, read, write
from registration.editions import repository as editions
from registration.editions.domain import Edition, check_intake
from registration.editions.states import TAKES_NOMINATIONS, EditionState
from registration.freezes import handlers as freezes
from registration.freezes.domain import NEEDED, Plan, is_frozen
from registration.intake import handlers as intake
from registration.intake.handlers import Entry, content_of
from registration.revisions import handlers as revisions
from registration.rules.domain import in_force
from registration.vendors import handlers as vendors
from registration.vetting import handlers as vetting

TAKES_DRAFTS = (*TAKES_NOMINATIONS, EditionState.SUSPENDED)


@dataclass(frozen=True)
class Holder:
    """Who holds a draft: a signed-in vendor, or whoever has the draft's signed link, told apart by where it comes from."""

    subject: str | None = None
    vendor_id: UUID | None = None
    origin_key: str | None = None

    @property
    def name(self) -> str:
        return self.subject or "link"


@dataclass(frozen=True)
class Seen:
    """A draft with what is wrong in it and what is missing."""

    draft: Draft
    findings: Findings


async def save_draft(
    uow: UnitOfWork, edition_id: UUID, draft_id: UUID, saving: Saving, holder: Holder, room: Room
) -> Seen:
    """Keep what was typed, whatever is wrong in it; the first save makes the draft.

    Raises DraftChangedError where somebody saved since, DraftSentError, RegistrationLateError (R19), ForbiddenError,
    TooManyDraftsError.
    """
    if too_long := list(check_size(saving.content)):
        raise InvalidInputError(too_long)
    edition = await editions.lock_edition(uow.session, edition_id, shared=True)
    if saving.base_version is None:
        check_intake(edition, uow.now, TAKES_DRAFTS)
        await _check_frozen(uow, edition, {}, saving.content)
        new = _to_new(uow, edition_id, draft_id, saving, holder)
        if await repository.find_draft(uow.session, edition_id, draft_id) is None:
            await draft_rooms.check_new(uow, edition_id, holder.subject, holder.origin_key, room)
            await _check_contact(uow, new, room)
        await repository.add_draft(uow.session, new)
    stored = await open_draft(uow, edition_id, draft_id, holder)
    if stored.content is None:
        raise DraftSentError
    if not is_repeated(stored, saving):
        check_base(stored, saving)
        await _check_saving(uow, edition, stored, saving)
        before, stored = stored, _typed_over(uow, stored, saving)
        if stored.contact_key != before.contact_key:
            await _check_contact(uow, stored, room)
        await repository.save_draft(uow.session, stored)
    return Seen(stored, await find_problems(uow, edition, stored))


def _typed_over(uow: UnitOfWork, stored: Draft, saving: Saving) -> Draft:
    return replace(
        stored,
        content=saving.content,
        version=stored.version + 1,
        save_key=saving.save_key,
        saved_at=uow.now,
        contact_key=contact_key_of(saving.content) if stored.application_id is None else None,
    )


async def _check_contact(uow: UnitOfWork, draft: Draft, room: Room) -> None:
    """Raise TooManyDraftsError where whoever fills this public draft in has as many as may be."""
    if draft.owner is None and draft.contact_key is not None:
        await draft_rooms.check_contact_key(uow, draft.edition_id, draft.draft_id, draft.contact_key, room)


async def _check_saving(uow: UnitOfWork, edition: Edition, stored: Draft, saving: Saving) -> None:
    """Raise where the edition takes this no more, or a frozen field is touched."""
    if stored.application_id is None:
        check_intake(edition, uow.now, TAKES_DRAFTS)
        await _check_frozen(uow, edition, stored.content or {}, saving.content)
        return
    application = await application_repository.get_application(uow.session, stored.application_id)
    applications.check_changes_of(edition, application, uow)
    standing = await revisions.get_standing(uow, application)
    await _check_frozen(
        uow, edition, write(standing.vendor, standing.contact, standing.dossier), saving.content, is_handed_in=True
    )


async def _check_frozen(
    uow: UnitOfWork, edition: Edition, old: Content, new: Content, *, is_handed_in: bool = False
) -> None:
    """Raise InvalidInputError where something is typed into a field after its date; the draft stays as it was."""
    said = [content_of(found.vendor, found.dossier) for found in (read(old), read(new))]
    dates = await freezes.read_dates(uow, edition)
    if problems := dates.problems_of_change(*said, is_handed_in=is_handed_in):
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
        contact_key=contact_key_of(saving.content),
        origin_key=holder.origin_key,
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


@dataclass(frozen=True)
class Shown:
    """What a form shows: the draft, if it was saved before, and what its fields offer and may not change any more."""

    edition: Edition
    draft: Draft | None
    findings: Findings
    plan: Plan
    frozen: tuple[str, ...]
    groups: Mapping[str, str]
    provinces: Mapping[str, str]
    bodies: Sequence[Agency]


async def show_form(uow: UnitOfWork, edition_id: UUID, draft_id: UUID) -> Shown:
    """Return what the form of a draft shows; changes nothing. Raises NotFoundError where there is no such edition."""
    edition = await editions.get_edition(uow.session, edition_id)
    draft = await repository.find_draft(uow.session, edition_id, draft_id)
    packs = await vetting.get_packs(uow, edition)
    dates = await freezes.read_dates(uow, edition)
    plan, at = dates.plan, dates.at
    is_new = draft is None or draft.application_id is None
    return Shown(
        edition=edition,
        draft=draft,
        findings=Findings((), ()) if draft is None else await find_problems(uow, edition, draft),
        plan=plan,
        frozen=tuple(field for field in plan if is_frozen(plan, field, at) and not (is_new and field in NEEDED)),
        groups=in_force("product_groups", packs.products.product_groups, edition.planned.first).labels,
        provinces={row.code: row.name_vi for row in packs.register.rows},
        bodies=await agencies.list_bodies(uow.session),
    )


async def find_problems(uow: UnitOfWork, edition: Edition, draft: Draft) -> Findings:
    """Return what the checks of an application say of a draft, by field."""
    if draft.content is None:
        return Findings((), ())
    found = read(draft.content)
    problems = [*found.problems, *await intake.find_problems(uow, edition, [to_entry(found)])]
    problems += (await freezes.read_dates(uow, edition)).problems_of_gaps(content_of(found.vendor, found.dossier))
    return sort_problems(draft.content, _told_once(problems))


def to_entry(found: Read) -> Entry:
    """Return what was read as intake takes it."""
    return Entry(found.vendor, found.contact, found.dossier)


def _told_once(problems: Sequence[FieldProblem]) -> list[FieldProblem]:
    """Return the first problem of each field: what could not be read is not held against it a second time."""
    return list({one.field: one for one in reversed(problems)}.values())[::-1]


async def discard_draft(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, holder: Holder) -> None:
    """Delete a draft that was not sent, with all that was typed into it; raises DraftSentError."""
    draft = await open_draft(uow, edition_id, draft_id, holder)
    if draft.application_id is not None:
        raise DraftSentError
    await repository.remove_draft(uow.session, draft_id)
    await vendors.erase_drafts(uow, [draft_id])


async def forget_drafts(uow: UnitOfWork, days: int, limit: int) -> int:
    """Delete drafts that nobody has saved for so many days: what was typed there is personal. A timer."""
    forgotten = await repository.forget_drafts(uow.session, uow.now - timedelta(days=days), limit)
    await vendors.erase_drafts(uow, forgotten)
    return len(forgotten)
