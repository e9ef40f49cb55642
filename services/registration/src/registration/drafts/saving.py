"""A save over HTTP: how many drafts may lie unsent, and what is answered to whoever saved without a page."""

from fastapi import Request
from fastapi.responses import JSONResponse

from common.calendar import VIETNAM
from common.errors import DomainError, FieldProblem
from common.ids import new_id
from common.web.problems import problem
from registration.contents import differing
from registration.draft_rooms.domain import Room
from registration.drafts.domain import DraftChangedError
from registration.drafts.handlers import Seen
from registration.drafts.rendering import reader_of_draft


def room_of(request: Request) -> Room:
    """Return how many drafts may lie unsent here."""
    settings = request.app.state.service.settings
    return Room(
        settings.drafts_per_contact, settings.drafts_per_edition, settings.drafts_per_hour, settings.drafts_per_address
    )


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
        told=reader_of_draft(request).say(error.message_vi, str(error)),
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
    vi, en = error.message_vi, error.message_en
    told = reader_of_draft(request).say(vi, en)
    return problem(request, status=error.status, code=error.code, vi=vi, en=en, problems=[], told=told)


def told_answer(request: Request, seen: Seen) -> JSONResponse:
    """Return what the page says of a save that it made by itself."""
    at = seen.draft.saved_at.astimezone(VIETNAM)
    told = reader_of_draft(request, seen.draft.content).say("Đã lưu lúc {at}.", "Saved at {at}.", at=f"{at:%H:%M}")
    return JSONResponse({"version": seen.draft.version, "save_key": str(new_id()), "told": told})
