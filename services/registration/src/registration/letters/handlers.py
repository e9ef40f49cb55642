"""Puts a letter of invitation together from its edition, its round, the agencies and the rules in force; and its files."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import NotFoundError
from common.papers.domain import Paper
from registration.agencies import repository as agencies
from registration.agencies.domain import Agency, ProvinceRegister, get_province, printed_name
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.invitations import repository as invitations
from registration.invitations.domain import Invitation, Round, bounds_of, reply_by_of
from registration.letters.domain import Basis, Event, Letter, Terms, write_letter
from registration.papers import repository as papers
from registration.papers.domain import Paper as LegalPaper
from registration.subsidies.domain import rate_for
from registration.vetting import handlers as vetting
from registration.workbooks import handlers as workbooks
from registration.workbooks.handlers import Made
from registration.workshop.handlers import Workshop


@dataclass(frozen=True)
class Written:
    """A letter as a paper, its invitation, and the name of its files without their ending."""

    paper: Paper
    invitation: Invitation
    name: str


async def write(uow: UnitOfWork, invitation_id: UUID, contact: str) -> Written:
    """Return the letter as it was sent, or its draft; raises NotFoundError."""
    invitation = await invitations.get_invitation(uow.session, invitation_id)
    edition = await editions.get_edition(uow.session, invitation.edition_id)
    plan = await invitations.get_round(uow.session, invitation.edition_id)
    invited = await _get_agency(uow, invitation.agency_code)
    issuing = await _get_agency(uow, plan.issuing_agency_code)
    parent = await agencies.find_agency(uow.session, issuing.parent_code) if issuing.parent_code else None
    register = await agencies.get_register(uow.session, edition.province_register)
    wanted = {*plan.basis_ids, *([invitation.document_id] if invitation.document_id else [])}
    stored = await papers.list_papers(uow.session, wanted)
    own = stored.get(invitation.document_id) if invitation.document_id else None
    place = get_province(register, issuing.province_code or edition.venue_province_code).name_vi
    bounds = bounds_of(invitation, edition, invited.province_code)
    letter = Letter(
        parent_agency=parent and parent.name_vi,
        issuing_agency=issuing.name_vi,
        place=place,
        number=own and own.number,
        notation=(own and own.notation) or plan.notation,
        issued_on=own and own.issued_on,
        year=edition.planned.first.year,
        addressees=_addressees(invited, register, edition),
        bases=tuple([await _to_basis(uow, stored[one]) for one in plan.basis_ids]),
        event=_event(edition),
        terms=await _terms(uow, edition, is_foreign=invited.brings_foreign),
        floor=bounds and bounds.floor,
        ceiling=bounds and bounds.ceiling,
        is_shared=bounds is not None and bounds.dimension == "province",
        reply_by_at=plan.reply_by_at.astimezone(VIETNAM),
        contact=contact,
        signer_role=plan.signer_role,
        signer_name=invitation.signer_name,
        recipients=plan.recipients,
        dated=_dated(invitation, plan),
    )
    return Written(write_letter(letter), invitation, f"cong-van-moi-{edition.code}-{invitation.agency_code}")


async def make_blank_workbook(uow: UnitOfWork, workshop: Workshop, invitation_id: UUID) -> Made:
    """Return the agency's workbook without the vendors that it nominated: the link in the mail may be passed on."""
    invitation = await invitations.get_invitation(uow.session, invitation_id)
    return await workbooks.make_blank_workbook(uow, workshop, invitation.edition_id, invitation.agency_code)


async def _get_agency(uow: UnitOfWork, agency_code: str) -> Agency:
    found = await agencies.find_agency(uow.session, agency_code)
    if found is None:
        raise NotFoundError("agency", agency_code)
    return found


def _addressees(invited: Agency, register: ProvinceRegister, edition: Edition) -> tuple[str, ...]:
    """Return whom the letter goes to: of a province its People's Committee and the agency itself."""
    if invited.province_code is None or invited.level != "province":
        return (invited.name_vi,)
    committee = f"Ủy ban nhân dân {printed_name(register, invited.province_code, edition.planned.first)}"
    return tuple(dict.fromkeys((committee, invited.name_vi)))


async def _to_basis(uow: UnitOfWork, paper: LegalPaper) -> Basis:
    agency = await agencies.find_agency(uow.session, paper.issuing_agency_code)
    name = agency.name_vi if agency is not None else paper.issuing_agency_code
    return Basis(paper.type, paper.number, paper.notation, paper.issued_on, name, paper.title)


def _event(edition: Edition) -> Event:
    return Event(
        name=edition.name.vi,
        first=edition.planned.first,
        last=edition.planned.last,
        venue=edition.venue_name.vi,
        booths=edition.booth_target,
        region=edition.theme_region,
        registration_ends_at=edition.closes_at.astimezone(VIETNAM),
    )


async def _terms(uow: UnitOfWork, edition: Edition, *, is_foreign: bool) -> Terms:
    packs = await vetting.get_packs(uow, edition)
    rules = packs.subsidy
    rate = None if rules is None or is_foreign else rate_for(rules, edition.theme_region, is_home=False)
    return Terms(packs.eligibility.max_booths, rate, rules.max_booths if rules else 0, is_foreign)


def _dated(invitation: Invitation, plan: Round) -> datetime:
    """Return the moment that the files carry, so that the same letter gives the same bytes."""
    return invitation.invited_at or plan.set_at


@dataclass(frozen=True)
class Shown:
    """What the page of an invitation shows; ``reply_by_at`` is None while the edition is suspended."""

    edition: Edition
    agency_name_vi: str
    agency_name_en: str
    number: str
    reply_by_at: datetime | None
    has_answered: bool


async def show(uow: UnitOfWork, invitation: Invitation) -> Shown:
    """Return what the page of an invitation shows."""
    edition = await editions.get_edition(uow.session, invitation.edition_id)
    agency = await _get_agency(uow, invitation.agency_code)
    plan = await invitations.get_round(uow.session, invitation.edition_id)
    pauses = await invitations.list_pauses(uow.session, invitation.edition_id, plan.set_at)
    stored = await papers.list_papers(uow.session, [invitation.document_id] if invitation.document_id else [])
    own = next(iter(stored.values()), None)
    return Shown(
        edition,
        agency.name_vi,
        agency.name_en or agency.name_vi,
        f"{own.number}/{own.notation}" if own else "",
        reply_by_of(plan, pauses),
        await invitations.has_answered(uow.session, invitation.invitation_id),
    )
