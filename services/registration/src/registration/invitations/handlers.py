"""Invites agencies to nominate: sets the round, numbers and sends letters, notes what became of them, reminds once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from common.contracts.base import LegalDocument, agency_party_id
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.agencies import handlers as agencies
from registration.agencies import repository as registers
from registration.editions import repository as editions
from registration.editions.domain import Edition, QuotaBounds
from registration.editions.states import TAKES_NOMINATIONS, Act, EditionState, EditionStateError
from registration.invitations import domain, repository
from registration.invitations.domain import Invitation, Pause, Places, ReplyBy, Round, Stage
from registration.invitations.repository import Standing
from registration.papers import handlers as papers
from registration.quotas.domain import Quota
from registration.vendors import handlers as vendors

WAITS = (*TAKES_NOMINATIONS, EditionState.SUSPENDED)
"""While an edition is in these states its agencies may still be reminded, now or once there are new dates."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A round as the organiser wants it: dates, grounds and signer of all letters, and each agency's booths."""

    issuing_agency_code: str
    notation: str
    reply_by_at: datetime
    reminders_at: Sequence[datetime]
    bases: Sequence[LegalDocument]
    signer_role: str
    recipients: Sequence[str]
    agencies: Sequence[tuple[str, int | None, int | None]]


async def set_round(uow: UnitOfWork, edition_id: UUID, wanted: Wanted) -> list[Invitation]:
    """Set whom an edition invites and by when; letters that have a number stay as they were sent.

    Raises InvalidInputError with every mistake, AlreadyInvitedError where a numbered letter would say something else.
    """
    edition = await editions.hold_running(uow.session, edition_id)
    if edition.state not in TAKES_NOMINATIONS:
        raise EditionStateError(Act.OPEN, edition.state)
    before = await repository.find_round(uow.session, edition_id, lock=True)
    sent = {
        one.agency_code: one for one in await repository.list_invitations(uow.session, edition_id) if one.document_id
    }
    plan = Round(
        edition_id=edition_id,
        issuing_agency_code=wanted.issuing_agency_code,
        notation=wanted.notation,
        reply_by_at=wanted.reply_by_at,
        reminders_at=tuple(sorted(wanted.reminders_at)),
        basis_ids=(),
        signer_role=wanted.signer_role,
        recipients=tuple(wanted.recipients),
        set_at=before.set_at if before else uow.now,
    )
    problems = await _problems_of(uow, edition, plan, wanted, before)
    if problems:
        raise InvalidInputError(problems)
    _check_sent_stay(plan, before, sent, wanted)
    basis_ids = [await papers.file_paper(uow, document) for document in wanted.bases]
    await repository.save_round(
        uow.session, replace(plan, basis_ids=tuple(one for one in basis_ids if one is not None))
    )
    drafts = [
        Invitation(
            invitation_id=uow.new_id(),
            edition_id=edition_id,
            agency_code=code,
            party_id=agency_party_id(code),
            floor=floor,
            ceiling=ceiling,
        )
        for code, floor, ceiling in wanted.agencies
        if code not in sent
    ]
    await repository.replace_drafts(uow.session, edition_id, drafts)
    return await repository.list_invitations(uow.session, edition_id)


async def _problems_of(
    uow: UnitOfWork, edition: Edition, plan: Round, wanted: Wanted, before: Round | None
) -> list[FieldProblem]:
    named = {f"agencies[{place}].agency_code": code for place, (code, _, _) in enumerate(wanted.agencies)}
    problems = await agencies.check_known_agencies(uow, {**named, "issuing_agency_code": wanted.issuing_agency_code})
    same_dates = before is not None and (before.reply_by_at, before.reminders_at) == (
        plan.reply_by_at,
        plan.reminders_at,
    )
    if not same_dates:
        problems += domain.check_round(plan, edition.closes_at, uow.now)
    for place, document in enumerate(wanted.bases):
        problems += papers.problems_of(document, uow.now, f"bases[{place}]", required=True)
    rows: list[Places] = []
    for code, floor, ceiling in wanted.agencies:
        agency = await registers.find_agency(uow.session, code)
        found = (agency.province_code, agency.brings_foreign) if agency else (None, False)
        rows.append(Places(code, *found, floor, ceiling))
    quotas = [Quota(one.dimension, one.code, one.floor, one.ceiling) for one in edition.quotas]
    return [*problems, *domain.check_places(rows, quotas, edition.booth_target)]


