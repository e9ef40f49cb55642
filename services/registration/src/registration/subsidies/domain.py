"""What a dated rule grants for booth costs, and a ledger in which the same thing is never supported twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from common.errors import DomainError


@dataclass(frozen=True, kw_only=True)
class SubsidyRules:
    """The rule in force; no rate is known where ``rate_percent`` is None."""

    version: str
    valid_from: date
    valid_to: date | None
    max_booths: int
    basis_vi: str
    basis_en: str
    rate_percent: int | None = None
    home_vendors: bool = False
    theme_region: str | None = None


@dataclass(frozen=True)
class SupportLine:
    """One entry of the ledger; ``reverses`` is the place of the line that it takes back.

    ``vendor`` is the producer: vendors found to be one have one name here.
    """

    vendor: str
    edition: str
    purpose: str
    funded_by: str
    reverses: int | None = None
    line: str | None = None
    entered_on: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What is supported once."""
        return self.vendor, self.edition, self.purpose


BOOTH = "booth"
"""The purpose of the support that an acceptance grants: the cost of the booth."""


@dataclass(frozen=True)
class FirstLine:
    """The first standing line of the ledger for the purpose; its support is not given a second time."""

    line_id: UUID
    entered_at: datetime


class AlreadySupportedError(DomainError):
    """R16: the same purpose of the vendor in the edition is supported already; ``line`` is the first one."""

    code = "already_supported"

    def __init__(self, line: SupportLine) -> None:
        on_vi, on_en = (f", ngày {line.entered_on}", f", {line.entered_on}") if line.entered_on else ("", "")
        super().__init__(
            f"R16: Đã được hỗ trợ cho cùng nội dung ({line.funded_by}{on_vi}).",
            f"R16: The same purpose has been supported already ({line.funded_by}{on_en}).",
            funded_by=line.funded_by,
            **({"first_line_id": line.line} if line.line else {}),
        )
        self.line = line


class SupportHeldError(DomainError):
    """A restore may have lost lines of the ledger, and nobody has said yet that they were entered again."""

    code = "support_held"

    def __init__(self) -> None:
        super().__init__(
            "Dữ liệu đã được khôi phục và có thể thiếu dòng hỗ trợ: hãy nhập lại các dòng đã mất theo chứng từ (again_by) và xác"
            " nhận; trước đó không nhập được dòng mới.",
            "The database was restored and may lack lines of support: enter what was lost again by its papers (again_by), and"
            " confirm that; until then no new line is entered.",
        )


class NothingHeldError(DomainError):
    """No restore has lost lines that are still to be confirmed."""

    code = "support_not_held"

    def __init__(self) -> None:
        super().__init__("Sổ hỗ trợ không chờ xác nhận.", "The ledger waits for no confirmation.")


class NotReversibleError(DomainError):
    """The line takes another one back, or has been taken back already."""

    code = "not_reversible"


def rate_for(rules: SubsidyRules, theme_region: str, *, is_home: bool) -> int | None:
    """Return the percentage that a vendor gets in an edition; None where no rule sets a rate."""
    if rules.rate_percent is None or rules.theme_region not in (None, theme_region):
        return None
    return 0 if is_home and not rules.home_vendors else rules.rate_percent


def amount_vnd(rules: SubsidyRules, rate_percent: int | None, booths: int, cost_vnd: int) -> int | None:
    """Return the support in VND: rounded down for each booth, for as many booths as the rule allows."""
    return None if rate_percent is None else min(booths, rules.max_booths) * (cost_vnd * rate_percent // 100)


def enter(ledger: Sequence[SupportLine], line: SupportLine) -> tuple[SupportLine, ...]:
    """Return the ledger with one more line; raises AlreadySupportedError (R16) that names the first."""
    for place in _standing(ledger):
        if ledger[place].key == line.key:
            raise AlreadySupportedError(ledger[place])
    return (*ledger, line)


def _standing(ledger: Sequence[SupportLine]) -> list[int]:
    """Return the places of lines that stand: they take nothing back and nothing takes them back."""
    taken_back = {entry.reverses for entry in ledger}
    return [place for place, entry in enumerate(ledger) if entry.reverses is None and place not in taken_back]


def doubled(ledger: Sequence[SupportLine]) -> dict[int, str]:
    """Return the places of standing lines for what an earlier one supports, with the name of that first line."""
    first: dict[tuple[str, str, str], str] = {}
    found: dict[int, str] = {}
    for place in _standing(ledger):
        line = ledger[place]
        if line.key in first:
            found[place] = first[line.key]
        first.setdefault(line.key, line.line or "")
    return found


def check_reversal(ledger: Sequence[SupportLine], place: int) -> None:
    """Raise NotReversibleError unless the line at this place stands."""
    if place not in _standing(ledger):
        raise NotReversibleError("Dòng này đã được thu hồi hoặc là dòng thu hồi.", "The line does not stand any more.")


def reverse(ledger: Sequence[SupportLine], place: int) -> tuple[SupportLine, ...]:
    """Return the ledger with a line that takes another one back."""
    return (*ledger, replace(ledger[place], reverses=place))
