"""What papers are worth as far as people looked at their files; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Worth(StrEnum):
    """How far a paper is proven; a person's word on its file goes before what is only stated."""

    VERIFIED = "verified"
    ON_FILE = "on_file"
    STATED = "stated"
    NOT_ON_FILE = "not_on_file"
    DOES_NOT_MATCH = "does_not_match"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    FORGED = "forged"


AGAINST = frozenset({Worth.DOES_NOT_MATCH, Worth.UNREADABLE, Worth.EXPIRED, Worth.FORGED})
WORTHS: dict[Worth, tuple[str, str]] = {  # Vietnamese, English
    Worth.VERIFIED: ("đã đối chiếu, đúng", "verified"),
    Worth.ON_FILE: ("đã nộp tệp, chưa đối chiếu", "on file, not looked at yet"),
    Worth.STATED: ("mới khai, chưa nộp tệp", "stated, not seen"),
    Worth.NOT_ON_FILE: ("chưa có trong hồ sơ", "not on file"),
    Worth.DOES_NOT_MATCH: ("bản nộp không khớp với nội dung khai", "the paper handed in does not match what is stated"),
    Worth.UNREADABLE: ("tệp không đọc được, cần nộp lại", "the file cannot be read and is needed again"),
    Worth.EXPIRED: ("bản nộp đã hết hiệu lực", "the paper handed in has expired"),
    Worth.FORGED: ("bản nộp bị xác định là giả", "the paper handed in was found forged"),
}


@dataclass(frozen=True)
class FiledPaper:
    """A paper with its file; ``finding`` is the last word of a person on it, None where nobody looked."""

    evidence_id: UUID
    kind: str
    number: str | None
    finding: str | None


@dataclass(frozen=True)
class RefutedPaper:
    """A kind of paper that a person found wrong, and how."""

    kind: str
    worth: Worth


def find_refuted(filed: Sequence[FiledPaper]) -> Worth | None:
    """Return what stands against files of one paper, oldest first: the last found wrong that nothing better came for.

    A file handed in since takes the place of one that did not match; of a forged one only a file that a person verified.
    """
    against: Worth | None = None
    for one in filed:
        found = None if one.finding is None else Worth(one.finding)
        if found in AGAINST:
            against = against if against is Worth.FORGED else found
        elif found is Worth.VERIFIED or against is not Worth.FORGED:
            against = None
    return against


def weigh(filed: Sequence[FiledPaper], *, is_stated: bool) -> Worth:
    """Return what a paper is worth: files of it, oldest first, and whether the dossier names it."""
    against = find_refuted(filed)
    if against is not None:
        return against
    if any(one.finding == Worth.VERIFIED for one in filed):
        return Worth.VERIFIED
    if filed:
        return Worth.ON_FILE
    return Worth.STATED if is_stated else Worth.NOT_ON_FILE


def list_refuted(filed: Sequence[FiledPaper]) -> tuple[RefutedPaper, ...]:
    """Return the kinds of papers that stand refuted."""
    kinds = dict.fromkeys(one.kind for one in filed)
    found = ((kind, find_refuted([one for one in filed if one.kind == kind])) for kind in kinds)
    return tuple(RefutedPaper(kind, worth) for kind, worth in found if worth is not None)


def files_of(
    filed: Sequence[FiledPaper], kind: str, number: str | None, numbers: Collection[str | None]
) -> list[FiledPaper]:
    """Return the files of a product's own paper: those of its number, and those whose number is that of no product."""
    return [one for one in filed if one.kind == kind and (one.number == number or one.number not in numbers)]
