"""Nominations over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.errors import ForbiddenError
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router
from registration.intake.api import ENTRY_EXAMPLE, ApplicationEntry
from registration.nominations import handlers
from registration.nominations.handlers import NominationList
from registration.papers.api import PAPER_EXAMPLE, PaperEntry

router = new_router("nominations")


class RankedEntry(ApplicationEntry):
    """One vendor of the list; rank 1 is named first."""

    rank: int


class NominationEntry(Strict):
    """A province's list, with the letter that carries it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agency_code": "hg.snn",
                    "legal_document": {**PAPER_EXAMPLE, "type": "CV", "number": "215", "notation": "SNN-PTNT"},
                    "rows": [{"rank": 1, **ENTRY_EXAMPLE}],
                }
            ]
        }
    )

    agency_code: Code
    legal_document: PaperEntry | None = None
    rows: Annotated[list[RankedEntry], Field(min_length=1, max_length=500)]


class RowView(BaseModel):
    rank: int
    application_id: UUID
    vendor_id: UUID
    state: str


class NominationView(BaseModel):
    """The drafts that a list became; each vendor hands in itself."""

    nomination_id: UUID
    rows: list[RowView]


@router.post("/editions/{edition_id}/nominations", status_code=201, dependencies=[allow(Role.PROVINCE)])
async def nominate(edition_id: UUID, entry: NominationEntry, uow: Uow, caller: Caller) -> NominationView:
    """Nominate vendors: the whole list is stored, or nothing and every mistake is told."""
    if caller.agency_code != entry.agency_code:
        raise ForbiddenError(
            "Chỉ đề cử nhân danh cơ quan mình.", "A list is handed in by its own agency.", field="agency_code"
        )
    entries = [row.to_entry(f"rows[{place}].", row.rank) for place, row in enumerate(entry.rows)]
    nominated = NominationList(entry.agency_code, caller.province_code, entry.legal_document, entries)
    drafts = await handlers.nominate_vendors(uow, edition_id, nominated)
    rows = [RowView.model_validate(draft, from_attributes=True) for draft in drafts]
    return NominationView(nomination_id=drafts[0].nomination_id or edition_id, rows=rows)
