"""Changes applications: checked like a new one, kept from frozen fields, told anew where it was told, with its history."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.agencies import handlers as agencies
from registration.amendments import handlers as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application
from registration.applications.handlers import Check
from registration.contents import Content
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.domain import Dossier
from registration.editions.domain import Edition
from registration.editions.endings import check_running
from registration.freezes import handlers as freezes
from registration.intake import handlers as intake
from registration.intake.handlers import content_of
from registration.revisions.domain import NOT_TOLD_YET, check_reason, check_state, find_changes, is_told
from registration.vendors import handlers as vendors
from registration.vendors import repository as vendor_repository
from registration.vendors.domain import Contact, Vendor, check_contact, check_texts, check_vendor
from registration.vetting import handlers as vetting

ORGANISER = "organiser"


@dataclass(frozen=True)
class Change:
    """What an application is to say; a part that is None stays as it is."""

    vendor: Vendor | None = None
    contact: Contact | None = None
    dossier: Dossier | None = None


@dataclass(frozen=True)
class Standing:
    """What an application says."""

    vendor: Vendor
    contact: Contact | None
    dossier: Dossier

    def to_content(self) -> Content:
        contact = {} if self.contact is None else {"contact": asdict(self.contact)}
        return {**content_of(self.vendor, self.dossier), **contact}


async def get_standing(uow: UnitOfWork, application: Application) -> Standing:
    """Return what an application says now."""
    newest = await dossier_repository.list_newest(uow.session, [application.application_id])
    return Standing(
        await vendor_repository.get_vendor(uow.session, application.vendor_id),
        await vendor_repository.find_contact(uow.session, application.vendor_id),
        newest[application.application_id].dossier,
    )


async def amend_application(
    uow: UnitOfWork, application_id: UUID, change: Change, by: Amender, grounds: Grounds, check: Check
) -> Application:
    """Change an application, with its history; one that was handed in and not decided on is told anew.

    A vendor changes nothing that is frozen; the organiser does, with a reason. Raises InvalidInputError,
    NotAmendableError, VendorKnownError and what the intake of the edition raises.
    """
    await vendor_repository.lock_intake(uow.session)  # before the application, as everybody who takes in dossiers
    application, edition = await applications.open_application(uow, application_id, check, over=())
    old = await get_standing(uow, application)
    new = Standing(
        old.vendor if change.vendor is None else vendors.tidy_vendor(change.vendor),
        old.contact if change.contact is None else vendors.tidy_contact(change.contact),
        old.dossier if change.dossier is None else change.dossier,
    )
    changes = find_changes(old.to_content(), new.to_content())
    fields = [field for field, _, _ in changes]
    if is_told(fields):
        check_running(edition.state)
    check_state(application.state, fields)
    if by.kind != ORGANISER and is_told(fields):
        applications.check_changes_of(edition, application, uow)
    problems = list(check_reason(grounds.reason_code, grounds.note, is_organiser=by.kind == ORGANISER))
    problems += await _find_problems(uow, edition, application, change, new)
    if by.kind != ORGANISER:
        said = (content_of(old.vendor, old.dossier), content_of(new.vendor, new.dossier))
        dates = await freezes.read_dates(uow, edition)
        problems += dates.problems_of_change(*said, is_handed_in=application.revision > 0)
    if problems:
        raise InvalidInputError(problems)
    if not changes:
        return application
    await amendments.record(uow, application_id, [amendments.Changed(*one) for one in changes], by, grounds)
    return await _store(uow, edition, application, old, new, fields)


async def _find_problems(
    uow: UnitOfWork, edition: Edition, application: Application, change: Change, new: Standing
) -> list[FieldProblem]:
    """Return what is wrong with the parts that are given, as if they came in for the first time."""
    packs = await vetting.get_packs(uow, edition)
    problems: list[FieldProblem] = []
    if change.vendor is not None:
        problems += check_texts("vendor", asdict(change.vendor))
        problems += check_vendor(new.vendor, "vendor", packs.register.codes, packs.tax_ids)
        found = await vendors.find_known_vendors(uow, [new.vendor])
        if intake.identify(found, new.vendor) not in {None, application.vendor_id}:
            problems.append(intake.duplicate_of("", "chủ thể khác", "another vendor"))
    if change.contact is not None and new.contact is not None:
        problems += check_texts("contact", asdict(change.contact))
        problems += check_contact(new.contact, change.contact.phone, "contact")
    if change.dossier is not None:
        problems += vetting.problems_of_dossier(new.dossier, edition, packs, "", local_date(uow.now))
        problems += await agencies.problems_of_body(uow, new.dossier.brought_by, new.vendor.country, "brought_by")
    if application.revision > 0:
        problems += (await freezes.read_dates(uow, edition)).problems_of_gaps(content_of(new.vendor, new.dossier))
    return problems


async def _store(
    uow: UnitOfWork, edition: Edition, application: Application, old: Standing, new: Standing, fields: Sequence[str]
) -> Application:
    changed_vendor = {application.vendor_id: new.vendor} if new.vendor != old.vendor else {}
    changed_contact = {application.vendor_id: new.contact} if new.contact and new.contact != old.contact else {}
    if changed_vendor or changed_contact:
        await vendors.take_in_vendors(uow, changed_vendor, changed_contact, edition.province_register)
    if not is_told(fields):
        return application
    is_new = application.state not in NOT_TOLD_YET
    amended = replace(application, revision=application.revision + 1) if is_new else application
    declared = dossiers.Declared(
        application.application_id, application.vendor_id, amended.dossier_revision, new.dossier
    )
    if is_new or new.dossier != old.dossier:
        await dossiers.store(uow, [declared])
    if is_new:
        await application_repository.save_application(uow.session, amended)
        await applications.tell_anew(uow, amended, edition)
    return amended
