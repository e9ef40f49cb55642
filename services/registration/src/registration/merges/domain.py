"""Which vendors are one producer by the pairs found so, and who goes when such a pair is taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from common.errors import DomainError


class StillSameError(DomainError):
    """Other pairs say by a way round that the two are one; those are to be taken back first."""

    code = "still_same"

    def __init__(self, pair_ids: Collection[UUID]) -> None:
        listed = ", ".join(sorted(map(str, pair_ids)))
        super().__init__(
            f"Hai chủ thể vẫn là một qua các cặp khác; hãy tách trước: {listed}.",
            f"By other pairs the two are one all the same; take back first: {listed}.",
            pair_ids=listed,
        )


class NumberTakenError(DomainError):
    """The kept vendor goes by the merged one's tax number now; two vendors cannot have one number."""

    code = "tax_number_taken"

    def __init__(self, tax_key: str) -> None:
        super().__init__(
            f"Mã số thuế {tax_key} nay là của chủ thể được giữ lại; hãy sửa mã số thuế của chủ thể đó rồi tách.",
            f"The tax number {tax_key} is the kept vendor's now; put that vendor's number right, then take the merge back.",
            tax_key=tax_key,
        )


@dataclass(frozen=True)
class Same:
    """A pair that a person found to be one producer."""

    pair_id: UUID
    first_id: UUID
    second_id: UUID


def side_of(vendor_id: UUID, found_same: Collection[Same]) -> frozenset[UUID]:
    """Return all vendors that are one with this one by the pairs given, itself among them."""
    side, waiting = {vendor_id}, [vendor_id]
    while waiting:
        one = waiting.pop()
        for pair in found_same:
            if one in (pair.first_id, pair.second_id):
                new = {pair.first_id, pair.second_id} - side
                side |= new
                waiting += new
    return frozenset(side)


@dataclass(frozen=True)
class Separation:
    """How one producer becomes two: who goes, and which of them is kept for the others that go."""

    root: UUID
    others: frozenset[UUID]


def separate(pair: Same, found_same: Collection[Same], kept_id: UUID, merged_id: UUID | None) -> Separation:
    """Return who goes when a pair is taken back.

    Args:
        pair: the pair that is not one producer after all.
        found_same: every pair found to be one producer, this one among them.
        kept_id: the vendor that all of them were merged into.
        merged_id: the vendor that this pair's merge gave up; None where that is not known any more.

    Raises StillSameError.
    """
    rest = [one for one in found_same if one.pair_id != pair.pair_id]
    sides = [side_of(pair.first_id, rest), side_of(pair.second_id, rest)]
    if sides[0] == sides[1]:
        raise StillSameError([one.pair_id for one in rest if one.first_id in sides[0]])
    going = next(side for side in sides if kept_id not in side)
    root = merged_id if merged_id is not None and merged_id in going else min(going)
    return Separation(root, going - {root})