def _check_sent_stay(plan: Round, before: Round | None, sent: dict[str, Invitation], wanted: Wanted) -> None:
    """Raise AlreadyInvitedError where a letter that was sent would say something else, or be gone."""
    kept = {code: (floor, ceiling) for code, floor, ceiling in wanted.agencies}
    changed = [code for code, one in sent.items() if kept.get(code) != (one.floor, one.ceiling)]
    if sent and before is not None and before.reply_by_at != plan.reply_by_at:
        changed = list(sent)
    if changed:
        names = ", ".join(sorted(changed))
        raise domain.AlreadyInvitedError(
            f"Công văn đã gửi cho {names}; không đổi chỉ tiêu, hạn trả lời, không bỏ cơ quan đã mời.",
            f"The letters to {names} were sent: their booths, their date and their place in the list stay.",
            agency_codes=names,
        )


async def number_letter(uow: UnitOfWork, invitation_id: UUID, document: LegalDocument, signer_name: str) -> Invitation:
    """File the letter's number and send it: the agency is told by its contact, or as soon as it has one."""
    invitation = await repository.lock_invitation(uow.session, invitation_id)
    edition = await editions.hold_running(uow.session, invitation.edition_id, shared=True)
    if edition.state not in TAKES_NOMINATIONS:
        raise EditionStateError(Act.OPEN, edition.state)
    problems = papers.problems_of(document, uow.now, required=True)
    if problems:
        raise InvalidInputError(problems)
    plan, pauses = await _dates_of(uow, invitation.edition_id)
    document_id = await papers.file_paper(uow, document)
    if document_id is None:
        raise RuntimeError("a paper that was checked is stored")
    sent = domain.invite(invitation, document_id, signer_name, uow.now)
    sent = domain.skip_passed(sent, plan, pauses, uow.now)
    await repository.save_invitation(uow.session, sent)
    await vendors.tell_invitations(uow, [sent.party_id])
    return sent


async def see_invitation(uow: UnitOfWork, invitation_id: UUID, *, has_downloaded: bool = False) -> Invitation:
    """Note that the letter was looked at, or one of its files taken; raises NotInvitedError before it was sent."""
    invitation = await repository.lock_invitation(uow.session, invitation_id)
    seen = domain.see(invitation, uow.now, has_downloaded=has_downloaded)
    if seen != invitation:
        await repository.save_invitation(uow.session, seen)
    return seen


async def decline_invitation(uow: UnitOfWork, invitation_id: UUID, reason: str) -> Invitation:
    """Note that the agency nominates nobody, and why; raises NotInvitedError, AlreadyNominatedError, EditionOverError."""
    invitation = await repository.lock_invitation(uow.session, invitation_id)
    await editions.hold_running(uow.session, invitation.edition_id, shared=True)
    has_nominated = await repository.has_answered(uow.session, invitation_id)
    declined = domain.decline(invitation, reason, uow.now, has_nominated=has_nominated)
    if declined is not invitation:
        await repository.save_invitation(uow.session, declined)
        await vendors.tell_invitations(uow, [declined.party_id])
    return declined


