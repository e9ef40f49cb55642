"""Applications as the rules look at them: newest dossier, what was recalled since, and the vendor's record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import domain
from registration.applications.domain import Application, ApplicationState
from registration.case_files import repository as case_files
from registration.case_files.repository import File, PastApplication
from registration.dossiers.domain import Dossier, Product
from registration.dossiers.repository import StoredDossier
from registration.editions.domain import Edition
from registration.vetting.cases import Subject, VendorRecord
from registration.vetting.domain import Deadlines
from registration.vetting.repository import Packs


async def to_subject(uow: UnitOfWork, application: Application, edition: Edition, packs: Packs) -> Subject:
    """Return the application as the rules look at it, with its newest dossier and the vendor's record.

    Whoever calls has seen to it that a submitted application carries its consents.
    """
    return (await to_subjects(uow, [application], edition, packs))[0]


async def to_subjects(uow: UnitOfWork, listed: Sequence[Application], edition: Edition, packs: Packs) -> list[Subject]:
    """Return several applications for one edition as the rules look at them."""
    files = await case_files.list_files(uow.session, [application.application_id for application in listed])
    return subjects_of(uow, listed, files, edition, packs)


def subjects_of(
    uow: UnitOfWork, listed: Sequence[Application], files: Mapping[UUID, File], edition: Edition, packs: Packs
) -> list[Subject]:
    """Return several applications for one edition, whose files were read, as the rules look at them."""
    return [_to_subject(uow, one, files[one.application_id], edition, packs) for one in listed]


async def to_subject_saying(
    uow: UnitOfWork, application: Application, dossier: Dossier, edition: Edition, packs: Packs
) -> Subject:
    """Return an application as the rules would look at it if its newest dossier, of the same products, said this."""
    file = (await case_files.list_files(uow.session, [application.application_id]))[application.application_id]
    said = replace(file, stored=replace(file.stored, dossier=dossier))
    return _to_subject(uow, application, said, edition, packs)


def _to_subject(uow: UnitOfWork, application: Application, file: File, edition: Edition, packs: Packs) -> Subject:
    return Subject(
        edition=edition,
        vendor=file.vendor,
        stored=_with_losses(file),
        revision=application.revision,
        is_nominated=application.is_nominated,
        submitted_at=application.submitted_at or uow.now,
        has_consented=application.revision > 0,
        is_second=file.first_application_id is not None,
        first_support=file.first_support,
        record=_to_record(file.past, edition, packs.eligibility.deadlines),
        filed=file.filed or (),
    )


def _with_losses(file: File) -> StoredDossier:
    """Return the dossier with recalls recorded since it was handed in; a certificate issued later is another one."""
    losses = file.losses or {}
    products = tuple(
        _without_certificate(product, losses.get(product_id, ()))
        for product, product_id in zip(file.stored.dossier.products, file.stored.product_ids, strict=True)
    )
    return replace(file.stored, dossier=replace(file.stored.dossier, products=products)) if losses else file.stored


def _without_certificate(product: Product, recalls: Sequence[date]) -> Product:
    """Return a product whose certificate ends with the first of its recalls; one before its issue was another one's."""
    certificate = product.certificate
    if certificate is None:
        return product
    known = (certificate.revoked_on,) if certificate.revoked_on else ()
    ends = [*known, *(day for day in recalls if day >= certificate.issued_on)]
    return replace(product, certificate=replace(certificate, revoked_on=min(ends))) if ends else product


def _to_record(past: Sequence[PastApplication], edition: Edition, deadlines: Deadlines) -> VendorRecord:
    """A violation bars from the next edition; absence and a late withdrawal are remembered for some months.

    Nobody withdraws late from an edition without a date, or from one that is never held.
    A first event is one before which the vendor took part in none, whether or not it was accepted.
    """
    remembered_from = edition.planned.first - timedelta(days=deadlines.record_months * 365 // 12)
    withdrew_late = any(
        one.state is ApplicationState.WITHDRAWN
        and one.decided_at is not None
        and one.first_on >= remembered_from
        and not (one.was_suspended or one.is_cancelled)
        and (one.first_on - local_date(one.decided_at)).days < deadlines.late_withdrawal_days_before
        for one in past
    )
    earlier = [one for one in past if one.first_on < edition.planned.first]
    was_absent = any(one.missed_on and one.first_on >= remembered_from for one in earlier)
    attended = [one for one in earlier if one.took_part]
    return VendorRecord(
        is_barred=any(
            one.state is ApplicationState.REVOKED and domain.bars(one.reason_codes)
            for one in earlier
            if one.first_on == earlier[0].first_on
        ),
        has_clean_record=not (withdrew_late or was_absent),
        is_first_event=not attended,
        shown=frozenset(name for one in attended for name in one.products),
    )
