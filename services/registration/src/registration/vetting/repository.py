"""The packs that vetting needs, picked by date, and the evaluations made with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import Text, cast, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.agencies.domain import ProvinceRegister
from registration.priorities.domain import PriorityRules
from registration.rows import insert_into, rows_of
from registration.rules.domain import (
    AwardLevels,
    CertificateLife,
    NoRuleForDateError,
    ProductGroups,
    ProductRules,
    in_force,
)
from registration.rules.tables import RulePackRow
from registration.subsidies.domain import SubsidyRules
from registration.vendors.domain import TaxIdRules
from registration.vetting.domain import Case, Eligibility, Evaluation, Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Packs:
    """The rules for one edition: in force on its first official day, or all versions where other dates decide."""

    products: ProductRules
    eligibility: Eligibility
    priorities: PriorityRules
    subsidy: SubsidyRules | None
    tax_ids: TaxIdRules
    register: ProvinceRegister

    def versions_on(self, on: date) -> dict[str, str]:
        """Return pack to version: the ones of the edition's date, and all where a product's own date decides."""
        groups = in_force("product_groups", self.products.product_groups, on)
        life = in_force("certificate_life", self.products.certificate_life, on)
        return {
            "eligibility": self.eligibility.version,
            "tax_ids": self.tax_ids.version,
            "provinces": self.register.version,
            "product_groups": groups.version,
            "certificate_life": life.version,
            "award_levels": " ".join(levels.version for levels in self.products.award_levels),
            **({"subsidy": self.subsidy.version} if self.subsidy else {}),
        }


@dataclass(frozen=True)
class StoredPack:
    """One version of a pack; ``body`` is JSON text."""

    pack: str
    version: str
    valid_from: date
    valid_to: date | None
    body: str


@lru_cache(maxsize=128)
def _parse(kind: type[T], stored: StoredPack) -> T:
    """Read a stored pack; a stored version never changes, so what was read once holds."""
    dates = {"version": stored.version, "valid_from": stored.valid_from, "valid_to": stored.valid_to}
    body: dict[str, Any] = TypeAdapter(dict[str, Any]).validate_json(stored.body)
    return TypeAdapter(kind).validate_python({**body, **dates})


class _Shelf:
    """All stored packs, to pick from."""

    def __init__(self, stored: Collection[StoredPack]) -> None:
        self._stored = stored

    def all(self, pack: str, kind: type[T]) -> tuple[T, ...]:
        return tuple(_parse(kind, found) for found in self._stored if found.pack == pack)

    def find_on(self, pack: str, kind: type[T], on: date) -> T | None:
        for found in self._stored:
            if found.pack == pack and found.valid_from <= on and (found.valid_to is None or on <= found.valid_to):
                return _parse(kind, found)
        return None

    def get(self, pack: str, kind: type[T], version: str) -> T:
        for found in self._stored:
            if (found.pack, found.version) == (pack, version):
                return _parse(kind, found)
        raise NotFoundError(pack, version)

    def get_on(self, pack: str, kind: type[T], on: date) -> T:
        found = self.find_on(pack, kind, on)
        if found is None:
            raise NoRuleForDateError(pack, on)
        return found


def pick_packs(stored: Collection[StoredPack], on: date, register: str) -> Packs:
    """Return the packs for an edition with this register of provinces whose first official day is ``on``.

    Raises NoRuleForDateError, NotFoundError.
    """
    shelf = _Shelf(stored)
    return Packs(
        products=ProductRules(
            shelf.all("award_levels", AwardLevels),
            shelf.all("product_groups", ProductGroups),
            shelf.all("certificate_life", CertificateLife),
        ),
        eligibility=shelf.get_on("eligibility", Eligibility, on),
        priorities=shelf.get_on("eligibility", PriorityRules, on),
        subsidy=shelf.find_on("subsidy", SubsidyRules, on),
        tax_ids=shelf.get_on("tax_ids", TaxIdRules, on),
        register=shelf.get("provinces", ProvinceRegister, register),
    )


STAMP = text("SELECT string_agg(digest, ' ' ORDER BY digest) FROM rule_packs")
COLUMNS = (RulePackRow.pack, RulePackRow.version, RulePackRow.valid_from, RulePackRow.valid_to)
ALL = select(*COLUMNS, cast(RulePackRow.body, Text)).order_by(RulePackRow.valid_from)


async def list_stored(session: AsyncSession) -> list[StoredPack]:
    """Return all stored packs, oldest version first."""
    return [StoredPack(*row) for row in await session.execute(ALL)]


def dump_body(body: dict[str, Any]) -> str:
    """Return a body as JSON text."""
    return to_json(body).decode()


@lru_cache(maxsize=4)
def _kept(_stamp: str | None) -> dict[tuple[date, str], Packs]:
    """Return the packs picked so far from the stored ones whose digests these are."""
    return {}


async def get_packs(session: AsyncSession, on: date, register: str) -> Packs:
    """Pick from the stored packs as ``pick_packs`` does; they are read again once there are others."""
    kept = _kept(await session.scalar(STAMP))
    if (on, register) not in kept:
        kept[on, register] = pick_packs(await list_stored(session), on, register)
    return kept[on, register]


@dataclass(frozen=True, kw_only=True)
class StoredEvaluation:
    """An evaluation as kept: what was judged, by which versions, with what outcome for each rule."""

    evaluation_id: UUID
    application_id: UUID
    occasion: str
    revision: int
    first_on: date
    last_on: date
    packs: dict[str, str]
    inputs: dict[str, Any]
    outcome: str
    rules: list[dict[str, Any]]
    products: list[dict[str, Any]]
    tier: str | None
    points: int
    merits: list[dict[str, Any]]
    evaluated_at: datetime

    @property
    def made_with(self) -> tuple[date, str]:
        """The day and the register of provinces that picked the packs."""
        return self.first_on, self.packs["provinces"]

    @property
    def open_codes(self) -> tuple[str, ...]:
        return tuple(rule["code"] for rule in self.rules if not rule["passed"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        found = (finding for rule in self.rules for finding in rule["findings"])
        return tuple(Finding(one["code"], None, one["data"]) for one in found)


STORED = TypeAdapter(StoredEvaluation)
CASE = TypeAdapter(Case)
EVALUATION = TypeAdapter(Evaluation)
NEW_DATES = "reschedule"
"""The occasion of what new dates left as it was: nobody was told of it."""
ADD = insert_into("evaluations")
LIST_NEWEST = text(
    """
    SELECT DISTINCT ON (application_id) CAST(to_jsonb(e) AS text) FROM evaluations e
    WHERE application_id = ANY(:application_ids) ORDER BY application_id, evaluation_id DESC
    """
)
LIST_TOLD = text(
    """
    SELECT DISTINCT ON (application_id) application_id, CAST(to_jsonb(e) AS text) AS told FROM evaluations e
    WHERE application_id = ANY(:application_ids) AND occasion <> :untold ORDER BY application_id, evaluation_id DESC
    """
)
LIST_ALL = text(
    """
    SELECT CAST(to_jsonb(e) AS text) FROM evaluations e
    WHERE application_id = :application_id ORDER BY evaluation_id
    """
)


def dump_case(case: Case) -> dict[str, Any]:
    """Return a case as JSON; sets are sorted, so that equal cases read equal."""
    inputs: dict[str, Any] = CASE.dump_python(case, mode="json")
    return {**inputs, "paper_kinds": sorted(case.paper_kinds)}


def dump_evaluation(evaluation: Evaluation) -> dict[str, Any]:
    """Return outcome, rules and products of an evaluation as JSON."""
    dumped: dict[str, Any] = EVALUATION.dump_python(evaluation, mode="json")
    return dumped


async def add_evaluations(session: AsyncSession, evaluations: Sequence[StoredEvaluation]) -> None:
    await session.execute(ADD, rows_of([vars(stored) for stored in evaluations]))


async def list_newest(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, StoredEvaluation]:
    """Return the newest evaluation of each application."""
    return _by_application(await session.scalars(LIST_NEWEST, {"application_ids": list(application_ids)}))


async def list_told(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, StoredEvaluation]:
    """Return of each application the newest evaluation that its readers were told the outcome of."""
    return read_told(await list_told_texts(session, application_ids))


async def list_told_texts(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the same as JSON: the same text is the same evaluation."""
    rows = await session.execute(LIST_TOLD, {"application_ids": list(application_ids), "untold": NEW_DATES})
    return {row.application_id: row.told for row in rows}


def read_told(texts: Mapping[UUID, str]) -> dict[UUID, StoredEvaluation]:
    """Return evaluations from their texts."""
    return _by_application(texts.values())


def _by_application(rows: Iterable[str]) -> dict[UUID, StoredEvaluation]:
    return {stored.application_id: stored for stored in map(STORED.validate_json, rows)}


async def list_evaluations(session: AsyncSession, application_id: UUID) -> list[StoredEvaluation]:
    """Return all evaluations of an application, oldest first."""
    rows = await session.scalars(LIST_ALL, {"application_id": application_id})
    return [STORED.validate_json(row) for row in rows]
