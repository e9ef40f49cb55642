"""What speaks for two vendors being one producer, how much, and what a person decided about it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from common.errors import DomainError
from registration.vendors.domain import name_key

FORMS = (
    "hop tac xa",
    "to hop tac",
    "cong ty co phan",
    "cong ty trach nhiem huu han mot thanh vien",
    "cong ty trach nhiem huu han",
    "cong ty",
    "doanh nghiep tu nhan",
    "ho kinh doanh",
    "ho gia dinh",
    "lien hiep",
    "co so san xuat",
    "co so",
    "mot thanh vien",
)
"""Legal forms, longest first: they tell nothing about who it is."""
COMMON_WORDS = frozenset(
    [
        "va",
        "nong",
        "nghiep",
        "dich",
        "vu",
        "thuong",
        "mai",
        "san",
        "xuat",
        "tong",
        "hop",
        "kinh",
        "doanh",
        "che",
        "bien",
        "xuat",
        "nhap",
        "khau",
    ]
)
"""Words that half of all cooperatives carry; left out while something else remains."""


class Verdict(StrEnum):
    """What a person decided about a pair."""

    SAME = "same"
    DIFFERENT = "different"


class PairDecidedError(DomainError):
    """A person has decided about the pair already."""

    code = "pair_decided"

    def __init__(self, verdict: str) -> None:
        words = {"same": "cùng một chủ thể", "different": "hai chủ thể khác nhau"}
        super().__init__(
            f"Cặp này đã được quyết định: {words.get(verdict, verdict)}.",
            f"The pair has been decided already: {verdict}.",
            verdict=verdict,
        )


class NotOfPairError(DomainError):
    """The vendor to keep is neither of the two."""

    code = "not_of_pair"
    status = 422


class NotMergedError(DomainError):
    """The pair was not found to be one producer; there is nothing to take back."""

    code = "not_merged"

    def __init__(self) -> None:
        super().__init__(
            "Cặp này không ở tình trạng “cùng một chủ thể”, không có gì để tách.",
            "The pair was not found to be one producer; there is nothing to take back.",
        )


@dataclass(frozen=True)
class VendorFacts:
    """A vendor as far as the search compares it; ``province`` by the newest register, ``names`` without legal forms."""

    vendor_id: UUID
    names: tuple[str, ...]
    numbers: frozenset[str]
    phone: str | None
    province: str | None
    products: frozenset[str]


@dataclass(frozen=True)
class Weights:
    """Points (of 100) that each sign gives; choices of ours, no paper sets them."""

    number: int = 70
    phone: int = 35
    name: int = 45
    least_similarity: int = 80
    province: int = 10
    products: int = 20
    candidate_from: int = 50


@dataclass(frozen=True)
class Signal:
    """One sign that two vendors are one: its name, its points, and how alike (0 to 100) the two are in it."""

    name: str
    points: int
    alike: int


@dataclass(frozen=True)
class Candidate:
    """Two vendors that may be one, the older id first."""

    first_id: UUID
    second_id: UUID
    score: int
    signals: tuple[Signal, ...]


def core_name(name: str) -> str:
    """Return what of a name tells who it is: no marks, no legal form, no words that half of all vendors carry."""
    core = f" {name_key(name)} "
    for form in FORMS:
        core = core.replace(f" {form} ", " ")
    words = core.split()
    telling = [word for word in words if word not in COMMON_WORDS]
    return " ".join(telling or words or [name_key(name)])


def place_now(province: str | None, successors: Mapping[str, str]) -> str | None:
    """Return a province by the newest register; ``successors`` says what older codes became."""
    return None if province is None else successors.get(province, province)


def weigh(first: VendorFacts, second: VendorFacts, similarity: int, weights: Weights) -> tuple[Signal, ...]:
    """Return the signs that two vendors are one; ``similarity`` of their names runs from 0 to 100."""
    return tuple(_weigh(first, second, similarity, weights))


def _weigh(first: VendorFacts, second: VendorFacts, similarity: int, weights: Weights) -> Iterator[Signal]:
    if first.numbers & second.numbers:
        yield Signal("number", weights.number, 100)
    if first.phone is not None and first.phone == second.phone:
        yield Signal("phone", weights.phone, 100)
    if similarity >= weights.least_similarity:
        span = 100 - weights.least_similarity
        half = weights.name // 2
        points = half + (weights.name - half) * (similarity - weights.least_similarity) // span
        yield Signal("name", points, similarity)
    if first.province is not None and first.province == second.province:
        yield Signal("province", weights.province, 100)
    shared = len(first.products & second.products)
    if shared:
        alike = 100 * shared // min(len(first.products), len(second.products))
        yield Signal("products", max(1, weights.products * alike // 100), alike)


def score_of(signals: Collection[Signal]) -> int:
    """Return the score of a pair, 0 to 100."""
    return min(100, sum(signal.points for signal in signals))


def is_asked_again(decided_by: Collection[str], found: Collection[Signal]) -> bool:
    """Tell whether a pair found different is to be shown again: a strong sign has come up that the person did not see."""
    strong = {"number", "phone", "name"}
    return bool({signal.name for signal in found} & strong - set(decided_by))
