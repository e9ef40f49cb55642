"""What vendors and organisers do with applications: hand in, supplement, withdraw; and closing, which counts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from common.calendar import local_date
from common.contracts.registration import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    Channel,
    WithdrawnBy,
)
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError, FieldProblem, InvalidInputError
from registration.agencies import handlers as agencies
from registration.applications import domain, repository
from registration.applications.domain import Application, ApplicationState
from registration.applications.repository import Consent
from registration.applications.subjects import to_subject
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.domain import Dossier
from registration.dossiers.repository import to_json
from registration.editions import repository as edition_repository
from registration.editions.domain import Edition, check_intake
from registration.editions.endings import OVER, check_running
from registration.editions.states import AFTER_INTAKE, EditionState
from registration.freezes import handlers as freezes
from registration.lapses.settling import close_of_application
from registration.milestones import handlers as milestones
from registration.vendors import repository as vendors
from registration.vetting import handlers as vetting
from registration.vetting.handlers import Judgement, Vetted

TAKES_SUPPLEMENTS = (
    EditionState.REGISTRATION_OPEN,
    EditionState.REGISTRATION_CLOSED,
    EditionState.ALLOCATED,
    EditionState.READY,
    EditionState.SUSPENDED,
)

Check = Callable[[Application], None]
"""Raises unless who asks may change the application."""


@dataclass(frozen=True)
class Submission:
    """What the vendor declares when it hands in: the undertaking, and one consent for each purpose."""

    undertaking: bool
    consents: Sequence[Consent]
    given_by: str


@dataclass(frozen=True)
class Reviewed:
    """An application with what the rules said about it just now."""

    application: Application
    vetted: Vetted


async def open_application(
    uow: UnitOfWork, application_id: UUID, check: Check | None = None, over: Collection[EditionState] = OVER
) -> tuple[Application, Edition]:
    """Return an application for a change: first its edition held as it is, then the application locked.

    Raises EditionOverError where the edition is in one of the states ``over``.
    """
    application, edition = await repository.open_application(uow.session, application_id)
    if check is not None:
        check(application)
    check_running(edition.state, over)
    return application, edition


async def submit_application(uow: UnitOfWork, application_id: UUID, submission: Submission, check: Check) -> Reviewed:
    """Hand in the dossier, also anew after a return; judged at once. Raises InvalidInputError (R07, R15), R19."""
    application, edition = await open_application(uow, application_id, check)
    is_suspended = edition.state is EditionState.SUSPENDED
    submitted = domain.submit(application, uow.now, is_suspended=is_suspended)
    check_intake_of(edition, application, uow)
    problems = consent_problems(submission)
    packs = await vetting.get_packs(uow, edition)
    subject = await to_subject(uow, submitted, edition, packs)
    problems += vetting.lapsed_star_problems(subject.stored.dossier, edition.planned, packs.products, "")
    content = {"vendor": asdict(subject.vendor), **to_json(subject.stored.dossier)}
    problems += (await freezes.read_dates(uow, edition)).problems_of_gaps(content)
    if problems:
        raise InvalidInputError(problems)
    await repository.save_submission(uow.session, submitted, submission.consents, submission.given_by, uow.now)
    vetted = await vetting.vet(uow, subject, packs, "submission")
    uow.emit(_to_submitted(submitted, vetted.judgement))
    return Reviewed(submitted, vetted)


def check_intake_of(edition: Edition, application: Application, uow: UnitOfWork) -> None:
    """Raise unless the edition takes this application now; a supplement asked for comes also after the close."""
    if application.state is ApplicationState.RETURNED and edition.state in TAKES_SUPPLEMENTS:
        return
    check_intake(edition, uow.now, (EditionState.REGISTRATION_OPEN,))


def takes_now(edition: Edition, application: Application, uow: UnitOfWork) -> bool:
    """Tell whether a draft or a returned application would be taken if it were handed in now, whatever it says."""
    try:
        domain.check_supplement(application)
        domain.submit(application, uow.now, is_suspended=edition.state is EditionState.SUSPENDED)
        check_intake_of(edition, application, uow)
    except DomainError:
        return False
    return True


def check_changes_of(edition: Edition, application: Application, uow: UnitOfWork) -> None:
    """Raise unless the edition takes changes of this application now: until the close, or while a supplement is awaited.

    While an edition is suspended its dates stand still, so what had not passed when that began has not passed.
    """
    if edition.state is not EditionState.SUSPENDED or edition.resume_to in AFTER_INTAKE:
        check_intake_of(edition, application, uow)


def consent_problems(submission: Submission) -> list[FieldProblem]:
    """Return R15 for an undertaking or a consent that is not given."""
    vi, en = "R15: Chưa xác nhận đồng ý hoặc cam kết.", "R15: The consent or the undertaking is missing."
    missing = {"undertaking": not submission.undertaking, "consents": not submission.consents}
    return [FieldProblem(field, "consent_missing", vi, en) for field, is_missing in missing.items() if is_missing]


async def judge_newest(uow: UnitOfWork, application_id: UUID) -> Judgement:
    """Return what the rules say of an application as it is now; nothing is kept. Raises NotFoundError."""
    application = await repository.get_application(uow.session, application_id)
    edition = await edition_repository.get_edition(uow.session, application.edition_id)
    packs = await vetting.get_packs(uow, edition)
    return vetting.judge(await to_subject(uow, application, edition, packs), packs)


async def tell_anew(uow: UnitOfWork, amended: Application, edition: Edition) -> Reviewed:
    """Judge an application that was changed after it was handed in, and tell its newest revision."""
    packs = await vetting.get_packs(uow, edition)
    vetted = await vetting.vet(uow, await to_subject(uow, amended, edition, packs), packs, "amendment")
    uow.emit(_to_submitted(amended, vetted.judgement))
    return Reviewed(amended, vetted)


def _to_submitted(application: Application, judgement: Judgement) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        revision=application.revision,
        vendor=dossiers.to_public_vendor(judgement.subject.vendor),
        channel=Channel(application.channel),
        nominating_agency_code=application.nominating_agency_code,
        booths_wanted=judgement.subject.stored.dossier.booths_wanted,
        products=tuple(
            dossiers.to_exhibited(product, facts.product_id, facts.group, facts.stars, facts.valid_to)
            for product, facts in zip(judgement.subject.stored.dossier.products, judgement.case.products, strict=True)
        ),
        wishes=dossiers.to_wishes(judgement.subject.stored.dossier.wishes),
    )


async def supplement_dossier(
    uow: UnitOfWork, application_id: UUID, dossier: Dossier, check: Check, *, may_thaw: bool = False
) -> Application:
    """Replace the dossier of a draft or of a returned application; it is judged when handed in.

    ``may_thaw``: frozen fields are changed too, as the organiser may.
    """
    application, edition = await open_application(uow, application_id, check)
    domain.check_supplement(application)
    check_intake_of(edition, application, uow)
    packs = await vetting.get_packs(uow, edition)
    problems = vetting.problems_of_dossier(dossier, edition, packs, "", local_date(uow.now))
    vendor = await vendors.get_vendor(uow.session, application.vendor_id)
    problems += await agencies.problems_of_body(uow, dossier.brought_by, vendor.country, "brought_by")
    if not may_thaw:
        newest = (await dossier_repository.list_newest(uow.session, [application_id]))[application_id]
        old, new = ({"vendor": {}, **to_json(one)} for one in (newest.dossier, dossier))
        dates = await freezes.read_dates(uow, edition)
        problems += dates.problems_of_change(old, new, is_handed_in=application.revision > 0)
    if problems:
        raise InvalidInputError(problems)
    await dossiers.store(
        uow, [dossiers.Declared(application_id, application.vendor_id, application.dossier_revision, dossier)]
    )
    return application


async def withdraw_application(
    uow: UnitOfWork, application_id: UUID, by: WithdrawnBy, reason_code: str, check: Check
) -> Application:
    """Withdraw an application; a place that it holds becomes free."""
    application, _ = await open_application(uow, application_id, check)
    withdrawn = domain.withdraw(application, uow.now, reason_code)
    await repository.save_application(uow.session, withdrawn)
    await close_of_application(uow, application_id)
    uow.emit(
        ApplicationWithdrawn(
            edition_id=application.edition_id,
            application_id=application_id,
            vendor_id=application.vendor_id,
            by=by,
            reason_code=reason_code,
        )
    )
    return withdrawn


async def close_registration(uow: UnitOfWork, edition_id: UUID) -> Edition:
    """Close an edition's registration, with the counts of what has come in."""
    edition = await edition_repository.lock_edition(uow.session, edition_id)
    by_state = await repository.count_by_state(uow.session, edition_id)
    counts = milestones.Counts(
        submitted=sum(by_state.values()),
        accepted=by_state.get(ApplicationState.ACCEPTED, 0),
        pending=sum(by_state.get(state, 0) for state in domain.OPEN_STATES),
    )
    return await milestones.close_registration(uow, edition, counts)
