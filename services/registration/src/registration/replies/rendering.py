"""Draws the page of an application, and its signed link."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from common import links
from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, FieldProblem
from common.links import InvalidLinkError
from common.web import new_pages
from common.web.problems import refusal_page
from common.web.readers import reader_of
from registration.applications.api import view_of
from registration.applications.domain import NEXT, ApplicationState
from registration.drafts import rendering as drafts
from registration.drafts import wording
from registration.drafts.domain import Draft
from registration.drafts.signing import token_of
from registration.evidence.domain import KINDS, PERSONAL_POLICY
from registration.replies import handlers
from registration.replies.forms import MOST_BODY_BYTES, MOST_PAPERS, OF_PAPER, STARS, typed_in
from registration.withdrawals.domain import REASONS, VENDOR

LINK_PURPOSE = "open_application"
DONE = {
    "paper": ("Đã nhận giấy tờ. Khi đã đủ, hãy bấm “Nộp lại hồ sơ”.", "The paper is in. When all are, hand in again."),
    "renew": (
        "Đã ghi nhận giấy chứng nhận mới theo khai báo; Ban Tổ chức sẽ đối chiếu với tệp đã gửi.",
        "The new certificate is entered as you stated it; the organiser looks at the file.",
    ),
    "submit": ("Đã nộp hồ sơ.", "The application is handed in."),
    "appeal": ("Đã nhận khiếu nại.", "The appeal is in."),
}
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
pages = new_pages(__file__, drafts.__file__)


def _key(request: Request) -> str:
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    return key


def verify(request: Request, application_id: UUID, token: str) -> None:
    """Raise InvalidLinkError unless the token is that of this application's link."""
    links.verify(_key(request), LINK_PURPOSE, str(application_id), token)


def lead_on(request: Request, application_id: UUID, done: str) -> Response:
    """Lead to the page anew, so that loading it again sends nothing again; the address is relative to this one."""
    token = links.sign(_key(request), LINK_PURPOSE, str(application_id))
    said = f"&done={done}" if done in DONE else ""
    return RedirectResponse(f"status?token={token}{said}", 303, HEADERS)


def lead_to_draft(request: Request, draft: Draft) -> Response:
    """Lead to the form in which the rest is put right, by its own link."""
    token = token_of(request, draft.edition_id, draft.draft_id)
    form = f"../../editions/{draft.edition_id}/drafts/{draft.draft_id}/form?token={token}"
    return RedirectResponse(form, 303, HEADERS)


async def show_status_of(
    request: Request,
    uow: UnitOfWork,
    application_id: UUID,
    *,
    done: str = "",
    typed: FormData | None = None,
    problems: Sequence[FieldProblem] = (),
    status: int = 200,
) -> HTMLResponse:
    """Return the page of an application; after a refusal with what was typed, and each mistake."""
    standing = await handlers.look(uow, application_id)
    application, edition = standing.application, standing.edition
    view = await view_of(uow, application)
    is_told = application.state in (ApplicationState.RETURNED, ApplicationState.REJECTED)
    token = links.sign(_key(request), LINK_PURPOSE, str(application_id))
    reader = reader_of(request, standing.language, token=token)
    lists = wording.lists_of(standing.groups, standing.provinces, reader)
    of_edition = wording.say_standing(edition.state, reader.say)
    return pages.render(
        "application.html",
        status,
        reader=reader,
        edition=edition,
        standing=of_edition,
        token=token,
        view=view,
        state=wording.say_state(application.state, reader.say),
        reasons=view.evaluation.reasons if view.evaluation and is_told else (),
        takes_papers=standing.is_awaited,
        reply_by=None if of_edition.is_over else application.reply_by_at,
        stands_still=edition.suspended_at is not None,
        renewable=standing.renewable,
        levels=wording.say_all(wording.LEVELS, reader.say),
        stars=STARS,
        appeal=None if of_edition.is_over else standing.appeal,
        appeal_until=standing.appeal_until,
        may_withdraw=ApplicationState.WITHDRAWN in NEXT[application.state] and not of_edition.is_over,
        withdrawal={code: one for code, one in REASONS.items() if VENDOR in one.given_by},
        reasons_withdrawn=REASONS,
        papers=standing.papers,
        history=standing.history,
        kinds=KINDS,
        policy=PERSONAL_POLICY,
        done=DONE.get(done),
        typed=typed_in(typed or FormData()),
        untyped=dict.fromkeys(OF_PAPER, ""),
        most_papers=MOST_PAPERS,
        most_megabytes=MOST_BODY_BYTES >> 20,
        problems=problems,
        zone=VIETNAM,
        label_of=partial(wording.label_of, say=reader.say),
        say_value=partial(wording.say_value, lists=lists, say=reader.say),
        say_who=partial(wording.say_who, say=reader.say),
        say_reason=partial(wording.say_reason, say=reader.say),
        contact=_contact(request),
    )


def show_refusal(request: Request, error: DomainError) -> HTMLResponse:
    """Return the page of a refusal."""
    return refusal_page(request, error.status, error.message_vi, str(error))


def _contact(request: Request) -> str:
    return str(request.app.state.service.settings.organiser_contact)
