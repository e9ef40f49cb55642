"""Runs a pack against past applications and says whose outcome would change; changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.applications import repository as application_repository
from registration.applications.subjects import to_subjects
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.rules.packs import PackFile
from registration.vetting import handlers as vetting
from registration.vetting import repository as packs
from registration.vetting.handlers import Judgement
from registration.vetting.repository import StoredPack


@dataclass(frozen=True)
class Standing:
    """What the rules make of an application: outcome, open codes, tier, points, eligible products and support."""

    outcome: str
    codes: tuple[str, ...]
    tier: str | None
    points: int
    products: int
    support: int | None


@dataclass(frozen=True)
class Change:
    """An application that a pack would judge otherwise."""

    edition_code: str
    application_id: UUID
    trade_name: str
    before: Standing
    after: Standing


@dataclass(frozen=True)
class Trial:
    """What a pack would change: editions on whose dates it decides, applications judged, and those that differ."""

    editions: int
    applications: int
    changes: tuple[Change, ...]


async def try_pack(uow: UnitOfWork, pack: PackFile, *, any_date: bool = False) -> Trial:
    """Judge past applications by the packs in force and by the same with this one in place of its version.

    A pack is tried on editions whose first day lies in its period; with ``any_date`` on all, as if it had been in force.
    """
    stored = await packs.list_stored(uow.session)
    listed = [one for one in await editions.list_editions(uow.session, None, 10_000) if any_date or _decides(pack, one)]
    judged = 0
    changes: list[Change] = []
    for edition in listed:
        day, register = edition.planned.first, edition.province_register
        before = packs.pick_packs(stored, day, register)
        tried = packs.pick_packs(_with(stored, pack, day if any_date else None), day, register)
        handed_in = await application_repository.list_handed_in(uow.session, edition.edition_id)
        subjects = await to_subjects(uow, handed_in, edition, before)
        judged += len(subjects)
        for application, subject in zip(handed_in, subjects, strict=True):
            was, now = [_standing(vetting.judge(subject, each)) for each in (before, tried)]
            if was != now:
                name = subject.vendor.trade_name
                changes.append(Change(edition.code, application.application_id, name, was, now))
    return Trial(len(listed), judged, tuple(changes))


def _decides(pack: PackFile, edition: Edition) -> bool:
    """Tell whether a pack can decide for an edition; products are also judged by packs of earlier dates."""
    first = edition.planned.first
    if pack.pack in {"award_levels", "product_groups"}:
        return pack.valid_from <= first
    return pack.valid_from <= first and (pack.valid_to is None or first <= pack.valid_to)


def _with(stored: Sequence[StoredPack], pack: PackFile, day: date | None) -> list[StoredPack]:
    """Return the stored packs with a new one before them: the first in force on a day is taken."""
    new = StoredPack(pack.pack, pack.version, pack.valid_from, pack.valid_to, packs.dump_body(pack.body))
    if day is not None:
        new = replace(new, valid_from=min(day, new.valid_from), valid_to=None)
    return [new, *(one for one in stored if (one.pack, one.version) != (pack.pack, pack.version))]


def _standing(judgement: Judgement) -> Standing:
    evaluation, ranking, subsidy = judgement.evaluation, judgement.ranking, judgement.packs.subsidy
    return Standing(
        outcome=evaluation.outcome.value,
        codes=tuple(sorted({finding.code for finding in evaluation.findings})),
        tier=ranking.tier,
        points=ranking.points,
        products=sum(product.is_eligible for product in evaluation.products),
        support=None if subsidy is None else subsidy.rate_percent,
    )
