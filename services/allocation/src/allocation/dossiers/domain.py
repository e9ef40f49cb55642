"""What a dossier is made of, and shares in which nobody can be told from a small group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from common.errors import ConflictError

SMALLEST = 5
"""Groups of fewer applicants are told together."""

Json = dict[str, Any]
T = TypeVar("T", str, tuple[str, ...])


class Kind(StrEnum):
    """Which dossier of a run; what it says differs before and after the release."""

    COMPLETED = "completed"
    RELEASED = "released"
    PUBLIC = "public"


@dataclass(frozen=True)
class Offered:
    """An offer that the release of a run made."""

    application_id: str
    booth_codes: tuple[str, ...]


class DossierNotReadyError(ConflictError):
    """The run has no result yet, or is not explained yet."""

    code = "dossier_not_ready"

    def __init__(self) -> None:
        super().__init__(
            "Phương án chưa có kết quả hoặc chưa giải trình xong; hãy thử lại sau.",
            "The run has no result yet, or its reasons are still being found; try again later.",
        )


class DossierForgottenError(ConflictError):
    """A restored database has forgotten what the run found; its dossier exists only where it was downloaded."""

    code = "dossier_forgotten"

    def __init__(self, digest: str | None) -> None:
        super().__init__(
            "Dữ liệu đã được khôi phục từ bản sao có trước phương án này nên không lập lại được hồ sơ phương án. Hãy dùng bản"
            f" đã tải xuống; mã băm của việc công bố là {digest}.",
            "The database was restored from a backup that is older than this run; its dossier cannot be made again. Use a copy"
            f" that was downloaded; the digest of the release is {digest}.",
            release_digest=digest,
        )


class DossierNotPublicError(ConflictError):
    """Nothing of a run is public before its release."""

    code = "dossier_not_public"

    def __init__(self) -> None:
        super().__init__(
            "Phương án chưa được công bố nên chưa có hồ sơ công khai.",
            "The run is not released yet; it has no public dossier.",
        )


@dataclass(frozen=True)
class Member:
    """An applicant as shares count it: its groups, the booths it asked for and those it holds."""

    groups: Mapping[str, str]
    asked: int
    held: int


def share_table(members: Sequence[Member], dimension: str, within: str | None = None) -> list[Json]:
    """Return how the booths are shared by one dimension; groups of fewer than SMALLEST applicants are told together.

    If those together are still fewer, the next smallest group is told with them, so that nothing can be taken off. ``within``
    is a dimension whose groups are made of this one's: from its table nothing can be taken off either.
    """
    by_code = _by_code(members, dimension)
    merged = merge_small({code: len(found) for code, found in by_code.items()})
    if within is not None:
        merged += _merge_within(by_code, merged, members, within)
    total = sum(each.held for each in members)
    rows = [_row(code, by_code[code], total) for code in sorted(by_code) if code not in merged]
    if merged:
        rows.append(_row("small_groups", [each for code in merged for each in by_code[code]], total))
    return rows


def _by_code(members: Iterable[Member], dimension: str) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for each in members:
        found.setdefault(each.groups[dimension], []).append(each)
    return found


def _merge_within(
    by_code: Mapping[str, Sequence[Member]], merged: Sequence[str], members: Sequence[Member], within: str
) -> list[str]:
    """Return the groups to be told together besides, so that of each row of the other table none or enough are hidden."""
    together = merge_small({code: len(found) for code, found in _by_code(members, within).items()})
    rows: dict[str, list[str]] = {}
    for code, found in by_code.items():
        whole = found[0].groups[within]
        rows.setdefault("" if whole in together else whole, []).append(code)
    more: list[str] = []
    for codes in rows.values():
        hidden = sum(len(by_code[code]) for code in codes if code in merged)
        told = sorted((code for code in codes if code not in merged), key=lambda code: (len(by_code[code]), code))
        if 0 < hidden < SMALLEST:
            more += told[:1]
    return more


def merge_small(sizes: Mapping[T, int], already: int = 0) -> list[T]:
    """Return the groups that are told together, by their sizes: those of fewer than SMALLEST, and more if these are few.

    ``already`` are those that are told with them in any case.
    """
    merged: list[T] = []
    for code in sorted(sizes, key=lambda code: (sizes[code], code)):
        together = already + sum(sizes[each] for each in merged)
        if sizes[code] < SMALLEST or 0 < together < SMALLEST:
            merged.append(code)
    return merged


def _row(code: str, members: Iterable[Member], total: int) -> Json:
    counted = list(members)
    held = sum(each.held for each in counted)
    return {
        "code": code,
        "applications": len(counted),
        "placed": sum(each.held > 0 for each in counted),
        "booths_asked": sum(each.asked for each in counted),
        "booths_held": held,
        "share_permille": round(1000 * held / total) if total else 0,
    }
