"""A reviewer's decision: what it must rest on, and who may not take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.errors import DomainError, ForbiddenError


class Verdict(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"


class OpenCodesError(DomainError):
    """The rules stand against acceptance; ``codes`` are open."""

    code = "open_codes"

    def __init__(self, codes: Sequence[str], names: Sequence[str]) -> None:
        super().__init__(
            f"Còn mã chưa được giải quyết: {', '.join(codes)}. Cần bổ sung hồ sơ hoặc nêu lý do ngoại lệ.",
            f"Codes are open: {', '.join(codes)} ({', '.join(names)}). Ask for a supplement or give an override reason.",
            open_codes=" ".join(codes),
        )


class ReasonMissingError(DomainError):
    """A return or a rejection needs a coded reason."""

    code = "reason_missing"
    status = 422


@dataclass(frozen=True)
class Decision:
    """What a reviewer decides; ``reason_codes`` may be left to the evaluation."""

    verdict: Verdict
    reason_codes: tuple[str, ...] = ()
    reply_by_at: datetime | None = None
    override_reason: str | None = None


@dataclass(frozen=True)
class Reviewer:
    """Who decides, for which agency and province, where the token says so."""

    agency_code: str | None
    province_code: str | None


@dataclass(frozen=True)
class OpenCode:
    """A code that stands against acceptance."""

    code: str
    name: str
    overridable: bool


def check_independence(reviewer: Reviewer, agency_code: str | None, province_code: str | None) -> None:
    """Raise ForbiddenError where the reviewer's own agency or province nominated the vendor."""
    own_agency = agency_code is not None and reviewer.agency_code == agency_code
    own_province = province_code is not None and reviewer.province_code == province_code
    if own_agency or own_province:
        raise ForbiddenError(
            "Người thẩm định của cơ quan đề cử không quyết định hồ sơ do cơ quan mình đề cử.",
            "A reviewer of the nominating agency decides nothing about its vendors.",
        )


def check_acceptance(open_codes: Sequence[OpenCode], override_reason: str | None) -> None:
    """Raise OpenCodesError unless nothing stands against acceptance, or a reason sets aside what may be."""
    standing = [one for one in open_codes if override_reason is None or not one.overridable]
    if standing:
        raise OpenCodesError([one.code for one in standing], [one.name for one in standing])


def choose_reasons(given: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """Return the reasons given, else those that the rules found; raises ReasonMissingError where there are none."""
    reasons = tuple(dict.fromkeys(given)) or tuple(dict.fromkeys(found))
    if not reasons:
        raise ReasonMissingError(
            "Cần ít nhất một mã lý do.", "At least one reason code is needed.", field="reason_codes"
        )
    return reasons
