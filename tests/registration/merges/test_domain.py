"""Who goes when a pair that was found to be one producer is taken back."""

from uuid import UUID

import pytest

from registration.merges.domain import Same, Separation, StillSameError, separate

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def same(pair: int, first: UUID, second: UUID) -> Same:
    return Same(UUID(int=100 + pair), first, second)


def test_of_two_the_one_given_up_goes() -> None:
    pair = same(1, A, B)
    assert separate(pair, [pair], A, B) == Separation(B, frozenset())
    assert separate(pair, [pair], B, A) == Separation(A, frozenset())


def test_who_is_one_with_the_one_that_goes_goes_along() -> None:
    pair, other, apart = same(1, A, B), same(2, B, C), same(3, A, D)
    assert separate(pair, [pair, other, apart], A, B) == Separation(B, frozenset({C}))
    assert separate(pair, [pair, other, apart], C, B) == Separation(A, frozenset({D}))  # all were merged into C later


def test_who_is_one_by_a_way_round_is_not_separated() -> None:
    pair, round_ = same(1, A, B), [same(2, A, C), same(3, C, B), same(4, D, UUID(int=9))]
    with pytest.raises(StillSameError) as told:
        separate(pair, [pair, *round_], A, B)
    assert told.value.details["pair_ids"] == ", ".join(str(one.pair_id) for one in round_[:2])
