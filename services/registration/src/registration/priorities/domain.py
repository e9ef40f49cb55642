"""Tiers of eligible vendors and the points that order them; more points first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

VALID_STAR = "valid_star"
EARLY_DAYS = "early_days"
BESIDE_TIERS = ("clean_record", "first_event", "new_product", EARLY_DAYS)


@dataclass(frozen=True, kw_only=True)
class PriorityRules:
    """The part of the eligibility pack that orders vendors; texts are Vietnamese and English."""

    version: str
    valid_from: date
    valid_to: date | None
    points: Mapping[str, int]
    class_tiers: Mapping[str, str]
    texts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class RatedProduct:
    """An eligible product: its class on the worst official day, and the stars that count."""

    product_class: str
    stars: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a vendor brings; ``days_early`` are whole days between submission and the close of registration."""

    products: Sequence[RatedProduct]
    is_foreign: bool
    is_home: bool
    is_in_theme: bool
    has_clean_record: bool = True
    is_first_event: bool = False
    has_new_product: bool = False
    days_early: int = 0


@dataclass(frozen=True)
class Merit:
    """One reason for points."""

    name: str
    points: int


@dataclass(frozen=True)
class Ranking:
    """The tier, None without an eligible product, and what makes up the points."""

    tier: str | None
    merits: tuple[Merit, ...]

    @property
    def points(self) -> int:
        return sum(merit.points for merit in self.merits)


@dataclass(frozen=True)
class Rule:
    """What gives points: so many, or with ``is_most`` up to so many; of tiers a vendor has exactly one."""

    code: str
    points: int
    is_most: bool
    is_tier: bool


def list_rules(rules: PriorityRules) -> list[Rule]:
    """Return all that gives points, by the names of the merits, tiers first as the pack has them."""
    return [
        Rule(code.removesuffix("_days"), points, is_most=code == EARLY_DAYS, is_tier=code not in BESIDE_TIERS)
        for code, points in rules.points.items()
    ]


def rank(standing: Standing, rules: PriorityRules) -> Ranking:
    """Rank a vendor by its best product; inside a tier its record, first event, new product and early submission."""
    tiers = sorted(_tier_of(product, standing, rules) for product in standing.products)
    if not tiers:
        return Ranking(None, ())
    points = rules.points
    earned = {
        tiers[0]: points[tiers[0]],
        "clean_record": points["clean_record"] * standing.has_clean_record,
        "first_event": points["first_event"] * standing.is_first_event,
        "new_product": points["new_product"] * standing.has_new_product,
        "early": max(0, min(standing.days_early, points[EARLY_DAYS])),
    }
    return Ranking(tiers[0], tuple(Merit(name, got) for name, got in earned.items() if got))


def _tier_of(product: RatedProduct, standing: Standing, rules: PriorityRules) -> str:
    if standing.is_foreign:
        return "foreign"
    if product.product_class != VALID_STAR:
        return rules.class_tiers[product.product_class]
    if standing.is_in_theme:
        return "tier_1" if product.stars > 3 else "tier_2"
    return "tier_3" if standing.is_home else "tier_4"
