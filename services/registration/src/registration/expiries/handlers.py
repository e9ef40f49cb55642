"""Looks through certificates of editions under way each day, and tells who is to renew one."""

from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.contracts.registration import CertificateExpiring, ExhibitedProduct
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import repository as application_repository
from registration.applications.domain import OPEN_STATES, Application, ApplicationState
from registration.applications.subjects import to_subjects
from registration.dossiers import handlers as dossiers
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.expiries import repository
from registration.expiries.domain import Expiry, days_left, issued_between, threshold_of
from registration.rules.domain import CertificateLife, in_force
from registration.vetting import handlers as vetting
from registration.vetting.cases import Subject, to_facts
from registration.vetting.repository import Packs

LOT = 25
"""So many dossiers are in memory at once."""
STATES = [*OPEN_STATES, ApplicationState.ACCEPTED]
Found = dict[Expiry, ExhibitedProduct]


async def warn_of_expiries(uow: UnitOfWork, limit: int) -> int:
    """Warn applicants of editions under way whose certificates reached a threshold, each edition once a day. A timer."""
    today = local_date(uow.now)
    due = await repository.list_unlooked(uow.session, today, limit)
    for edition_id in due:
        await _look_through(uow, edition_id, today)
    return len(due)


async def _look_through(uow: UnitOfWork, edition_id: UUID, today: date) -> None:
    edition = await editions.lock_edition(uow.session, edition_id, shared=True)
    packs = await vetting.get_packs(uow, edition)
    issued = issued_between(_life_of(edition, packs), today)
    concerned = await repository.list_concerned(uow.session, edition_id, STATES, issued)
    locked = await application_repository.lock_by_id(uow.session, concerned)
    listed = [application for application in locked.values() if application.state in STATES]
    for first in range(0, len(listed), LOT):
        lot = listed[first : first + LOT]
        subjects = await to_subjects(uow, lot, edition, packs)
        found = [_find(subject, packs, today) for subject in subjects]
        await _tell(uow, list(zip(lot, found, strict=True)), today)
    await repository.add_look(uow.session, edition_id, today)


def _life_of(edition: Edition, packs: Packs) -> CertificateLife:
    return in_force("certificate_life", packs.products.certificate_life, edition.planned.first)


def _find(subject: Subject, packs: Packs, today: date) -> Found:
    """Return what an application is to be warned of, whether it was before or not."""
    days, stored = subject.edition.planned, subject.stored
    life = _life_of(subject.edition, packs)
    found: Found = {}
    for product, product_id in zip(stored.dossier.products, stored.product_ids, strict=True):
        facts = to_facts(product, product_id, days, packs.products)
        if facts.valid_to is None or (product.certificate is not None and product.certificate.revoked_on is not None):
            continue
        threshold = threshold_of(life.warn_days, facts.valid_to, today)
        if threshold is not None:
            told = dossiers.to_exhibited(product, product_id, facts.group, facts.stars, facts.valid_to)
            found[Expiry(product_id, facts.valid_to, threshold)] = told
    return found


async def _tell(uow: UnitOfWork, found: list[tuple[Application, Found]], today: date) -> None:
    """Tell each application of its certificates that were not warned of by this threshold, all in one."""
    told_for = {expiry: application.application_id for application, mine in reversed(found) for expiry in mine}
    new = await repository.add_warnings(uow.session, told_for, uow.now)
    for application, mine in found:
        mine_now = [one for one in mine if one in new and told_for[one] == application.application_id]
        if mine_now:
            uow.emit(
                CertificateExpiring(
                    edition_id=application.edition_id,
                    application_id=application.application_id,
                    vendor_id=application.vendor_id,
                    days_left=min(days_left(one.valid_to, today) for one in mine_now),
                    products=tuple(mine[one] for one in mine_now),
                )
            )
