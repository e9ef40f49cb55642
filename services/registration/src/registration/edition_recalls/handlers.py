"""Folds back what was told of editions: their events carry all that there is to know of them, but a new end of intake."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from common.calendar import VIETNAM
from common.contracts.base import LegalDocument, LocalText, Period
from common.contracts.registration import (
    EditionAnnounced,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)
from common.delivery.settling import REAPPLIED, Settled, by_hand, told_at
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import repository as applications
from registration.edition_recalls import domain
from registration.editions import repository
from registration.editions.domain import Days, Edition, QuotaBounds, Text
from registration.editions.states import Act, EditionState
from registration.freezes import handlers as freezes
from registration.papers import handlers as papers


async def recall_announcement(uow: UnitOfWork, event: EditionAnnounced) -> Settled:
    """Make an edition what it was announced as, also where it was planned after the backup."""
    edition = _to_edition(event)
    if await repository.find_edition(uow.session, event.edition_id) is None:
        await repository.add_edition(uow.session, edition)
        repository.add_schedule(uow.session, edition, None, None, told_at(uow))
    else:
        await repository.save_edition(uow.session, edition)
    await _record(uow, edition, Act.APPROVE, None, event.legal_document)
    return REAPPLIED


def _to_edition(event: EditionAnnounced) -> Edition:
    return Edition(
        edition_id=event.edition_id,
        code=event.code,
        name=_to_text(event.name),
        theme_region=event.theme_region.value,
        theme_province_codes=event.theme_province_codes,
        province_register=event.province_register or "",
        venue_name=_to_text(event.venue.name),
        venue_province_code=event.venue.province_code,
        planned=_to_days(event.planned),
        official_days=event.official_days,
        booth_target=event.booth_target,
        opens_at=event.registration.opens_at,
        closes_at=event.registration.closes_at,
        host_agency_codes=event.host_agency_codes,
        executing_agency_codes=event.executing_agency_codes,
        allocation_policy=event.allocation_policy.value,
        quotas=tuple(QuotaBounds(one.dimension.value, one.code, one.floor, one.ceiling) for one in event.quotas),
        state=EditionState.APPROVED,
    )


def _to_text(text: LocalText) -> Text:
    return Text(text.vi, text.en)


def _to_days(period: Period) -> Days:
    return Days(period.first, period.last)


async def recall_opening(uow: UnitOfWork, event: RegistrationOpened) -> Settled:
    """Take applications again; until when, where the registration had been closed before, was told nobody."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    opened = replace(edition, state=EditionState.REGISTRATION_OPEN)
    if edition.state is not EditionState.REGISTRATION_CLOSED:
        return await _keep(uow, opened, Act.OPEN)
    until = datetime.combine(edition.planned.first, time(), VIETNAM)
    await _keep(uow, replace(opened, closes_at=until), Act.REOPEN)
    return by_hand(
        "Đăng ký được mở lại đến đầu ngày khai mạc; nếu đã hẹn hạn khác, hãy đóng đăng ký và mở lại đến hạn đó.",
        "The registration is open again until the first day begins; where another end was set, close it and open it again.",
    )


async def recall_closing(uow: UnitOfWork, event: RegistrationClosed) -> Settled:
    """Take no more applications."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    return await _keep(uow, replace(edition, state=EditionState.REGISTRATION_CLOSED), Act.CLOSE)


async def recall_suspension(uow: UnitOfWork, event: EditionSuspended) -> Settled:
    """Let the edition stand still from the moment that was told on."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    suspended = domain.suspended(edition, told_at(uow))
    return await _keep(uow, suspended, Act.SUSPEND, event.reason_code, event.legal_document)


async def recall_new_dates(uow: UnitOfWork, event: EditionRescheduled) -> Settled:
    """Set the dates that were told, and give back the time that a suspension took, as was done then."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    moved = domain.rescheduled(edition, _to_days(event.new))
    if edition.suspended_at is not None:
        since = edition.suspended_at
        await applications.move_reply_dates(uow.session, event.edition_id, since, told_at(uow))
        await freezes.move_dates(replace(uow, now=told_at(uow)), event.edition_id, since)
    await _keep(uow, moved, Act.RESCHEDULE, event.reason_code, event.legal_document)
    document_id = await papers.file_paper(uow, event.legal_document)
    repository.add_schedule(uow.session, moved, event.reason_code, document_id, told_at(uow))
    return REAPPLIED


async def recall_capacity(uow: UnitOfWork, event: EditionCapacityChanged) -> Settled:
    """Set the number of booths that was told."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    resized = replace(edition, booth_target=event.booth_target)
    return await _keep(uow, resized, Act.CHANGE_CAPACITY, event.reason_code, event.legal_document)


async def recall_start(uow: UnitOfWork, event: EditionStarted) -> Settled:
    """Let the edition be live."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    return await _keep(uow, replace(edition, state=EditionState.LIVE), Act.START)


async def recall_end(uow: UnitOfWork, event: EditionEnded) -> Settled:
    """Let the edition be over, with the days held."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    return await _keep(uow, domain.ended(edition, _to_days(event.actual)), Act.END)


async def recall_cancellation(uow: UnitOfWork, event: EditionCancelled) -> Settled:
    """Let the edition be called off."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    return await _keep(uow, domain.cancelled(edition), Act.CANCEL, event.reason_code, event.legal_document)


async def _keep(
    uow: UnitOfWork, edition: Edition, act: Act, reason_code: str | None = None, document: LegalDocument | None = None
) -> Settled:
    await repository.save_edition(uow.session, edition)
    await _record(uow, edition, act, reason_code, document)
    return REAPPLIED


async def _record(
    uow: UnitOfWork, edition: Edition, act: Act, reason_code: str | None, document: LegalDocument | None
) -> None:
    act_id: UUID = uow.new_id()
    document_id = await papers.file_paper(uow, document)
    repository.add_act(uow.session, act_id, edition, act, reason_code, document_id, told_at(uow))
