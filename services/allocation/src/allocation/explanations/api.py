"""Explanations over HTTP."""

from uuid import UUID

from pydantic import BaseModel

from allocation.explanations import handlers
from allocation.explanations.handlers import Asker
from common.tokens import Role
from common.web import Caller, Cursor, Limit, Page, Uow, allow, new_router, page_of
from common.web.models import decode_id_cursor

router = new_router("explanations")

STAFF = (Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR)


class FindingView(BaseModel):
    """A reason, or a change that alone would have given a place."""

    code: str
    vi: str
    en: str
    data: dict[str, str | int]


class ExplanationView(BaseModel):
    """Why an application has its place or none; ``changes`` are each enough alone.

    ``draw_key`` and ``draw_number`` are its own in the draw, told with the release: by its number who was refused finds its
    line in the public dossier, and by its key everybody can draw the number again.
    """

    application_id: UUID
    trade_name: str
    is_placed: bool
    reasons: list[FindingView]
    changes: list[FindingView]
    draw_key: str | None = None
    draw_number: int | None = None


@router.get("/runs/{run_id}/explanations", dependencies=[allow(*STAFF)])
async def list_explanations(run_id: UUID, uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[ExplanationView]:
    """List why each application of a run has its place or none, by application; empty until they are found."""
    found = await handlers.list_explanations(uow, run_id, decode_id_cursor(cursor), limit + 1)
    return page_of([ExplanationView.model_validate(each) for each in found], limit, lambda view: view.application_id)


@router.get("/applications/{application_id}/explanation", dependencies=[allow(Role.VENDOR, Role.PROVINCE, *STAFF)])
async def read_explanation(application_id: UUID, uow: Uow, caller: Caller) -> ExplanationView:
    """Return why an application has its place or none in the released run; a vendor and a province see their own."""
    asker = Asker(caller.vendor_id, caller.province_code, is_staff=caller.role in STAFF)
    return ExplanationView.model_validate(await handlers.explain_application(uow, application_id, asker))
