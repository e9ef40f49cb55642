"""Tells acceptances again whose products lapsed or count again, and keeps the tasks about them as they stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.acceptances.handlers import to_accepted
from registration.applications.domain import Application
from registration.applications.subjects import subjects_of, to_subjects
from registration.case_files import repository as case_files
from registration.editions.domain import Edition
from registration.lapses import repository
from registration.lapses.domain import (
    LAPSED,
    NOTHING_LEFT,
    PAPER_LAPSED,
    RENEWED,
    STARRED,
    Task,
    find_lapses,
    find_lapsing,
    find_regained,
    products_of,
)
from registration.lapses.unchanged import digest_of, recall
from registration.vetting import handlers as vetting
from registration.vetting import repository as evaluations
from registration.vetting.cases import Subject
from registration.vetting.domain import Finding, Lapsing
from registration.vetting.handlers import Judgement
from registration.vetting.paper_names import name_paper
from registration.vetting.repository import Packs, StoredEvaluation

RENEWAL = "renewal"
ABOUT_LAPSES = (LAPSED, NOTHING_LEFT)
PAPERS_HOLD = "Giấy tờ có hiệu lực đến hết sự kiện / The papers hold to the end of the event"


@dataclass(frozen=True)
class Lapse:
    """An accepted application, what the rules say of it now, the products that lost their class, and those that have it again.

    ``papers`` are its other mandatory papers that lapse before the fair ends and did not before.
    """

    application: Application
    judgement: Judgement
    product_ids: tuple[UUID, ...]
    regained: tuple[UUID, ...] = ()
    papers: tuple[Lapsing, ...] = ()
    has_papers_again: bool = False

    @property
    def leaves_nothing(self) -> bool:
        return not any(product.is_eligible for product in self.judgement.evaluation.products)

    @property
    def is_news(self) -> bool:
        return bool(self.product_ids or self.regained)

    def has_stars(self, product_id: UUID) -> bool:
        """Tell whether a product counts with its stars now, whatever was told of it."""
        products = self.judgement.evaluation.products
        return any(one.product_class == STARRED for one in products if one.product_id == product_id)


async def look_at(uow: UnitOfWork, edition: Edition, packs: Packs, accepted: Sequence[Application]) -> list[Lapse]:
    """Return of each application what has lapsed or counts again since it was last told; mostly nothing."""
    subjects = await to_subjects(uow, accepted, edition, packs)
    told = await evaluations.list_told(uow.session, [one.application_id for one in accepted])
    return _compare_all(accepted, subjects, told, packs)


async def look_for_lapses(
    uow: UnitOfWork, edition: Edition, packs: Packs, accepted: Sequence[Application]
) -> list[Lapse]:
    """Return the applications that have lost a product since they were last told.

    What is as it was when it had lost nothing is not judged again.
    """
    ids = [one.application_id for one in accepted]
    files = await case_files.list_texts(uow.session, ids)
    told = await evaluations.list_told_texts(uow.session, ids)
    unchanged = recall(edition, packs)
    digests = {
        one.application_id: digest_of(one, files[one.application_id], told[one.application_id]) for one in accepted
    }
    other = [one for one in accepted if not unchanged.has(one.application_id, digests[one.application_id])]
    keys = [one.application_id for one in other]
    read = case_files.read_files({key: files[key] for key in keys})
    subjects = subjects_of(uow, other, read, edition, packs)
    looked = _compare_all(other, subjects, evaluations.read_told({key: told[key] for key in keys}), packs)
    for one in looked:
        if not one.product_ids:
            unchanged.keep(one.application.application_id, digests[one.application.application_id])
    return [one for one in looked if one.product_ids]


def _compare_all(
    accepted: Sequence[Application], subjects: Sequence[Subject], told: Mapping[UUID, StoredEvaluation], packs: Packs
) -> list[Lapse]:
    return [
        compare(application, told[application.application_id], vetting.judge(subject, packs))
        for application, subject in zip(accepted, subjects, strict=True)
    ]


def compare(application: Application, told: StoredEvaluation, judgement: Judgement) -> Lapse:
    """Return what is another than was told.

    Stars whose paper a person found wrong are no lapse: whoever found it so has a task opened, and a person decides.
    """
    before = {UUID(one["product_id"]): one["product_class"] for one in told.products}
    now = {one.product_id: one.product_class for one in judgement.evaluation.products}
    refuted = {facts.product_id for facts in judgement.case.products if facts.refuted is not None}
    lapses = find_lapses({key: held for key, held in before.items() if key not in refuted}, now)
    were, are = _lapsing(told.findings), _lapsing(judgement.evaluation.findings)
    return Lapse(
        application,
        judgement,
        lapses,
        find_regained(before, now),
        papers=find_lapsing(were, are),
        has_papers_again=bool(find_lapsing(are, were)),
    )


def _lapsing(findings: Iterable[Finding]) -> list[Lapsing]:
    """Return which papers the rules found to lapse."""
    return [
        (one.code, str(one.data["lapsing"]), str(one.data["lapses_on"])) for one in findings if one.data.get("lapsing")
    ]


def tell_again(uow: UnitOfWork, changed: Sequence[Lapse], until: datetime | None = None) -> None:
    """Tell acceptances again with what still counts, and where nothing does by when it is decided on them."""
    for one in changed:
        reply_by_at = until if one.leaves_nothing or one.papers else None
        told = to_accepted(one.application, one.judgement, one.product_ids, reply_by_at, one.regained, one.papers)
        uow.emit(told)


async def move_days(uow: UnitOfWork, looked: Sequence[Lapse], until: datetime) -> dict[UUID, Lapse]:
    """Move the day by which it is decided on acceptances with nothing eligible, or whose papers lapse.

    Returned is by application what is to be told: with what it waits for, so that each is told once.
    """
    by_id = {one.application.application_id: one for one in looked}
    told: dict[UUID, Lapse] = {}
    moved: list[Task] = []
    for task in await repository.lock_open_tasks(uow.session, list(by_id), [NOTHING_LEFT, PAPER_LAPSED]):
        if task.data.get("decide_by") == until.isoformat():
            continue
        wider = _with_task(told.get(task.application_id, by_id[task.application_id]), task)
        if wider is not None:
            told[task.application_id] = wider
            moved.append(replace(task, data={**task.data, "decide_by": until.isoformat()}))
    await repository.save_tasks(uow.session, moved)
    return told


def _with_task(one: Lapse, task: Task) -> Lapse | None:
    """Return a lapse with what its task is about; None where nothing of that lapses any more."""
    if task.kind == NOTHING_LEFT:
        products = tuple(sorted({*one.product_ids, *products_of(task)}))
        return replace(one, product_ids=products) if one.leaves_nothing else None
    kinds = task.subject.split()
    papers = {paper for paper in _lapsing(one.judgement.evaluation.findings) if paper[1] in kinds}
    return replace(one, papers=tuple(sorted({*one.papers, *papers}))) if papers else None


async def tell_renewed(
    uow: UnitOfWork, application: Application, before: Judgement, after: Judgement, done_by: str
) -> None:
    """Keep what the rules say of new certificates, and tell the acceptance again unless nothing of it is another.

    Who has fewer stars by a new decision is told so as of a lapse. What lapsed meanwhile is told with it.
    """
    told = (await evaluations.list_told(uow.session, [application.application_id]))[application.application_id]
    found = compare(application, told, after)
    stars = {UUID(one["product_id"]): one["stars"] for one in told.products}
    fallen = [one.product_id for one in after.evaluation.products if 0 < one.stars < stars.get(one.product_id, 0)]
    shown, shown_before = (to_accepted(application, one).products for one in (after, before))
    other = {one.product_id for one in shown if one not in shown_before}
    renewed = (other | {*found.regained}) - {*fallen}
    await vetting.keep_all(uow, [after], RENEWAL)
    if renewed or fallen or found.product_ids:
        event = to_accepted(application, after, found.product_ids, renewed=renewed)
        lost = to_accepted(application, before, fallen).lapsed
        uow.emit(event.model_copy(update={"lapsed": (*event.lapsed, *lost)}))
    await close_tasks(uow, [found], done_by)
    if found.product_ids:
        await repository.add_lapses(uow.session, [to_task(uow, found, LAPSED)])


async def close_tasks(uow: UnitOfWork, looked: Sequence[Lapse], done_by: str) -> None:
    """Close tasks about lapses of products that count again, with what was found; what still lapses stays a task."""
    by_id = {one.application.application_id: one for one in looked}
    for task in await repository.lock_open_tasks(uow.session, list(by_id), ABOUT_LAPSES):
        one = by_id[task.application_id]
        starred = {each.product_id for each in one.judgement.evaluation.products if each.product_class == STARRED}
        left = tuple(each for each in products_of(task) if each not in starred)
        if one.leaves_nothing if task.kind == NOTHING_LEFT else left:
            continue
        note = _say_eligible(one.judgement)
        await repository.save_task(uow.session, replace(task, done_at=uow.now, done_by=done_by, note=note))
        if left:
            await repository.add_lapses(uow.session, [to_task(uow, replace(one, product_ids=left), LAPSED)])


def _say_eligible(judgement: Judgement) -> str:
    """Return what was found, for the record of a task: the products that count, and until when."""
    eligible = {one.product_id for one in judgement.evaluation.products if one.is_eligible}
    names = [
        facts.name if facts.valid_to is None else f"{facts.name} ({facts.stars}★, {facts.valid_to:%d/%m/%Y})"
        for facts in judgement.case.products
        if facts.product_id in eligible
    ]
    return f"Sản phẩm hợp lệ / Eligible: {'; '.join(names)}"


async def ask_to_look(
    uow: UnitOfWork, application: Application, judgement: Judgement, product_ids: Collection[UUID]
) -> None:
    """Give a task to look at the new certificates that a vendor entered."""
    lapse = Lapse(application, judgement, tuple(sorted(product_ids)))
    await repository.add_lapses(uow.session, [to_task(uow, lapse, RENEWED)])


async def ask_about_papers(uow: UnitOfWork, looked: Sequence[Lapse], until: datetime, done_by: str) -> None:
    """Give a task for mandatory papers that do not outlive the new dates; one whose papers all do is done."""
    await repository.add_lapses(uow.session, [_to_paper_task(uow, one, until) for one in looked if one.papers])
    whole = [one for one in looked if not _lapsing(one.judgement.evaluation.findings)]
    open_ones = await repository.lock_open_tasks(
        uow.session, [one.application.application_id for one in whole], [PAPER_LAPSED]
    )
    done = [replace(task, done_at=uow.now, done_by=done_by, note=PAPERS_HOLD) for task in open_ones]
    await repository.save_tasks(uow.session, done)


def _to_paper_task(uow: UnitOfWork, lapse: Lapse, until: datetime) -> Task:
    kinds = dict.fromkeys((kind, day) for _, kind, day in lapse.papers)
    named = [(name_paper(kind), date.fromisoformat(day)) for kind, day in kinds]
    return Task(
        task_id=uow.new_id(),
        edition_id=lapse.application.edition_id,
        application_id=lapse.application.application_id,
        kind=PAPER_LAPSED,
        subject=" ".join(sorted({kind for kind, _ in kinds})),
        data={
            "codes": " ".join(sorted({code for code, _, _ in lapse.papers})),
            "papers": "; ".join(f"{vi} / {en} ({day:%d/%m/%Y})" for (vi, en), day in named),
            "found_on": local_date(uow.now).isoformat(),
            "decide_by": until.isoformat(),
        },
        opened_at=uow.now,
    )


def to_task(uow: UnitOfWork, lapse: Lapse, kind: str, until: datetime | None = None) -> Task:
    """Return a task about products of an acceptance."""
    stored = lapse.judgement.subject.stored
    products = zip(stored.product_ids, stored.dossier.products, strict=True)
    names = [product.name for product_id, product in products if product_id in lapse.product_ids]
    return Task(
        task_id=uow.new_id(),
        edition_id=lapse.application.edition_id,
        application_id=lapse.application.application_id,
        kind=kind,
        subject=" ".join(str(one) for one in lapse.product_ids),
        data={
            "products": "; ".join(names),
            "found_on": local_date(uow.now).isoformat(),
            **({} if until is None else {"decide_by": until.isoformat()}),
        },
        opened_at=uow.now,
    )
