"""What follows from decisions before they are told: booths beside quotas, and who is over."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.errors import DomainError
from registration.editions.domain import QuotaBounds


class PreviewOutdatedError(DomainError):
    """What would be told has changed since the preview that was seen."""

    code = "preview_outdated"


@dataclass(frozen=True)
class Placed:
    """An acceptance as far as quotas go; ``codes`` are its code in each dimension.

    ``is_new`` waits to be told, ``is_ending`` is taken back with the release.
    """

    application_id: UUID
    codes: frozenset[tuple[str, str]]
    booths: int
    points: int
    rank: int | None
    is_new: bool
    is_ending: bool = False


@dataclass(frozen=True)
class QuotaUse:
    """A quota with the booths accepted before and with the release; ``over`` are those that stand behind the ceiling."""

    dimension: str
    code: str
    floor: int | None
    ceiling: int | None
    before: int
    after: int
    over: tuple[UUID, ...]


def count_quotas(quotas: Sequence[QuotaBounds], placed: Sequence[Placed]) -> tuple[QuotaUse, ...]:
    """Return every quota with its booths before and after; who is over has fewest points, then the lowest rank."""
    return tuple(_count(quota, placed) for quota in quotas)


def _count(quota: QuotaBounds, placed: Sequence[Placed]) -> QuotaUse:
    mine = [one for one in placed if (quota.dimension, quota.code) in one.codes]
    return QuotaUse(
        quota.dimension,
        quota.code,
        quota.floor,
        quota.ceiling,
        before=sum(one.booths for one in mine if not one.is_new),
        after=sum(one.booths for one in staying(mine)),
        over=_behind(staying(mine), quota.ceiling),
    )


def behind_target(placed: Sequence[Placed], booths: int) -> tuple[UUID, ...]:
    """Return who stands behind the last booth of the edition."""
    return _behind(staying(placed), booths)


def staying(placed: Iterable[Placed]) -> list[Placed]:
    """Return the acceptances that the release leaves."""
    return [one for one in placed if not one.is_ending]


def _behind(placed: Iterable[Placed], most: int | None) -> tuple[UUID, ...]:
    """Return whose booths, counted from the first in order of points, go beyond the most there are."""
    if most is None:
        return ()
    behind: list[UUID] = []
    taken = 0
    for one in sorted(placed, key=lambda each: (-each.points, each.rank or 10**6, each.application_id)):
        if taken + one.booths > most:
            behind.append(one.application_id)
        else:
            taken += one.booths
    return tuple(behind)


def digest_of(letters: Iterable[tuple[str, str]]) -> str:
    """Return the hex SHA-256 of what would be told: (application id, text) of each letter, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(letters)).encode()).hexdigest()


def check_digest(seen: str, now: str) -> None:
    """Raise PreviewOutdatedError unless what is told now is what was seen."""
    if seen != now:
        raise PreviewOutdatedError(
            "Nội dung sẽ công bố đã thay đổi sau lần xem trước; hãy xem lại.",
            "What would be told has changed since it was looked at; look again.",
        )
