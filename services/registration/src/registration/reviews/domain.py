"""A reviewer's decision: what it must rest on, whom it needs besides, and its way from the proposal to the release."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.errors import DomainError
from registration.editions.endings import OVER, SETTLED
from registration.editions.states import EditionState


class Verdict(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REVOKE = "revoke"


AGAINST = (Verdict.REJECT, Verdict.REVOKE)
"""What takes from the vendor; where an edition says so, one person alone does not."""


def over_for(verdict: Verdict) -> Collection[EditionState]:
    """Return in which states of its edition nothing is decided so any more.

    An acceptance is taken back until the result is reported: who broke the rules on the last day is barred from the next
    edition too.
    """
    return SETTLED if verdict is Verdict.REVOKE else OVER


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
    """A return, a rejection or a revocation needs a coded reason."""

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
class OpenCode:
    """A code that stands against acceptance."""

    code: str
    name: str
    overridable: bool


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


@dataclass(frozen=True)
class Policy:
    """How an edition is reviewed: all told together, or each at once.

    ``second_person``: for rejections, for overrides, and for taking an acceptance back.
    """

    second_person: bool = False
    released_together: bool = False


@dataclass(frozen=True, kw_only=True)
class PolicyChange:
    """A policy as it was set, by whom and when."""

    second_person: bool
    released_together: bool
    set_by: str
    set_at: datetime


LOOSENED = (EditionState.PLANNED, EditionState.APPROVED)
"""Until the registration opens nothing is decided, so nobody's decision goes around a second person."""


class SecondPersonKeptError(DomainError):
    """The edition has taken applications under the promise of a second person."""

    code = "second_person_kept"


def check_policy(before: Policy, after: Policy, state: EditionState) -> None:
    """Raise SecondPersonKeptError where a second person is given up once applications are taken."""
    if before.second_person and not after.second_person and state not in LOOSENED:
        raise SecondPersonKeptError(
            "Kỳ sự kiện đã nhận hồ sơ với cam kết có người thứ hai khi từ chối, ngoại lệ hoặc thu hồi chấp nhận:"
            " không bỏ được nữa. Nếu thiếu người, hãy cử thêm cán bộ xét duyệt.",
            "Applications were taken on the promise of a second person for rejections, overrides and revocations:"
            " it is not given up any more. Where people are missing, name another reviewer.",
        )


class SecondPersonNeededError(DomainError):
    """A rejection, an override or a revocation needs a second pair of eyes, which is another person's."""

    code = "second_person_needed"


class ReleasedTogetherError(DomainError):
    """The edition tells all decisions together; a single one is proposed."""

    code = "released_together"


class DecisionOpenError(DomainError):
    """A decision on the application waits already."""

    code = "decision_open"


class DecisionState(StrEnum):
    """The way of a decision: proposed, answered by a second person, told; or given up."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    RELEASED = "released"


D = DecisionState
NEXT_OF_DECISION = {
    D.PROPOSED: frozenset({D.AGREED, D.REFUSED, D.TAKEN_BACK, D.RELEASED}),
    D.AGREED: frozenset({D.TAKEN_BACK, D.RELEASED}),
    D.REFUSED: frozenset[DecisionState](),
    D.TAKEN_BACK: frozenset[DecisionState](),
    D.RELEASED: frozenset[DecisionState](),
}
DECISION_STATE_NAMES = {  # Vietnamese, English
    D.PROPOSED: ("đang dự kiến", "proposed"),
    D.AGREED: ("đã được người thứ hai đồng ý", "agreed to"),
    D.REFUSED: ("bị người thứ hai từ chối", "refused"),
    D.TAKEN_BACK: ("đã rút lại", "taken back"),
    D.RELEASED: ("đã công bố", "released"),
}


class DecisionStateError(DomainError):
    """The decision's state does not allow what is asked."""

    code = "decision_state"

    def __init__(self, state: DecisionState) -> None:
        vi, en = DECISION_STATE_NAMES[state]
        super().__init__(f"Quyết định này {vi}.", f"The decision is {en}.", state=state.value)


@dataclass(frozen=True, kw_only=True)
class KeptDecision:
    """A decision as kept; ``revision`` is that of the dossier it was made on."""

    decision_id: UUID
    application_id: UUID
    edition_id: UUID
    revision: int
    verdict: Verdict
    reason_codes: tuple[str, ...]
    reply_by_at: datetime | None
    override_reason: str | None
    state: DecisionState
    proposed_by: str
    proposed_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer_reason: str | None = None
    released_at: datetime | None = None

    def to_decision(self) -> Decision:
        return Decision(self.verdict, self.reason_codes, self.reply_by_at, self.override_reason)


def needs_second(decision: Decision, policy: Policy) -> bool:
    """Tell whether a second person has to agree: to a rejection, a revocation, and to whatever sets open codes aside."""
    return policy.second_person and (decision.verdict in AGAINST or decision.override_reason is not None)


def check_direct(decision: Decision, policy: Policy) -> None:
    """Raise unless one person's decision may be told at once; an acceptance may be taken back without the others."""
    if policy.released_together and decision.verdict is not Verdict.REVOKE:
        raise ReleasedTogetherError(
            "Kỳ sự kiện này công bố mọi quyết định cùng lúc; hãy lập quyết định dự kiến.",
            "This edition tells all decisions together; propose this one.",
        )
    if needs_second(decision, policy):
        raise SecondPersonNeededError(
            "Từ chối, ngoại lệ hoặc thu hồi chấp nhận cần người thứ hai; hãy lập quyết định dự kiến.",
            "A rejection, an override or a revocation needs a second person; propose it.",
        )


def check_other_person(by: str, earlier: Sequence[str | None], policy: Policy) -> None:
    """Raise SecondPersonNeededError where one of those who decided before decides again."""
    if policy.second_person and by in earlier:
        raise SecondPersonNeededError(
            "Người đã quyết định trước không được xét lại; cần người khác.",
            "Who decided before does not decide again; another person is needed.",
        )


def _move(decision: KeptDecision, state: DecisionState) -> KeptDecision:
    if state not in NEXT_OF_DECISION[decision.state]:
        raise DecisionStateError(decision.state)
    return replace(decision, state=state)


def answer(decision: KeptDecision, by: str, now: datetime, reason: str | None, *, agrees: bool) -> KeptDecision:
    """Return the decision as a second person answered it; raises SecondPersonNeededError, DecisionStateError."""
    if by == decision.proposed_by:
        raise SecondPersonNeededError(
            "Người dự kiến không tự đồng ý; cần người thứ hai.", "Who proposes does not agree; a second person does."
        )
    moved = _move(decision, D.AGREED if agrees else D.REFUSED)
    return replace(moved, answered_by=by, answered_at=now, answer_reason=reason)


def take_back(decision: KeptDecision) -> KeptDecision:
    """Return the decision given up; raises DecisionStateError."""
    return _move(decision, D.TAKEN_BACK)


def is_ready(decision: KeptDecision, policy: Policy) -> bool:
    """Tell whether a decision may be told: where a second person is needed, it has agreed."""
    if decision.state is D.PROPOSED:
        return not needs_second(decision.to_decision(), policy)
    return decision.state is D.AGREED


def release(decision: KeptDecision, now: datetime, policy: Policy) -> KeptDecision:
    """Return the decision told; raises DecisionStateError, SecondPersonNeededError."""
    moved = _move(decision, D.RELEASED)
    if not is_ready(decision, policy):
        raise SecondPersonNeededError("Còn thiếu người thứ hai.", "A second person has not agreed yet.")
    return replace(moved, released_at=now)
