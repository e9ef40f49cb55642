"""What is judged of a dossier, by which dated rules, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from registration.vetting.filed_papers import RefutedPaper

Inputs = dict[str, str | int | bool | None]
Lapsing = tuple[str, str, str]
"""A paper that does not outlive the fair: the code that asks for it, its kind, its first day without validity."""


class Effect(StrEnum):
    """What an open code does to the application."""

    REJECT = "reject"
    RETURN = "return"
    RETURN_THEN_WITHOUT_STAR = "return_then_without_star"
    WITHOUT_STAR = "without_star"
    MANUAL = "manual"
    REFUSE_PRODUCT = "refuse_product"
    NOTE = "note"


class Outcome(StrEnum):
    """What follows from all open codes together."""

    ACCEPT = "accept"
    RETURN = "return"
    MANUAL = "manual"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class CodeRule:
    code: str
    name: str
    effect: Effect
    vi: str
    en: str
    overridable: bool = True


@dataclass(frozen=True, kw_only=True)
class PaperRule:
    """A paper that must be there: one of the kinds, for the groups named (none: all goods)."""

    code: str
    any_of: tuple[str, ...]
    groups: tuple[str, ...] = ()
    processed_only: bool = False
    foreign_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    reply_working_days: int
    last_reply_days_before: int
    appeal_working_days: int
    late_withdrawal_days_before: int
    record_months: int


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """The pack of eligibility in force on the first official day."""

    version: str
    valid_from: date
    valid_to: date | None
    home_province: str
    max_booths: int
    counted_from_stars: int
    legal_forms: tuple[str, ...]
    registration_papers: tuple[str, ...]
    nomination_papers: tuple[str, ...]
    invitation_papers: tuple[str, ...]
    attestation_papers: tuple[str, ...]
    services: tuple[str, ...]
    papers: tuple[PaperRule, ...]
    class_tiers: Mapping[str, str]
    deadlines: Deadlines
    codes: tuple[CodeRule, ...]

    def find_code(self, wanted: str) -> CodeRule | None:
        """Return the rule of a code, asked for as ``R07`` or as ``certificate_expired``."""
        return next((rule for rule in self.codes if wanted in (rule.code, rule.name)), None)


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """A product with what the packs of its own dates say about its stars and group."""

    product_id: UUID
    name: str
    group: str | None
    stars: int
    is_proven: bool
    is_valid_throughout: bool | None
    award: str | None
    valid_to: date | None
    declared_class: str | None
    processed_packaged: bool
    imported: bool
    has_origin: bool
    refuted: RefutedPaper | None = None


@dataclass(frozen=True)
class LapsingPaper:
    """A paper that does not outlive the last official day; ``lapses_on`` is its first day without validity."""

    kind: str
    lapses_on: date


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that is judged; ``paper_kinds`` are the papers that outlive the last official day and that nobody found wrong."""

    revision: int
    vendor_type: str
    is_foreign: bool
    is_home: bool
    is_nominated: bool
    has_valid_tax_id: bool
    is_duplicate: bool
    is_barred: bool
    is_late: bool
    has_consented: bool
    booths_wanted: int
    paper_kinds: frozenset[str]
    products: tuple[ProductFacts, ...]
    lapsing_papers: tuple[LapsingPaper, ...] = ()
    refuted_papers: tuple[RefutedPaper, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A code that is open, and for which product where it is about one."""

    code: str
    product_id: UUID | None = None
    data: Inputs = field(default_factory=dict[str, str | int | bool | None])


@dataclass(frozen=True)
class RuleOutcome:
    """One rule and what it found; nothing found is passed."""

    code: str
    passed: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class JudgedProduct:
    """A product with the class that counts for the whole edition."""

    product_id: UUID
    product_class: str
    stars: int
    is_eligible: bool


@dataclass(frozen=True)
class Evaluation:
    outcome: Outcome
    rules: tuple[RuleOutcome, ...]
    products: tuple[JudgedProduct, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for rule in self.rules for finding in rule.findings)
