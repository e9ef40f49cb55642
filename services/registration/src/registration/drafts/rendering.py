"""Draws the producer's pages, and the signed links between them."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from common import links
from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, FieldProblem
from common.ids import new_id
from common.links import InvalidLinkError
from common.web import new_pages
from common.web.problems import problem
from registration.amendments import repository as amendments
from registration.applications.api import view_of
from registration.applications.domain import NEXT, STATE_NAMES, Application, ApplicationState
from registration.applications.repository import get_application
from registration.contents import Content, differing
from registration.draft_rooms.domain import Room, line_of
from registration.drafts import forms, handlers
from registration.drafts.domain import Draft, DraftChangedError
from registration.drafts.handlers import Shown
from registration.evidence.domain import KINDS
from registration.revisions.domain import MAY_CHANGE_ALL, NOT_TOLD_YET
from registration.withdrawals.domain import REASONS, VENDOR

VENDOR_TYPES = {
    "cooperative": "Hợp tác xã / Cooperative",
    "company": "Công ty, doanh nghiệp / Company",
    "cooperative_group": "Tổ hợp tác / Cooperative group",
    "household": "Hộ kinh doanh / Household business",
    "other": "Khác / Other",
}
LEVELS = {"central": "Trung ương", "province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã"}

LINK_PURPOSE = "open_draft"
ORIGIN_PURPOSE = "origin_of_draft"
pages = new_pages(__file__)


@cache
def _script() -> str:
    return (Path(__file__).parent / "templates" / "autosave.js").read_text(encoding="utf-8")


def _key(request: Request) -> str:
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    return key


def verify(request: Request, edition_id: UUID, draft_id: UUID, token: str) -> None:
    """Raise InvalidLinkError unless the token is that of this draft's link."""
    links.verify(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}", token)


def token_of(request: Request, edition_id: UUID, draft_id: UUID) -> str:
    """Return the token of a draft's link."""
    return links.sign(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}")


def link_to(request: Request, edition_id: UUID, draft_id: UUID) -> str | None:
    """Return the path of a draft's page with its signed token; None where no key is set."""
    if not request.app.state.service.settings.link_key.get_secret_value():
        return None
    token = token_of(request, edition_id, draft_id)
    return f"/registration/editions/{edition_id}/drafts/{draft_id}/form?token={token}"


def room_of(request: Request) -> Room:
    """Return how many drafts may lie unsent here."""
    settings = request.app.state.service.settings
    return Room(
        settings.drafts_per_contact, settings.drafts_per_edition, settings.drafts_per_hour, settings.drafts_per_address
    )


def origin_of(request: Request) -> str | None:
    """Return what tells apart from where drafts are begun, and does not tell the address to who has no key."""
    line = None if request.client is None else line_of(request.client.host)
    return None if line is None else links.sign(_key(request), ORIGIN_PURPOSE, line)


def changed_answer(request: Request, error: DraftChangedError) -> JSONResponse:
    """Return the refusal of a save with both versions and the fields in which they differ."""
    stored = dict(error.stored.content or {})
    answer = problem(
        request,
        status=error.status,
        code=error.code,
        vi=error.message_vi,
        en=str(error),
        problems=[FieldProblem("If-Match", error.code, error.message_vi, str(error))],
        stored={
            "version": error.stored.version,
            "saved_at": error.stored.saved_at.isoformat(),
            "content": stored,
        },
        sent={"content": dict(error.sent)},
        differing=differing(stored, error.sent),
    )
    answer.headers["ETag"] = f'"{error.stored.version}"'
    return answer


def refused_answer(request: Request, error: DomainError) -> JSONResponse:
    """Return the refusal of a save that the page made by itself."""
    return problem(request, status=error.status, code=error.code, vi=error.message_vi, en=error.message_en, problems=[])


def lead_to(request: Request, edition_id: UUID, draft_id: UUID, page: str, more: str = "") -> Response:
    """Lead on, so that loading the next page again sends nothing again; the address is relative to this one."""
    here = request.url.path.rstrip("/").rpartition("/")[0]
    base = here if here.endswith(str(draft_id)) else f"{here}/drafts/{draft_id}"
    token = token_of(request, edition_id, draft_id)
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return RedirectResponse(f"{base}/{page}?token={token}{more}", 303, headers)


