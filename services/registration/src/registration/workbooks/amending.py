"""Stores what a workbook changes of vendors nominated before, with its history."""

from collections.abc import Sequence
from dataclasses import replace

from common.delivery.unit_of_work import UnitOfWork
from registration.amendments import handlers as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application
from registration.dossiers.domain import Dossier
from registration.vendors import handlers as vendors
from registration.workbooks.checking import Taking
from registration.workbooks.matching import Case
from registration.workbooks.merging import Step

DOSSIER_FIELDS = ("products[", "documents[", "booths_wanted", "wishes.")
REASON = "nomination_workbook"


def _may_amend(_application: Application) -> None:
    """Every application that is amended is the sender's own: only those were looked at."""


async def amend(uow: UnitOfWork, taking: Taking, cases: Sequence[Case]) -> list[Case]:
    """Store what was changed of vendors nominated before, with its history, and their new ranks; return those amended."""
    changed: list[Case] = []
    ranked: list[Application] = []
    sender = Amender("agency", taking.sender.subject, taking.sender.agency_code)
    for case in cases:
        if case.own is None or case.merged is None:
            continue
        values = [(change.field, change.old, change.new) for change in case.merged.changes if case.step is Step.AMEND]
        before = case.own.application
        if before.rank != case.group.rank:
            values.append(("rank", before.rank, case.group.rank))
            ranked.append(replace(before, rank=case.group.rank))
        if values:
            changed.append(case)
        changes = [amendments.Changed(*value) for value in values]
        await amendments.record(uow, before.application_id, changes, sender, Grounds(REASON))
        if case.step is Step.AMEND and any(field.startswith(DOSSIER_FIELDS) for field, _, _ in values):
            await applications.supplement_dossier(uow, before.application_id, _dossier_of(case), _may_amend)
    await _amend_vendors(uow, taking, [case for case in changed if case.step is Step.AMEND])
    if ranked:
        await application_repository.save_applications(uow.session, ranked)
    return changed


async def _amend_vendors(uow: UnitOfWork, taking: Taking, cases: Sequence[Case]) -> None:
    """Store what was changed of vendors themselves and of how to reach them."""
    declared = {
        case.own.application.vendor_id: vendors.tidy_vendor(case.entry.vendor)
        for case in cases
        if case.own and _has_changed(case, "vendor.")
    }
    contacts = {
        case.own.application.vendor_id: vendors.tidy_contact(case.entry.contact)
        for case in cases
        if case.own and _has_changed(case, "contact.")
    }
    if declared or contacts:
        await vendors.take_in_vendors(uow, declared, contacts, taking.edition.province_register)


def _dossier_of(case: Case) -> Dossier:
    """Return what the rows say, with what a workbook has no column for as it stands."""
    return (
        case.entry.dossier if case.own is None else replace(case.entry.dossier, brought_by=case.own.dossier.brought_by)
    )


def _has_changed(case: Case, prefix: str) -> bool:
    return case.merged is not None and any(change.field.startswith(prefix) for change in case.merged.changes)