async def follow_up(uow: UnitOfWork, limit: int) -> int:
    """Close invitations whose answer has come, and remind of those whose date has come; each date once. A timer."""
    changed: list[Invitation] = []
    waiting = await repository.list_open(uow.session, lock=True)
    dates = await _dates_of_all(uow, {invitation.edition_id for invitation, _ in waiting})
    for invitation, has_answered in waiting:
        reminded = domain.remind(invitation, *dates[invitation.edition_id], uow.now)
        after = replace(invitation, answered_at=uow.now) if has_answered else reminded
        if after != invitation:
            changed.append(after)
        if len(changed) == limit:
            break
    for invitation in changed:
        await repository.save_invitation(uow.session, invitation)
    await vendors.tell_invitations(uow, {invitation.party_id for invitation in changed})
    if changed:
        log.info("invitations_followed_up", changed=len(changed))
    return len(changed)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next reminder is due."""
    unanswered = [
        invitation for invitation, has_answered in await repository.list_open(uow.session) if not has_answered
    ]
    dates = await _dates_of_all(uow, {invitation.edition_id for invitation in unanswered})
    due = [domain.next_reminder(invitation, *dates[invitation.edition_id]) for invitation in unanswered]
    return min((at for at in due if at is not None), default=None)


async def _dates_of_all(uow: UnitOfWork, edition_ids: Collection[UUID]) -> dict[UUID, tuple[Round, list[Pause]]]:
    return {edition_id: await _dates_of(uow, edition_id) for edition_id in edition_ids}


async def _dates_of(uow: UnitOfWork, edition_id: UUID) -> tuple[Round, list[Pause]]:
    plan = await repository.get_round(uow.session, edition_id)
    return plan, await repository.list_pauses(uow.session, edition_id, plan.set_at)


async def find_reply_by(uow: UnitOfWork, edition_id: UUID, agency_code: str) -> ReplyBy | None:
    """Return until when an invited agency is to send its list; None for one that was not invited."""
    if not await repository.is_invited(uow.session, edition_id, agency_code):
        return None
    plan, pauses = await _dates_of(uow, edition_id)
    return ReplyBy(domain.reply_by_of(plan, pauses))


@dataclass(frozen=True)
class Answered:
    """An agency's invitation beside what it has handed in."""

    invitation: Invitation
    standing: Standing
    bounds: QuotaBounds | None
    document: LegalDocument | None
    next_reminder_at: datetime | None

    @property
    def stage(self) -> Stage:
        return domain.stage_of(self.invitation, has_answered=self.standing.has_answered)

    @property
    def over(self) -> int:
        """Return how many booths are asked for beyond the ceiling, of a shared one by all agencies of the province."""
        ceiling = self.bounds and self.bounds.ceiling
        asked = self.standing.province_booths if self.is_shared else self.standing.booths
        return 0 if ceiling is None else max(0, asked - ceiling)

    @property
    def is_shared(self) -> bool:
        """Whether these are its province's booths, and not its own."""
        return self.bounds is not None and self.bounds.dimension == "province"


@dataclass(frozen=True)
class Dashboard:
    """Who has answered of those invited; ``reply_by_at`` is the date as moved by suspensions, None while one lasts."""

    edition: Edition
    plan: Round
    reply_by_at: datetime | None
    rows: tuple[Answered, ...]

    def count(self, stage: Stage) -> int:
        return sum(1 for row in self.rows if row.stage is stage)


async def show_dashboard(uow: UnitOfWork, edition_id: UUID) -> Dashboard:
    """Return who has answered; raises NotFoundError before there is a round."""
    edition = await editions.get_edition(uow.session, edition_id)
    plan, pauses = await _dates_of(uow, edition_id)
    invitations = {one.invitation_id: one for one in await repository.list_invitations(uow.session, edition_id)}
    documents = await papers.list_documents(uow, [one.document_id for one in invitations.values()])
    rows: list[Answered] = []
    for standing in await repository.list_standings(uow.session, edition_id):
        invitation = invitations[standing.invitation_id]
        document = documents.get(invitation.document_id) if invitation.document_id else None
        is_open = edition.state in WAITS and domain.stage_of(invitation, has_answered=standing.has_answered) in (
            Stage.SILENT,
            Stage.OPENED,
        )
        upcoming = domain.next_reminder(invitation, plan, pauses) if is_open else None
        bounds = domain.bounds_of(invitation, edition, standing.province_code)
        rows.append(Answered(invitation, standing, bounds, document, upcoming))
    return Dashboard(edition, plan, domain.reply_by_of(plan, pauses), tuple(rows))
