"""The producer's pages behind a signed link: fill in, save, look again, send, see what became of it, change, withdraw.

They work without JavaScript and are drawn for a phone 360 pixels wide. Whoever has the link may do all that it shows.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from common import links
from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, FieldProblem, InvalidInputError
from common.ids import new_id
from common.links import InvalidLinkError
from common.web import Uow, new_pages, new_router, public
from registration.amendments import repository as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications.api import ApplicationView, view_of
from registration.applications.domain import NEXT, STATE_NAMES, Application, ApplicationState
from registration.applications.handlers import Submission
from registration.applications.repository import Consent, get_application
from registration.contents import Content, differing
from registration.drafts import forms, handlers
from registration.drafts.api import LINK_PURPOSE, changed_answer
from registration.drafts.domain import Draft, DraftChangedError, Saving
from registration.drafts.handlers import Holder, Seen, Shown
from registration.evidence.domain import KINDS
from registration.freezes.domain import FIELDS
from registration.revisions.domain import MAY_CHANGE_ALL, NOT_TOLD_YET
from registration.withdrawals import handlers as withdrawals
from registration.withdrawals.domain import REASONS, VENDOR

MAX_TOKEN = 200
CONSENT_TEXT = "link-1"
"""The version of the words beside the boxes of ``review.html``; other words are another version."""
VENDOR_TYPES = {
    "cooperative": "Hợp tác xã / Cooperative",
    "company": "Công ty, doanh nghiệp / Company",
    "cooperative_group": "Tổ hợp tác / Cooperative group",
    "household": "Hộ kinh doanh / Household business",
    "other": "Khác / Other",
}
LEVELS = {"central": "Trung ương", "province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã"}
LINK = Holder()

router = new_router("drafts")
pages = new_pages(__file__)

Token = Annotated[str, Query(max_length=MAX_TOKEN)]


@cache
def _script() -> str:
    return (Path(__file__).parent / "templates" / "autosave.js").read_text(encoding="utf-8")


@router.get("/editions/{edition_id}/self-registration", dependencies=[public], response_class=RedirectResponse)
async def begin(request: Request, edition_id: UUID) -> Response:
    """Lead to an empty form with a link of its own; nothing is stored before it is saved."""
    return _to(request, edition_id, new_id(), "form")


@router.get("/editions/{edition_id}/drafts/{draft_id}/form", dependencies=[public], response_class=HTMLResponse)
async def show_form(
    request: Request,
    edition_id: UUID,
    draft_id: UUID,
    uow: Uow,
    token: Token = "",
    more: Annotated[int, Query(ge=0, le=1)] = 0,
) -> Response:
    """Show the form with what was saved; once it was sent, what became of it. ``more`` adds an empty product."""
    try:
        _verify(request, edition_id, draft_id, token)
        shown = await handlers.show_form(uow, edition_id, draft_id)
        if shown.draft is not None and shown.draft.content is None:
            return _to(request, edition_id, draft_id, "status")
        return _form(request, uow, shown, draft_id, more=bool(more))
    except DomainError as error:
        return _refused(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/form", dependencies=[public], response_class=HTMLResponse)
async def save_form(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Save what was typed, also by the page itself while it is typed; a newer version is never overwritten."""
    fields = await _fields(request)
    try:
        _verify(request, edition_id, draft_id, _first(fields, "token"))
        shown = await handlers.show_form(uow, edition_id, draft_id)
        content = forms.read_form(fields, (shown.draft and shown.draft.content) or {})
        try:
            saving = Saving(content, _first(fields, "save_key"), _version(fields))
            seen = await handlers.save_draft(uow, edition_id, draft_id, saving, LINK)
        except DraftChangedError as error:
            return _changed(request, uow, shown, error)
        except InvalidInputError as error:
            return _form(request, uow, shown, draft_id, typed=content, problems=error.problems, status=422)
    except DomainError as error:
        return _refused(request, error)
    return _saved(request, seen, _first(fields, "do"))


def _saved(request: Request, seen: Seen, what: str) -> Response:
    draft = seen.draft
    if "X-Autosave" in request.headers:
        at = draft.saved_at.astimezone(VIETNAM)
        told = f"Đã lưu lúc {at:%H:%M}. Saved."
        return JSONResponse({"version": draft.version, "save_key": str(new_id()), "vi": told})
    page = "review" if what == "review" else "form"
    return _to(request, draft.edition_id, draft.draft_id, page, "&more=1#last" if what == "add" else "")


