"""Drafts over HTTP: saved under an id that the client makes, with entity tags so that nothing newer is overwritten."""

import unicodedata
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from common.contracts.base import Code
from common.errors import FieldProblem, InvalidInputError
from common.tokens import Principal, Role
from common.web import Caller, Strict, Uow, allow, new_router
from registration.contents import Content
from registration.drafts import handlers, repository
from registration.drafts.domain import DraftChangedError, Saving
from registration.drafts.handlers import Holder, Seen
from registration.drafts.saving import changed_answer, room_of
from registration.drafts.signing import link_to
from registration.intake.api import ENTRY_EXAMPLE

router = new_router("drafts")


def _tidy(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


Typed = Annotated[str, BeforeValidator(_tidy), Field(max_length=2_000)] | None
"""What was typed, finished or not; null is nothing."""
TypedNumber = int | Annotated[str, BeforeValidator(_tidy), Field(max_length=30)] | None


class DraftVendor(Strict):
    legal_name: Typed = None
    trade_name: Typed = None
    vendor_type: Typed = None
    tax_id: Typed = None
    registration_number: Typed = None
    province_code: Typed = None
    country: Typed = None
    address: Typed = None
    representative: Typed = None


class DraftContact(Strict):
    display_name: Typed = None
    email: Typed = None
    phone: Typed = None
    language: Typed = None
    preferred_channels: Annotated[tuple[Typed, ...], Field(max_length=5)] | None = None
    may_be_told: Annotated[tuple[Typed, ...], Field(max_length=50)] | None = None


class DraftDecision(Strict):
    number: Typed = None
    notation: Typed = None
    issued_on: Typed = None
    level: Typed = None


class DraftCertificate(Strict):
    number: Typed = None
    issued_on: Typed = None
    revoked_on: Typed = None


class DraftProduct(Strict):
    name: Typed = None
    product_group: Typed = None
    stars: TypedNumber = None
    recognised_year: TypedNumber = None
    decision: DraftDecision | None = None
    certificate: DraftCertificate | None = None
    declared_class: Annotated[Typed, Field(alias="class")] = None
    processed_packaged: bool | None = None
    imported: bool | None = None
    origin: Typed = None


class DraftPaper(Strict):
    kind: Typed = None
    number: Typed = None
    issuer: Typed = None
    issued_on: Typed = None
    expires_on: Typed = None


class DraftWishes(Strict):
    zone_codes: Annotated[tuple[Typed, ...], Field(max_length=50)] | None = None
    corner: bool | None = None
    power: bool | None = None
    not_beside_group: Typed = None
    cooking: bool | None = None


class DraftContent(Strict):
    """An application as far as it is typed; every part may be missing, dates may be half a date."""

    vendor: DraftVendor | None = None
    contact: DraftContact | None = None
    products: Annotated[tuple[DraftProduct, ...], Field(max_length=50)] | None = None
    documents: Annotated[tuple[DraftPaper, ...], Field(max_length=100)] | None = None
    booths_wanted: TypedNumber = None
    wishes: DraftWishes | None = None
    brought_by: Typed = None

    def to_content(self) -> Content:
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class DraftEntry(Strict):
    """A save; ``save_key`` is made anew by the client for each save and kept when that save is sent again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"save_key": "2f1c-1", "content": {"vendor": ENTRY_EXAMPLE["vendor"]}}]}
    )

    save_key: Code
    content: DraftContent


class ProblemView(BaseModel):
    """What is wrong with a field, or that it is still empty, and what to do."""

    field: str
    code: str
    vi: str
    en: str

    @classmethod
    def of(cls, one: FieldProblem) -> "ProblemView":
        return cls(field=one.field, code=one.code, vi=one.vi, en=one.en)


class DraftView(BaseModel):
    """A draft: ``wrong`` are mistakes in what is filled in, ``missing`` what is still needed; neither stops a save.

    ``link`` opens the draft without signing in, on a phone say; whoever has it may do all that the vendor may.
    """

    draft_id: UUID
    edition_id: UUID
    version: int
    content: dict[str, Any] | None
    wrong: tuple[ProblemView, ...]
    missing: tuple[ProblemView, ...]
    saved_at: datetime
    deleted_after: datetime | None
    application_id: UUID | None
    vendor_id: UUID | None
    link: str | None


def view_of(request: Request, seen: Seen) -> DraftView:
    draft, settings = seen.draft, request.app.state.service.settings
    return DraftView(
        draft_id=draft.draft_id,
        edition_id=draft.edition_id,
        version=draft.version,
        content=None if draft.content is None else dict(draft.content),
        wrong=tuple(ProblemView.of(one) for one in seen.findings.wrong),
        missing=tuple(ProblemView.of(one) for one in seen.findings.missing),
        saved_at=draft.saved_at,
        deleted_after=draft.saved_at + timedelta(days=settings.draft_days) if draft.content is not None else None,
        application_id=draft.application_id,
        vendor_id=draft.vendor_id,
        link=link_to(request, draft.edition_id, draft.draft_id),
    )


def holder_of(caller: Principal) -> Holder:
    return Holder(caller.subject, caller.vendor_id)


def _to_version(tag: str | None) -> int | None:
    """Return the version that an entity tag names; raises InvalidInputError for one that is none of ours."""
    if tag is None:
        return None
    inner = tag.strip().removeprefix("W/").strip('"')
    if not (inner.isascii() and inner.isdigit() and len(inner) < 10):
        vi, en = 'If-Match phải là ETag đã nhận, ví dụ "3".', 'If-Match takes an ETag as given, such as "3".'
        raise InvalidInputError([FieldProblem("If-Match", "not_a_version", vi, en)])
    return int(inner)


def _answer(request: Request, response: Response, seen: Seen) -> DraftView:
    response.headers["ETag"] = f'"{seen.draft.version}"'
    return view_of(request, seen)


@router.put("/editions/{edition_id}/drafts/{draft_id}", dependencies=[allow(Role.VENDOR)], response_model=DraftView)
async def save_draft(
    request: Request,
    response: Response,
    edition_id: UUID,
    draft_id: UUID,
    entry: DraftEntry,
    uow: Uow,
    caller: Caller,
    if_match: Annotated[str | None, Header(description="ETag of the version typed over; none: a new draft")] = None,
) -> DraftView | JSONResponse:
    """Save what was typed so far, also half of it; the client makes the draft's id. 412: somebody saved since."""
    saving = Saving(entry.content.to_content(), entry.save_key, _to_version(if_match))
    try:
        seen = await handlers.save_draft(uow, edition_id, draft_id, saving, holder_of(caller), room_of(request))
        return _answer(request, response, seen)
    except DraftChangedError as error:
        return changed_answer(request, error)


@router.get("/editions/{edition_id}/drafts", dependencies=[allow(Role.VENDOR)])
async def list_drafts(request: Request, edition_id: UUID, uow: Uow, caller: Caller) -> list[DraftView]:
    """List the caller's drafts for an edition, oldest first."""
    found = await repository.list_drafts(uow.session, edition_id, caller.subject)
    return [view_of(request, await handlers.see_draft(uow, draft)) for draft in found]


@router.get("/editions/{edition_id}/drafts/{draft_id}", dependencies=[allow(Role.VENDOR)])
async def get_draft(
    request: Request, response: Response, edition_id: UUID, draft_id: UUID, uow: Uow, caller: Caller
) -> DraftView:
    """Return the caller's draft with its ETag."""
    draft = await handlers.open_draft(uow, edition_id, draft_id, holder_of(caller))
    return _answer(request, response, await handlers.see_draft(uow, draft))


@router.delete("/editions/{edition_id}/drafts/{draft_id}", status_code=204, dependencies=[allow(Role.VENDOR)])
async def discard_draft(edition_id: UUID, draft_id: UUID, uow: Uow, caller: Caller) -> None:
    """Delete a draft that was not sent, with all that was typed into it."""
    await handlers.discard_draft(uow, edition_id, draft_id, holder_of(caller))