def show_form_of(
    request: Request,
    shown: Shown,
    draft_id: UUID,
    *,
    typed: Content | None = None,
    problems: Sequence[FieldProblem] = (),
    changed: Mapping[str, str] | None = None,
    more: bool = False,
    mail: str = "",
    refusal: DomainError | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the form with what is typed (left out: what is saved), each mistake beside its field."""
    draft = shown.draft
    stored = (draft and draft.content) or {}
    content = stored if typed is None else typed
    count = len(content.get("products") or ())
    wrong = {one.field: one for one in (*shown.findings.wrong, *problems)}
    if refusal is not None and refusal.field:
        wrong[refusal.field] = FieldProblem(refusal.field, refusal.code, refusal.message_vi, refusal.message_en)
    return pages.render(
        "form.html",
        status,
        script=_script(),
        edition=shown.edition,
        token=token_of(request, shown.edition.edition_id, draft_id),
        version="" if draft is None else draft.version,
        save_key=str(new_id()),
        values=forms.values_of(content),
        kinds=forms.kinds_of(content),
        is_told=forms.is_told(content),
        products=max(1, count + (1 if more and count < forms.MOST_ADDED else 0)),
        may_add=count < forms.MOST_ADDED,
        wrong=wrong,
        changed=changed or {},
        frozen={
            field: moment.astimezone(VIETNAM)
            for field in shown.frozen
            if (moment := shown.plan[field].frozen_after) is not None
        },
        saved_at=None if draft is None else draft.saved_at.astimezone(VIETNAM),
        is_change=draft is not None and draft.application_id is not None,
        mail=mail,
        refusal=refusal,
        mails=request.app.state.service.settings.draft_mails,
        closes_at=shown.edition.closes_at.astimezone(VIETNAM),
        days=request.app.state.service.settings.draft_days,
        groups=shown.groups,
        provinces=shown.provinces,
        types=VENDOR_TYPES,
        levels=LEVELS,
        papers={kind: KINDS[kind] for kind in forms.PAPERS},
        link=str(request.url.replace(query="")) + f"?token={token_of(request, shown.edition.edition_id, draft_id)}",
        contact=_contact(request),
    )


async def show_review_of(
    request: Request,
    uow: UnitOfWork,
    shown: Shown,
    draft: Draft,
    *,
    problems: Sequence[FieldProblem] = (),
    is_newer: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """Return what would be sent, with what is still to be done."""
    found = [*shown.findings.wrong, *shown.findings.missing]
    known = {one.field for one in found}
    needs_consent = True
    if draft.application_id is not None:
        needs_consent = (await get_application(uow.session, draft.application_id)).state in NOT_TOLD_YET
    return pages.render(
        "review.html",
        status,
        edition=shown.edition,
        token=token_of(request, draft.edition_id, draft.draft_id),
        draft=draft,
        products=len((draft.content or {}).get("products") or ()),
        values=forms.values_of(draft.content or {}),
        kinds=[KINDS[kind] for kind in forms.PAPERS if kind in forms.kinds_of(draft.content or {})],
        found=found,
        refused=[one for one in problems if one.field not in known],
        label_of=forms.label_of,
        is_newer=is_newer,
        needs_consent=needs_consent,
        groups=shown.groups,
        provinces=shown.provinces,
        types=VENDOR_TYPES,
        contact=_contact(request),
    )


async def show_status_of(
    request: Request,
    uow: UnitOfWork,
    edition_id: UUID,
    draft_id: UUID,
    *,
    problems: Sequence[FieldProblem] = (),
    status: int = 200,
) -> Response:
    """Return what became of the application; a draft not sent yet leads back to its form."""
    shown = await handlers.show_form(uow, edition_id, draft_id)
    if shown.draft is None or shown.draft.application_id is None:
        return lead_to(request, edition_id, draft_id, "form")
    application = await get_application(uow.session, shown.draft.application_id)
    view = await view_of(uow, application)
    reply_by = application.reply_by_at
    lists = {
        "state": {state.value: names[0] for state, names in STATE_NAMES.items()},
        "vendor_type": VENDOR_TYPES,
        "province_code": shown.provinces,
        "product_group": shown.groups,
        "not_beside_group": shown.groups,
        "level": LEVELS,
    }
    return pages.render(
        "status.html",
        status,
        edition=shown.edition,
        token=token_of(request, edition_id, draft_id),
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
        label_of=forms.label_of,
        say_value=partial(forms.say_value, lists=lists),
        contact=_contact(request),
    )


def _says_why(application: Application) -> bool:
    """Tell whether the vendor was told reasons: what stands against an application is not shown before it is decided on."""
    return application.state in (ApplicationState.RETURNED, ApplicationState.REJECTED)


def show_refusal(request: Request, error: DomainError) -> HTMLResponse:
    """Return the page of a refusal, in both languages."""
    return pages.render("refused.html", error.status, vi=error.message_vi, en=str(error), contact=_contact(request))


def _contact(request: Request) -> str:
    return str(request.app.state.service.settings.organiser_contact)
