"""Puts registration together."""

from datetime import timedelta

from fastapi import FastAPI

from common.clock import Clock, SystemClock
from common.contracts.registration import ContactRecorded
from common.delivery.unit_of_work import UnitOfWork
from common.service import Service
from registration.agencies import api as agencies
from registration.amendments import api as amendments
from registration.appeals import api as appeals
from registration.appeals.handlers import remind_of_appeals
from registration.applications import api as applications
from registration.assignments import api as assignments
from registration.consumers import SUBSCRIPTIONS
from registration.draft_links import api as draft_links
from registration.draft_links.handlers import forget_mails
from registration.draft_rooms.handlers import forget_origins
from registration.draft_submissions import api as draft_submissions
from registration.drafts import api as drafts
from registration.drafts import pages as draft_pages
from registration.drafts.handlers import forget_drafts
from registration.duplicates import api as duplicates
from registration.editions import api as editions
from registration.evidence import api as evidence
from registration.evidence.handlers import Depot, forget_uploads, remove_orphans, scan_again
from registration.evidence.scanning import Scanner
from registration.evidence.storing import open_store
from registration.expiries.handlers import warn_of_expiries
from registration.freezes import api as freezes
from registration.intake import api as intake
from registration.invitations import api as invitations
from registration.invitations import pages as invitation_pages
from registration.invitations.handlers import find_next_due, follow_up
from registration.lapses import api as lapses
from registration.lapses.handlers import check_due_certificates
from registration.lapses.settling import close_settled
from registration.letters import api as letters
from registration.letters import pages as letter_pages
from registration.letters.documents import LetterPress
from registration.milestones import api as milestones
from registration.nominations import api as nominations
from registration.recall_corrections import api as recall_corrections
from registration.releases import api as releases
from registration.renewals import api as renewals
from registration.replies import pages as reply_pages
from registration.replies.forms import MOST_BODY_BYTES
from registration.reply_dates import api as reply_dates
from registration.reply_dates.handlers import find_next_due as find_next_reply
from registration.reply_dates.handlers import reject_unanswered
from registration.returned_lists import pages as list_pages
from registration.reviews import api as reviews
from registration.revisions import api as revisions
from registration.schedules import api as schedules
from registration.settings import Settings
from registration.subsidies import api as subsidies
from registration.translations.packs import page_catalogue
from registration.vendors import api as vendors
from registration.vendors.handlers import tell_newest_contacts
from registration.vetting import api as vetting
from registration.withdrawals import api as withdrawals
from registration.workbooks import api as workbooks
from registration.workbooks.handlers import forget_contents
from registration.workshop.handlers import Workshop


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the service's application."""
    service = Service("registration", settings, clock or SystemClock(), SUBSCRIPTIONS)
    service.every(timedelta(minutes=1), reject_unanswered)
    service.tidy(timedelta(hours=1), forget_contents)
    service.every(timedelta(minutes=1), follow_up)
    service.every(timedelta(hours=1), check_due_certificates)
    service.every(timedelta(hours=1), warn_of_expiries)
    service.every(timedelta(minutes=10), remind_of_appeals)
    service.every(timedelta(minutes=10), close_settled)
    service.tell_newest(ContactRecorded, tell_newest_contacts)
    service.due(find_next_reply)
    service.due(find_next_due)
    workshop = Workshop()
    service.beside("workshop", workshop)
    press = LetterPress()
    service.beside("letter-press", press)
    depot = _open_depot(settings, workshop)
    service.take_larger(reply_pages.ADDRESS, MOST_BODY_BYTES)
    _forget_drafts(service, settings.draft_days)
    _keep_depot(service, depot)
    invited = (invitations, invitation_pages, letters, letter_pages, list_pages)
    offered = (agencies, editions, freezes, milestones, schedules, *invited)
    asked_for = (
        vendors,
        intake,
        drafts,
        draft_submissions,
        draft_links,
        draft_pages,
        nominations,
        workbooks,
        applications,
        amendments,
        revisions,
        renewals,
        withdrawals,
        reply_pages,
    )
    looked_into = (
        reviews,
        reply_dates,
        vetting,
        evidence,
        duplicates,
        subsidies,
        assignments,
        releases,
        lapses,
        recall_corrections,
        appeals,
    )
    routers = [capability.router for capability in (*offered, *asked_for, *looked_into)]
    app = service.app(routers, page_catalogue())
    app.state.evidence_depot, app.state.workshop, app.state.letter_press = depot, workshop, press
    return app


def _forget_drafts(service: Service, days: int) -> None:
    """Delete drafts that were left alone, whom their links were mailed to, and from where they were begun."""

    async def forget_old_drafts(uow: UnitOfWork, limit: int) -> int:
        return await forget_drafts(uow, days, limit)

    async def forget_old_mails(uow: UnitOfWork, limit: int) -> int:
        return await forget_mails(uow, days, limit)

    service.tidy(timedelta(hours=1), forget_old_drafts)
    service.tidy(timedelta(hours=1), forget_old_mails)
    service.tidy(timedelta(minutes=10), forget_origins)


def _open_depot(settings: Settings, workshop: Workshop) -> Depot:
    store = open_store(
        settings.evidence_store,
        settings.evidence_s3_endpoint,
        settings.evidence_s3_region,
        settings.evidence_s3_key_id,
        settings.evidence_s3_secret.get_secret_value(),
    )
    return Depot(store, Scanner(settings.clamd_address), workshop)


def _keep_depot(service: Service, depot: Depot) -> None:
    """Run what keeps the depot in order."""

    async def scan_unscanned(uow: UnitOfWork, limit: int) -> int:
        return await scan_again(uow, depot, limit)

    async def remove_orphaned_files(uow: UnitOfWork, limit: int) -> int:
        return await remove_orphans(uow, depot, limit)

    service.tidy(timedelta(hours=1), forget_uploads)
    service.every(timedelta(minutes=10), scan_unscanned)
    service.tidy(timedelta(days=1), remove_orphaned_files)
