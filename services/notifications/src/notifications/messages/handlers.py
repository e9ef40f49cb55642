"""Puts together what a mail says: the event as told, and what is known by now of edition, booths and application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import Code, Instant, LegalDocument, LocalText, Period, Reason, Value
from common.contracts.registration import ExhibitedProduct, Priority
from common.delivery.unit_of_work import UnitOfWork
from notifications.contacts.domain import Contact, greeted_name, order_of_languages
from notifications.editions import repository as editions
from notifications.editions.domain import Booth, Edition, Paper, Words
from notifications.messages.domain import Days, LapsedProduct, Message, QuotedPaper
from notifications.messages.packs import booth_terms, paper_type_words, reason_words, translations_of
from notifications.notices.domain import EXPIRING, Notice
from notifications.notices.packs import notice_rules
from notifications.participations.domain import ASKED_AGAIN, Participation


class Told(Value):
    """What any event may tell that a notice prints; what an event does not have stays empty."""

    reasons: tuple[Reason, ...] = ()
    reason_code: Code | None = None
    legal_document: LegalDocument | None = None
    reply_by_at: Instant | None = None
    offer_id: UUID | None = None
    run_id: UUID | None = None
    booth_codes: tuple[Code, ...] = ()
    old_booth_codes: tuple[Code, ...] = ()
    new_booth_codes: tuple[Code, ...] = ()
    released_booth_codes: tuple[Code, ...] = ()
    booths_granted: int | None = None
    products: tuple[ExhibitedProduct, ...] = ()
    lapsed: tuple[ExhibitedProduct, ...] = ()
    renewed: tuple[ExhibitedProduct, ...] = ()
    lapsing_papers: tuple[Reason, ...] = ()
    priority: Priority | None = None
    position: int | None = None
    changes: tuple[Reason, ...] = ()
    draw_number: int | None = None
    days_left: int | None = None
    revision: int | None = None
    invitation_id: UUID | None = None
    draft_id: UUID | None = None
    agency_name: LocalText | None = None
    floor: int | None = None
    ceiling: int | None = None
    old: Period | None = None
    new: Period | None = None

    @property
    def left_booth_codes(self) -> tuple[Code, ...]:
        """Return the booths that the vendor held until now."""
        return self.old_booth_codes or self.released_booth_codes


@dataclass(frozen=True)
class Known:
    """What was read of those that notices are for and about: contacts by party, editions and applications by their ids."""

    contacts: Mapping[UUID, Contact]
    editions: Mapping[UUID, Edition]
    applications: Mapping[UUID, Participation]


class Sources:
    """What is known by now, read for a batch of notices at once."""

    def __init__(self, known: Known, booths: Mapping[tuple[UUID, str], Booth], papers: Mapping[UUID, Paper]) -> None:
        self.editions = known.editions
        self.applications = known.applications
        self._booths = booths
        self._papers = papers

    def booths(self, edition_id: UUID, codes: Sequence[str]) -> tuple[Booth, ...]:
        return tuple(self._booths.get((edition_id, code), Booth(code)) for code in codes)

    def papers(self, edition: Edition, told: Told) -> tuple[Paper, ...]:
        """Return the papers behind an event: its own or its run's, the newest dates' and the edition's plan."""
        document = told.legal_document
        own = editions.to_paper(document.model_dump(mode="json")) if document is not None else None
        run = self._papers.get(told.run_id) if told.run_id is not None else None
        papers = (own or run, edition.schedule_paper, edition.plan_paper)
        return tuple(dict.fromkeys(paper for paper in papers if paper is not None))


async def gather(uow: UnitOfWork, notices: Sequence[Notice], known: Known) -> dict[UUID, Message]:
    """Return what each notice says, by its id; every edition and contact is known."""
    if not notices:
        return {}
    told = {notice.notice_id: Told.model_validate(notice.facts) for notice in notices}
    sources = await _read(uow, notices, list(told.values()), known)
    return {
        notice.notice_id: _compose(notice, told[notice.notice_id], known.contacts[notice.recipient.party_id], sources)
        for notice in notices
        if notice.recipient.party_id is not None
    }


async def _read(uow: UnitOfWork, notices: Sequence[Notice], told: Sequence[Told], known: Known) -> Sources:
    edition_ids = {notice.edition_id for notice in notices}
    codes = {code for one in told for code in (*one.booth_codes, *one.left_booth_codes, *one.new_booth_codes)}
    return Sources(
        known,
        await editions.list_booths(uow.session, edition_ids, codes),
        await editions.list_run_papers(uow.session, {one.run_id for one in told if one.run_id is not None}),
    )


def _compose(notice: Notice, told: Told, contact: Contact, sources: Sources) -> Message:
    edition = sources.editions[notice.edition_id]
    application = sources.applications.get(notice.application_id) if notice.application_id is not None else None
    lapsed = told.products if notice.purpose == EXPIRING else told.lapsed
    rules, terms = notice_rules(local_date(notice.created_at)), booth_terms(local_date(notice.created_at))
    return Message(
        purpose=notice.purpose,
        languages=order_of_languages(contact.language),
        is_to_agency=notice.recipient.kind == "agency",
        recipient_name=greeted_name(contact),
        vendor_name=application.trade_name if application is not None else None,
        application_id=notice.application_id,
        edition=edition,
        papers=tuple(QuotedPaper(paper_type_words(one.type), one) for one in sources.papers(edition, told)),
        reasons=tuple(_words(reason) for reason in told.reasons),
        reason=reason_words(told.reason_code),
        booths=sources.booths(notice.edition_id, told.new_booth_codes or told.booth_codes),
        old_booths=sources.booths(notice.edition_id, told.left_booth_codes),
        reply_by_at=told.reply_by_at,
        offer_id=told.offer_id,
        booths_granted=told.booths_granted,
        products=tuple(product.name for product in told.products),
        lapsed=tuple(LapsedProduct(each.name, each.certificate_valid_to) for each in lapsed),
        renewed=tuple(LapsedProduct(each.name, each.certificate_valid_to) for each in told.renewed),
        lapsing_papers=tuple(_words(reason) for reason in told.lapsing_papers),
        days_left=told.days_left,
        revision=told.revision or 1,
        points=told.priority.points if told.priority is not None else None,
        merits=tuple(_words(reason) for reason in told.priority.reasons) if told.priority is not None else (),
        position=told.position,
        changes=tuple(_words(change) for change in told.changes),
        draw_number=told.draw_number,
        support_percent=application.support_percent if application is not None else None,
        old_days=_days(told.old),
        new_days=_days(told.new),
        appeal_working_days=rules.appeal_working_days,
        move_in_on=edition.first_on - timedelta(days=rules.move_in_days),
        kit=terms.kit,
        terms=terms.terms,
        is_asked_again=any(reason.code == ASKED_AGAIN for reason in told.reasons),
        invitation_id=told.invitation_id,
        floor=told.floor,
        ceiling=told.ceiling,
        draft_id=told.draft_id,
        agency=told.agency_name and Words(told.agency_name.vi, told.agency_name.en or told.agency_name.vi),
    )


def _words(reason: Reason) -> Words:
    """Return the text that the event gives, with the translations of its code."""
    return Words(reason.text.vi, reason.text.en or reason.text.vi, **translations_of(reason))


def _days(period: Period | None) -> Days | None:
    return None if period is None else Days(period.first, period.last)
