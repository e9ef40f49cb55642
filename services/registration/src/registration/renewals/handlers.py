"""Enters new certificates of accepted applications: nothing else changes, the rules judge at once, who reads is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.amendments import handlers as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application
from registration.applications.handlers import Check
from registration.applications.subjects import to_subject, to_subject_saying
from registration.assignments.domain import Reviewer
from registration.assignments.handlers import check_reviewer
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.domain import Dossier
from registration.dossiers.repository import StoredDossier, to_json
from registration.evidence import repository as evidence
from registration.lapses import telling as lapses
from registration.lapses.domain import RENEWED, STARRED
from registration.renewals.domain import FIELD_OF, Renewal, check_open, check_renewals, renew_all
from registration.revisions.domain import find_changes
from registration.vetting import handlers as vetting
from registration.vetting.cases import CERTIFICATE
from registration.vetting.handlers import Judgement
from registration.vetting.reasons import to_reasons

VENDOR = "vendor"


@dataclass(frozen=True)
class Desk:
    """Who enters: a reviewer must have no interest in the vendor, and the vendor itself shows the paper."""

    by: Amender
    reviewer: Reviewer | None = None


async def renew_certificates(
    uow: UnitOfWork, application_id: UUID, renewals: Sequence[Renewal], desk: Desk, note: str | None, check: Check
) -> Application:
    """Enter new certificates; what is there already changes nothing.

    What the vendor enters counts as stated, as everything that it says of its papers, and a person is to look at the
    file. Raises NotRenewableError, InvalidInputError naming each field, and for a reviewer with an interest.
    """
    application, edition = await applications.open_application(uow, application_id, check)
    check_open(application.state, edition.state)
    if desk.reviewer is not None:
        await check_reviewer(uow, application_id, desk.reviewer, in_turn=False)
    stored = (await dossier_repository.list_newest(uow.session, [application_id]))[application_id]
    packs = await vetting.get_packs(uow, edition)
    await _check(uow, stored, renewals, desk)
    new = renew_all(stored.dossier, stored.product_ids, renewals)
    changes = find_changes(to_json(stored.dossier), to_json(new))
    if not changes:
        return application
    renewed = replace(application, revision=application.revision + 1)
    subject = await to_subject(uow, application, edition, packs)
    before = vetting.judge(subject, packs)
    after = vetting.judge(await to_subject_saying(uow, renewed, new, edition, packs), packs)
    if problems := list(_find_refusals(before, after, renewals)):
        raise InvalidInputError(problems)
    grounds = Grounds(RENEWED, note)
    await amendments.record(uow, application_id, [amendments.Changed(*one) for one in changes], desk.by, grounds)
    await dossiers.store(uow, [dossiers.Declared(application_id, application.vendor_id, renewed.revision, new)])
    await application_repository.save_application(uow.session, renewed)
    await lapses.tell_renewed(uow, renewed, before, after, desk.by.subject)
    if desk.by.kind == VENDOR:
        await lapses.ask_to_look(uow, renewed, after, [one.product_id for one in renewals])
    return renewed


async def _check(uow: UnitOfWork, stored: StoredDossier, renewals: Sequence[Renewal], desk: Desk) -> None:
    """Raise InvalidInputError with all that is wrong with an entry, whatever the rules of eligibility say of it."""
    products = dict(zip(stored.product_ids, stored.dossier.products, strict=True))
    numbers = None
    if desk.by.kind == VENDOR:
        papers = await evidence.list_papers(uow.session, stored.application_id)
        numbers = frozenset(one.declared.number for one in papers if one.declared.kind == CERTIFICATE)
    problems = list(check_renewals(renewals, products, numbers))
    if not problems:
        ids = [one.product_id for one in renewals]
        named = Dossier(tuple(products[one] for one in ids), (), stored.dossier.booths_wanted, stored.dossier.wishes)
        entry = renew_all(named, ids, renewals)
        problems += vetting.problems_of_entry(entry, "", local_date(uow.now))
    if problems:
        raise InvalidInputError(problems)


def _find_refusals(before: Judgement, after: Judgement, renewals: Sequence[Renewal]) -> Iterator[FieldProblem]:
    """Yield why a product with its new certificate does not count with its stars: then it renews nothing.

    What stood against it before, and was accepted, does not stand against its certificate.
    """
    rules = after.packs.eligibility
    classes = {one.product_id: one.product_class for one in after.evaluation.products}
    known = {(one.product_id, one.code) for one in before.evaluation.findings}
    for place, one in enumerate(renewals):
        mine = [found for found in after.evaluation.findings if found.product_id == one.product_id]
        accepted = known if classes[one.product_id] == STARRED else set()
        against = [one for one in mine if one.code in FIELD_OF and (one.product_id, one.code) not in accepted]
        for found in against:
            [reason] = to_reasons([found.code], rules, [found])
            vi, en = reason.text.vi, reason.text.en or reason.text.vi
            where = f"products[{place}].{FIELD_OF[found.code]}"
            yield FieldProblem(where, reason.code, vi, en)
        if not against and classes[one.product_id] != STARRED:
            vi = "Với giấy chứng nhận này sản phẩm chưa được tính hạng sao."
            en = "With this certificate the product does not count with its stars."
            yield FieldProblem(f"products[{place}].stars", "not_counted", vi, en)
