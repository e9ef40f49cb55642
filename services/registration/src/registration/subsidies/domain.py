"""What a dated rule grants for booth costs, and a ledger in which the same thing is never supported twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

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
    """One entry of the ledger; ``reverses`` is the place of the line that it takes back."""

    vendor: str
    edition: str
    purpose: str
    funded_by: str
    reverses: int | None = None


class AlreadySupportedError(DomainError):
    """R16: the same purpose of the vendor in the edition is supported already; ``line`` is the first one."""

    code = "already_supported"

    def __init__(self, line: SupportLine) -> None:
        super().__init__(
            f"R16: Đã được hỗ trợ cho cùng nội dung ({line.funded_by}).",
            f"R16: The same purpose has been supported already ({line.funded_by}).",
            funded_by=line.funded_by,
        )
        self.line = line


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
    taken_back = {entry.reverses for entry in ledger}
    for place, entry in enumerate(ledger):
        same = (entry.vendor, entry.edition, entry.purpose) == (line.vendor, line.edition, line.purpose)
        if same and entry.reverses is None and place not in taken_back:
            raise AlreadySupportedError(entry)
    return (*ledger, line)


def reverse(ledger: Sequence[SupportLine], place: int) -> tuple[SupportLine, ...]:
    """Return the ledger with a line that takes another one back."""
    return (*ledger, replace(ledger[place], reverses=place))
