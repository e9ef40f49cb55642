"""Milestones of an edition over HTTP, one address per act."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from common.tokens import Role
from common.web import Strict, Uow, allow, new_router
from registration.editions.api import EditionView, PeriodEntry
from registration.editions.reasons import EditionReason
from registration.milestones import handlers
from registration.papers.api import PAPER_EXAMPLE, PaperEntry

router = new_router("milestones")


class Approval(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"legal_document": PAPER_EXAMPLE}]})

    legal_document: PaperEntry | None = None


class ReportingPaper(Strict):
    """The result report as it was issued: number, notation, date."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"legal_document": {**PAPER_EXAMPLE, "type": "BC"}}]})

    legal_document: PaperEntry | None = None


class Nothing(Strict):
    """No fields."""


class Reopening(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason_code": "too_few_vendors"}]})

    reason_code: EditionReason
    closes_at: AwareDatetime | None = None


class Ending(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"actual": {"from": "2020-10-09", "to": "2020-10-12"}}]})

    actual: PeriodEntry | None = None


@router.post("/editions/{edition_id}/approval", dependencies=[allow(Role.ORGANISER)])
async def approve(edition_id: UUID, entry: Approval, uow: Uow) -> EditionView:
    """Approve and announce an edition by its paper."""
    return EditionView.of(await handlers.approve_edition(uow, edition_id, entry.legal_document))


@router.post("/editions/{edition_id}/opening", dependencies=[allow(Role.ORGANISER)])
async def open_registration(edition_id: UUID, uow: Uow, _entry: Nothing | None = None) -> EditionView:
    """Open the registration."""
    return EditionView.of(await handlers.open_registration(uow, edition_id))


@router.post("/editions/{edition_id}/reopening", dependencies=[allow(Role.ORGANISER)])
async def reopen_registration(edition_id: UUID, entry: Reopening, uow: Uow) -> EditionView:
    """Open a closed registration again."""
    return EditionView.of(await handlers.reopen_registration(uow, edition_id, entry.reason_code, entry.closes_at))


@router.post("/editions/{edition_id}/publication", dependencies=[allow(Role.ORGANISER)])
async def publish_allocation(edition_id: UUID, uow: Uow, _entry: Nothing | None = None) -> EditionView:
    """Record that the places are released."""
    return EditionView.of(await handlers.publish_allocation(uow, edition_id))


@router.post("/editions/{edition_id}/readiness", dependencies=[allow(Role.ORGANISER)])
async def make_ready(edition_id: UUID, uow: Uow, _entry: Nothing | None = None) -> EditionView:
    """Record that the street is ready."""
    return EditionView.of(await handlers.make_ready(uow, edition_id))


@router.post("/editions/{edition_id}/start", dependencies=[allow(Role.ORGANISER)])
async def start_edition(edition_id: UUID, uow: Uow, _entry: Nothing | None = None) -> EditionView:
    """Begin the first official day."""
    return EditionView.of(await handlers.start_edition(uow, edition_id))


@router.post("/editions/{edition_id}/end", dependencies=[allow(Role.ORGANISER)])
async def end_edition(edition_id: UUID, uow: Uow, entry: Ending | None = None) -> EditionView:
    """End the edition; without days held the planned ones count, as far as they have come."""
    actual = entry.actual.to_days() if entry and entry.actual else None
    return EditionView.of(await handlers.end_edition(uow, edition_id, actual))


@router.post("/editions/{edition_id}/report", dependencies=[allow(Role.ORGANISER)])
async def report_edition(edition_id: UUID, entry: ReportingPaper, uow: Uow) -> EditionView:
    """Record the issued result report of a closed edition; its state is final then."""
    return EditionView.of(await handlers.report_edition(uow, edition_id, entry.legal_document))
