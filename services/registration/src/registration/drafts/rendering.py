"""Draws the producer's pages."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, FieldProblem
from common.ids import new_id
from common.languages import LANGUAGES
from common.web import new_pages
from common.web.problems import refusal_page
from common.web.readers import Reader, Say, reader_of
from registration.agencies.domain import Agency
from registration.amendments import repository as amendments
from registration.applications.api import view_of
from registration.applications.domain import NEXT, Application, ApplicationState
from registration.applications.repository import get_application
from registration.contents import Content
from registration.drafts import forms, handlers, wording
from registration.drafts.domain import Draft
from registration.drafts.handlers import Shown
from registration.drafts.signing import lead_to, token_of
from registration.editions.states import EditionState
from registration.evidence.domain import KINDS
from registration.revisions.domain import MAY_CHANGE_ALL, NOT_TOLD_YET
from registration.vendors.repository import find_contact
from registration.withdrawals.domain import REASONS, VENDOR

pages = new_pages(__file__)


@cache
def _script() -> str:
    return (Path(__file__).parent / "templates" / "autosave.js").read_text(encoding="utf-8")


def reader_of_draft(request: Request, content: Content | None = None, **address: str) -> Reader:
    """Return who reads a draft's pages: in the language chosen on them, else in that of its notices."""
    own = ((content or {}).get("contact") or {}).get("language")
    return reader_of(request, str(own) if own else None, **address)


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
    token = token_of(request, shown.edition.edition_id, draft_id)
    reader = reader_of_draft(request, stored, token=token)
    country = str((content.get("vendor") or {}).get("country") or wording.HOME_OF.get(reader.language, "VN"))
    return pages.render(
        "form.html",
        status,
        reader=reader,
        script=_script(),
        edition=shown.edition,
        standing=wording.say_standing(
            shown.edition.state, reader.say, is_form=draft is None or not draft.application_id
        ),
        token=token,
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
        groups=wording.say_groups(shown.groups, reader.say),
        provinces=shown.provinces,
        country=country,
        is_abroad=country != "VN",
        countries=wording.countries_in(reader.language),
        bodies=_names_of(shown.bodies, reader.say),
        languages=LANGUAGES,
        types=wording.say_all(wording.VENDOR_TYPES, reader.say),
        levels=wording.say_all(wording.LEVELS, reader.say),
        papers={kind: reader.say(*KINDS[kind]) for kind in forms.PAPERS},
        abroad_papers=forms.ABROAD_PAPERS,
        home_papers=forms.HOME_PAPERS,
        link=str(request.url.replace(query="")) + f"?token={token}",
        contact=_contact(request),
    )


def _names_of(bodies: Sequence[Agency], say: Say) -> dict[str, str]:
    """Return the bodies that bring foreign vendors, by their codes."""
    return {one.agency_code: say(one.name_vi, one.name_en or one.name_vi) for one in bodies}


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
    token, content = token_of(request, draft.edition_id, draft.draft_id), draft.content or {}
    reader = reader_of_draft(request, content, token=token)
    return pages.render(
        "review.html",
        status,
        reader=reader,
        edition=shown.edition,
        standing=wording.say_standing(shown.edition.state, reader.say, is_form=not draft.application_id),
        may_send=bool(draft.application_id) or shown.edition.state is not EditionState.SUSPENDED,
        token=token,
        draft=draft,
        products=len(content.get("products") or ()),
        values=forms.values_of(content),
        is_abroad=forms.is_abroad(content),
        countries=wording.countries_in(reader.language),
        bodies=_names_of(shown.bodies, reader.say),
        kinds=[reader.say(*KINDS[kind]) for kind in forms.PAPERS if kind in forms.kinds_of(content)],
        found=found,
        refused=[one for one in problems if one.field not in known],
        label_of=partial(wording.label_of, say=reader.say),
        is_newer=is_newer,
        needs_consent=needs_consent,
        groups=wording.say_groups(shown.groups, reader.say),
        provinces=shown.provinces,
        types=wording.say_all(wording.VENDOR_TYPES, reader.say),
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
    token = token_of(request, edition_id, draft_id)
    contact = await find_contact(uow.session, application.vendor_id)
    reader = reader_of(request, contact and contact.language, token=token)
    lists = wording.lists_of(shown.groups, shown.provinces, reader)
    standing = wording.say_standing(shown.edition.state, reader.say)
    return pages.render(
        "status.html",
        status,
        reader=reader,
        edition=shown.edition,
        standing=standing,
        token=token,
        view=view,
        state=wording.say_state(application.state, reader.say),
        reasons=view.evaluation.reasons if view.evaluation and _says_why(application) else (),
        reply_by=None if standing.is_over else application.reply_by_at,
        submitted_at=application.submitted_at,
        may_change=application.state in MAY_CHANGE_ALL and not standing.is_over,
        is_open=shown.draft.content is not None and not standing.is_over,
        may_withdraw=ApplicationState.WITHDRAWN in NEXT[application.state] and not standing.is_over,
        withdrawal={code: one for code, one in REASONS.items() if VENDOR in one.given_by},
        reasons_withdrawn=REASONS,
        history=await amendments.list_amendments(uow.session, application.application_id),
        zone=VIETNAM,
        problems=problems,
        label_of=partial(wording.label_of, say=reader.say),
        say_value=partial(wording.say_value, lists=lists, say=reader.say),
        say_who=partial(wording.say_who, say=reader.say),
        say_reason=partial(wording.say_reason, say=reader.say),
        contact=_contact(request),
    )


def _says_why(application: Application) -> bool:
    """Tell whether the vendor was told reasons: what stands against an application is not shown before it is decided on."""
    return application.state in (ApplicationState.RETURNED, ApplicationState.REJECTED)


def show_refusal(request: Request, error: DomainError) -> HTMLResponse:
    """Return the page of a refusal."""
    return refusal_page(request, error.status, error.message_vi, str(error))


def _contact(request: Request) -> str:
    return str(request.app.state.service.settings.organiser_contact)
