"""The producer's pages behind a signed link: fill in, save, look again, send, see what became of it, change, withdraw.

They work without JavaScript and are drawn for a phone 360 pixels wide. Whoever has the link may do all that it shows.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, InvalidInputError, TooManyError
from common.ids import new_id
from common.web import Uow, new_router, public
from registration.amendments.domain import Amender, Grounds
from registration.applications.handlers import Submission
from registration.applications.repository import Consent
from registration.contents import Content, differing
from registration.draft_links import handlers as draft_links
from registration.draft_rooms.domain import TooManyDraftsError
from registration.draft_submissions import handlers as draft_submissions
from registration.drafts import forms, handlers
from registration.drafts.domain import Draft, DraftChangedError, Saving
from registration.drafts.handlers import Holder, Seen, Shown
from registration.drafts.rendering import show_form_of, show_refusal, show_review_of, show_status_of
from registration.drafts.saving import changed_answer, refused_answer, room_of, told_answer
from registration.drafts.signing import lead_to, origin_of, verify
from registration.withdrawals import handlers as withdrawals
from registration.withdrawals.domain import VENDOR

MAX_TOKEN = 200
CONSENT_TEXT = "link-1"
"""The version of the words beside the boxes of ``consents.html``; other words are another version."""
LINK = Holder()

router = new_router("drafts")

Token = Annotated[str, Query(max_length=MAX_TOKEN)]


@router.get("/editions/{edition_id}/self-registration", dependencies=[public], response_class=HTMLResponse)
async def begin(request: Request, edition_id: UUID) -> Response:
    """Lead to an empty form with a link of its own; nothing is stored before it is saved."""
    try:
        return lead_to(request, edition_id, new_id(), "form")
    except DomainError as error:
        return show_refusal(request, error)


@router.get("/editions/{edition_id}/drafts/{draft_id}/form", dependencies=[public], response_class=HTMLResponse)
async def show_form(
    request: Request,
    edition_id: UUID,
    draft_id: UUID,
    uow: Uow,
    token: Token = "",
    more: Annotated[int, Query(ge=0, le=1)] = 0,
    mail: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the form with what was saved; once it was sent, what became of it. ``more`` adds an empty product.

    ``mail`` says what became of the wish to have the link mailed.
    """
    try:
        verify(request, edition_id, draft_id, token)
        shown = await handlers.show_form(uow, edition_id, draft_id)
        if shown.draft is not None and shown.draft.content is None:
            return lead_to(request, edition_id, draft_id, "status")
        return show_form_of(request, shown, draft_id, more=bool(more), mail=mail)
    except DomainError as error:
        return show_refusal(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/form", dependencies=[public], response_class=HTMLResponse)
async def save_form(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Save what was typed, also by the page itself while it is typed; a newer version is never overwritten."""
    fields = await _fields(request)
    try:
        verify(request, edition_id, draft_id, _first(fields, "token"))
        shown = await handlers.show_form(uow, edition_id, draft_id)
        stored = (shown.draft and shown.draft.content) or {}
        content = forms.read_form(fields, stored, is_open="X-Autosave" in request.headers)
        try:
            saving = Saving(content, _first(fields, "save_key"), _version(fields))
            holder = Holder(origin_key=origin_of(request))
            seen = await handlers.save_draft(uow, edition_id, draft_id, saving, holder, room_of(request))
        except (DraftChangedError, InvalidInputError, TooManyDraftsError) as error:
            return _not_saved(request, shown, draft_id, content, error)
        if _first(fields, "do") == "mail":
            return await _mail(request, uow, seen.draft)
    except DomainError as error:
        return show_refusal(request, error)
    return _saved(request, seen, _first(fields, "do"))


async def _mail(request: Request, uow: UnitOfWork, draft: Draft) -> Response:
    """Have the link of a draft mailed that was just saved; where that may not be, it stays saved and the form says why."""
    most = request.app.state.service.settings.draft_mails
    try:
        await draft_links.mail_link(uow, draft.edition_id, draft.draft_id, LINK, most)
    except (InvalidInputError, TooManyError) as error:
        return lead_to(request, draft.edition_id, draft.draft_id, "form", f"&mail={error.code}#contact.email")
    return lead_to(request, draft.edition_id, draft.draft_id, "form", "&mail=sent")


def _saved(request: Request, seen: Seen, what: str) -> Response:
    draft = seen.draft
    if "X-Autosave" in request.headers:
        return told_answer(request, seen)
    page = "review" if what == "review" else "form"
    return lead_to(request, draft.edition_id, draft.draft_id, page, "&more=1#last" if what == "add" else "")


def _not_saved(request: Request, shown: Shown, draft_id: UUID, typed: Content, error: DomainError) -> Response:
    """Show the form with what was typed and why it was not saved; what the page saved by itself gets a short answer."""
    if isinstance(error, DraftChangedError):
        return _changed(request, shown, error)
    if isinstance(error, InvalidInputError):
        return show_form_of(request, shown, draft_id, typed=typed, problems=error.problems, status=error.status)
    is_own = "X-Autosave" in request.headers
    answer = (
        refused_answer(request, error)
        if is_own
        else show_form_of(request, shown, draft_id, typed=typed, refusal=error, status=error.status)
    )
    if isinstance(error, TooManyDraftsError) and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _changed(request: Request, shown: Shown, error: DraftChangedError) -> Response:
    """Show both versions: the form with what was typed, and beside each field that differs what is saved."""
    if "X-Autosave" in request.headers:
        return changed_answer(request, error)
    differs = differing(error.stored.content or {}, error.sent)
    changed = {path: forms.values_of(error.stored.content or {}).get(path, "–") for path in differs}
    return show_form_of(request, shown, error.stored.draft_id, typed=error.sent, changed=changed, status=error.status)


@router.get("/editions/{edition_id}/drafts/{draft_id}/review", dependencies=[public], response_class=HTMLResponse)
async def show_review(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow, token: Token = "") -> Response:
    """Show what would be sent, what is still wrong or missing, and the boxes to tick."""
    try:
        verify(request, edition_id, draft_id, token)
        shown = await handlers.show_form(uow, edition_id, draft_id)
        if shown.draft is None or shown.draft.content is None:
            return lead_to(request, edition_id, draft_id, "form" if shown.draft is None else "status")
        return await show_review_of(request, uow, shown, shown.draft)
    except DomainError as error:
        return show_refusal(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/review", dependencies=[public], response_class=HTMLResponse)
async def send(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Send the draft as it was saved and looked at; refused, it stays as it was."""
    fields = await _fields(request)
    try:
        verify(request, edition_id, draft_id, _first(fields, "token"))
        shown = await handlers.show_form(uow, edition_id, draft_id)
        draft = shown.draft
        if draft is not None and draft.content is not None and draft.version == _version(fields):
            consents = [Consent("take_part", CONSENT_TEXT)] if "consent" in fields else []
            submission = Submission("undertaking" in fields, consents, LINK.name)
            try:
                await draft_submissions.submit_draft(uow, edition_id, draft_id, submission, LINK)
            except InvalidInputError as error:
                return await show_review_of(request, uow, shown, draft, problems=error.problems, status=422)
        elif draft is not None and draft.content is not None:
            return await show_review_of(request, uow, shown, draft, is_newer=True, status=409)
    except DomainError as error:
        return show_refusal(request, error)
    return lead_to(request, edition_id, draft_id, "status")


@router.get("/editions/{edition_id}/drafts/{draft_id}/status", dependencies=[public], response_class=HTMLResponse)
async def show_status(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow, token: Token = "") -> Response:
    """Show what became of the application, with its history."""
    try:
        verify(request, edition_id, draft_id, token)
        return await show_status_of(request, uow, edition_id, draft_id)
    except DomainError as error:
        return show_refusal(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/status", dependencies=[public], response_class=HTMLResponse)
async def act(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Take the application up again for a change, or withdraw it for a reason of the list."""
    fields = await _fields(request)
    try:
        verify(request, edition_id, draft_id, _first(fields, "token"))
        if _first(fields, "do") == "change":
            await draft_submissions.open_for_change(uow, edition_id, draft_id, LINK)
            return lead_to(request, edition_id, draft_id, "form")
        draft = await handlers.open_draft(uow, edition_id, draft_id, LINK)
        if _first(fields, "do") == "withdraw" and draft.application_id is not None:
            grounds = Grounds(_first(fields, "reason_code"), _first(fields, "note")[:1_000] or None)
            by = Amender(VENDOR, LINK.name)
            try:
                await withdrawals.withdraw_application(
                    uow, draft.application_id, by, grounds, draft_submissions.may_touch
                )
            except InvalidInputError as error:
                return await show_status_of(request, uow, edition_id, draft_id, problems=error.problems, status=422)
    except DomainError as error:
        return show_refusal(request, error)
    return lead_to(request, edition_id, draft_id, "status")


async def _fields(request: Request) -> Mapping[str, Sequence[str]]:
    """Return all values of each field of a form; files are left out."""
    sent = await request.form(max_fields=1_000, max_files=0)
    found: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if not isinstance(value, UploadFile):
            found.setdefault(name, []).append(value)
    return found


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _version(fields: Mapping[str, Sequence[str]]) -> int | None:
    typed = _first(fields, "version")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