def _changed(request: Request, uow: UnitOfWork, shown: Shown, error: DraftChangedError) -> Response:
    """Show both versions: the form with what was typed, and beside each field that differs what is saved."""
    if "X-Autosave" in request.headers:
        return changed_answer(request, error)
    differs = differing(error.stored.content or {}, error.sent)
    changed = {path: forms.values_of(error.stored.content or {}).get(path, "–") for path in differs}
    return _form(request, uow, shown, error.stored.draft_id, typed=error.sent, changed=changed, status=error.status)


@router.get("/editions/{edition_id}/drafts/{draft_id}/review", dependencies=[public], response_class=HTMLResponse)
async def show_review(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow, token: Token = "") -> Response:
    """Show what would be sent, what is still wrong or missing, and the boxes to tick."""
    try:
        _verify(request, edition_id, draft_id, token)
        shown = await handlers.show_form(uow, edition_id, draft_id)
        if shown.draft is None or shown.draft.content is None:
            return _to(request, edition_id, draft_id, "form" if shown.draft is None else "status")
        return await _review(request, uow, shown, shown.draft)
    except DomainError as error:
        return _refused(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/review", dependencies=[public], response_class=HTMLResponse)
async def send(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Send the draft as it was saved and looked at; refused, it stays as it was."""
    fields = await _fields(request)
    try:
        _verify(request, edition_id, draft_id, _first(fields, "token"))
        shown = await handlers.show_form(uow, edition_id, draft_id)
        draft = shown.draft
        if draft is not None and draft.content is not None and draft.version == _version(fields):
            consents = [Consent("take_part", CONSENT_TEXT)] if "consent" in fields else []
            submission = Submission("undertaking" in fields, consents, LINK.name)
            try:
                await handlers.submit_draft(uow, edition_id, draft_id, submission, LINK)
            except InvalidInputError as error:
                return await _review(request, uow, shown, draft, problems=error.problems, status=422)
        elif draft is not None and draft.content is not None:
            return await _review(request, uow, shown, draft, is_newer=True, status=409)
    except DomainError as error:
        return _refused(request, error)
    return _to(request, edition_id, draft_id, "status")


@router.get("/editions/{edition_id}/drafts/{draft_id}/status", dependencies=[public], response_class=HTMLResponse)
async def show_status(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow, token: Token = "") -> Response:
    """Show what became of the application, with its history."""
    try:
        _verify(request, edition_id, draft_id, token)
        return await _status(request, uow, edition_id, draft_id)
    except DomainError as error:
        return _refused(request, error)


@router.post("/editions/{edition_id}/drafts/{draft_id}/status", dependencies=[public], response_class=HTMLResponse)
async def act(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow) -> Response:
    """Take the application up again for a change, or withdraw it for a reason of the list."""
    fields = await _fields(request)
    try:
        _verify(request, edition_id, draft_id, _first(fields, "token"))
        if _first(fields, "do") == "change":
            await handlers.open_for_change(uow, edition_id, draft_id, LINK)
            return _to(request, edition_id, draft_id, "form")
        draft = await handlers.open_draft(uow, edition_id, draft_id, LINK)
        if _first(fields, "do") == "withdraw" and draft.application_id is not None:
            grounds = Grounds(_first(fields, "reason_code"), _first(fields, "note")[:1_000] or None)
            by = Amender(VENDOR, LINK.name)
            try:
                await withdrawals.withdraw_application(uow, draft.application_id, by, grounds, handlers.may_touch)
            except InvalidInputError as error:
                return await _status(request, uow, edition_id, draft_id, problems=error.problems, status=422)
    except DomainError as error:
        return _refused(request, error)
    return _to(request, edition_id, draft_id, "status")


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


def _key(request: Request) -> str:
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    return key


def _verify(request: Request, edition_id: UUID, draft_id: UUID, token: str) -> None:
    links.verify(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}", token)


def _token(request: Request, edition_id: UUID, draft_id: UUID) -> str:
    return links.sign(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}")


def _to(request: Request, edition_id: UUID, draft_id: UUID, page: str, more: str = "") -> Response:
    """Lead on, so that loading the next page again sends nothing again; the address is relative to this one."""
    here = request.url.path.rstrip("/").rpartition("/")[0]
    base = here if here.endswith(str(draft_id)) else f"{here}/drafts/{draft_id}"
    token = _token(request, edition_id, draft_id)
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return RedirectResponse(f"{base}/{page}?token={token}{more}", 303, headers)


def _form(
    request: Request,
    uow: UnitOfWork,
    shown: Shown,
    draft_id: UUID,
    *,
    typed: Content | None = None,
    problems: Sequence[FieldProblem] = (),
    changed: Mapping[str, str] | None = None,
    more: bool = False,
    status: int = 200,
) -> HTMLResponse:
    draft = shown.draft
    stored = (draft and draft.content) or {}
    content = stored if typed is None else typed
    count = len(content.get("products") or ())
    wrong = {one.field: one for one in (*shown.findings.wrong, *problems)}
    return pages.render(
        "form.html",
        status,
        script=_script(),
        edition=shown.edition,
        token=_token(request, shown.edition.edition_id, draft_id),
        version="" if draft is None else draft.version,
        save_key=str(new_id()),
        values=forms.values_of(content),
        kinds=forms.kinds_of(content),
        is_told=forms.is_told(content),
        products=max(1, count + (1 if more and count < forms.MOST_PRODUCTS else 0)),
        may_add=count < forms.MOST_PRODUCTS,
        wrong=wrong,
        changed=changed or {},
        frozen={field: shown.plan[field].frozen_after.astimezone(VIETNAM) for field in shown.frozen},  # type: ignore[union-attr]
        saved_at=None if draft is None else draft.saved_at.astimezone(VIETNAM),
        is_change=draft is not None and draft.application_id is not None,
        closes_at=shown.edition.closes_at.astimezone(VIETNAM),
        days=request.app.state.service.settings.draft_days,
        groups=shown.groups,
        provinces=shown.provinces,
        types=VENDOR_TYPES,
        levels=LEVELS,
        papers={kind: KINDS[kind] for kind in forms.PAPERS},
        link=str(request.url.replace(query="")) + f"?token={_token(request, shown.edition.edition_id, draft_id)}",
        contact=_contact(request),
    )


async def _review(
    request: Request,
    uow: UnitOfWork,
    shown: Shown,
    draft: Draft,
    *,
    problems: Sequence[FieldProblem] = (),
    is_newer: bool = False,
    status: int = 200,
) -> HTMLResponse:
    found = [*shown.findings.wrong, *shown.findings.missing]
    known = {one.field for one in found}
    needs_consent = True
    if draft.application_id is not None:
        needs_consent = (await get_application(uow.session, draft.application_id)).state in NOT_TOLD_YET
    return pages.render(
        "review.html",
        status,
        edition=shown.edition,
        token=_token(request, draft.edition_id, draft.draft_id),
        draft=draft,
        content=draft.content,
        values=forms.values_of(draft.content or {}),
        kinds=[KINDS[kind] for kind in forms.PAPERS if kind in forms.kinds_of(draft.content or {})],
        found=found,
        refused=[one for one in problems if one.field not in known],
        names=FIELDS,
        is_newer=is_newer,
        needs_consent=needs_consent,
        groups=shown.groups,
        provinces=shown.provinces,
        types=VENDOR_TYPES,
        contact=_contact(request),
    )


async def _status(
    request: Request,
    uow: UnitOfWork,
    edition_id: UUID,
    draft_id: UUID,
    *,
    problems: Sequence[FieldProblem] = (),
    status: int = 200,
) -> Response:
    shown = await handlers.show_form(uow, edition_id, draft_id)
    if shown.draft is None or shown.draft.application_id is None:
        return _to(request, edition_id, draft_id, "form")
    application = await get_application(uow.session, shown.draft.application_id)
    view: ApplicationView = await view_of(uow, application)
    reply_by = application.reply_by_at
    return pages.render(
        "status.html",
        status,
        edition=shown.edition,
        token=_token(request, edition_id, draft_id),
        view=view,
        state=STATE_NAMES[application.state],
        reasons=view.evaluation.reasons if view.evaluation and _says_why(application) else (),
        reply_by=reply_by.astimezone(VIETNAM) if reply_by else None,
        submitted_at=application.submitted_at.astimezone(VIETNAM) if application.submitted_at else None,
        may_change=application.state in MAY_CHANGE_ALL,
        is_open=shown.draft.content is not None,
        may_withdraw=ApplicationState.WITHDRAWN in NEXT[application.state],
        withdrawal={code: one for code, one in REASONS.items() if VENDOR in one.given_by},
        history=await amendments.list_amendments(uow.session, application.application_id),
        zone=VIETNAM,
        problems=problems,
        contact=_contact(request),
    )


def _says_why(application: Application) -> bool:
    """Tell whether the vendor was told reasons: what stands against an application is not shown before it is decided on."""
    return application.state in (ApplicationState.RETURNED, ApplicationState.REJECTED)


def _refused(request: Request, error: DomainError) -> HTMLResponse:
    return pages.render("refused.html", error.status, vi=error.message_vi, en=str(error), contact=_contact(request))


def _contact(request: Request) -> str:
    return str(request.app.state.service.settings.organiser_contact)
