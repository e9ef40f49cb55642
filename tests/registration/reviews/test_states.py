"""Any order of steps by any people: an application and its decision keep to their states, and rules of two hold."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.errors import DomainError
from registration.applications import domain as applications
from registration.applications.domain import Application, ApplicationState
from registration.reviews.domain import (
    Decision,
    DecisionState,
    KeptDecision,
    Policy,
    Verdict,
    answer,
    check_direct,
    check_other_person,
    needs_second,
    release,
    take_back,
)

PEOPLE = st.sampled_from(["lan", "minh", "ha"])
VERDICTS = st.sampled_from(list(Verdict))
OPEN = (DecisionState.PROPOSED, DecisionState.AGREED)


class Review(RuleBasedStateMachine):
    """One application from the draft on; ``told`` is what the vendor has heard, with who stood behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2020, 7, 8, tzinfo=UTC)
        self.application = Application(
            application_id=UUID(int=1), edition_id=UUID(int=2), vendor_id=UUID(int=3), channel="self"
        )
        self.policy = Policy()
        self.kept: list[KeptDecision] = []
        self.told: list[tuple[Verdict, bool, frozenset[str | None]]] = []
        self.rejected_by: frozenset[str | None] = frozenset()
        self.answers: list[tuple[frozenset[str | None], str]] = []

    @initialize(second=st.booleans(), together=st.booleans())
    def set_policy(self, *, second: bool, together: bool) -> None:
        self.policy = Policy(second_person=second, released_together=together)

    @property
    def open(self) -> list[KeptDecision]:
        return [one for one in self.kept if one.state in OPEN]

    def settle(self, decision: Decision) -> Application:
        if decision.verdict is Verdict.REVOKE:
            return applications.revoke(self.application, self.now, ("violation",))
        begun = applications.begin_review(self.application)
        if decision.verdict is Verdict.ACCEPT:
            return applications.accept(begun, self.now, decision.override_reason)
        if decision.verdict is Verdict.RETURN:
            return applications.send_back(begun, self.now, ("label_missing",), self.now + timedelta(days=5))
        return applications.reject(begun, self.now, ("label_missing",))

    def tell(self, decision: Decision, who: str, second: str | None = None) -> None:
        people = frozenset({who, second} - {None})
        self.application = self.settle(decision)
        if self.application.has_appealed and decision.verdict is not Verdict.REVOKE:
            self.answers.append((self.rejected_by, who))
        self.told.append((decision.verdict, needs_second(decision, self.policy), people))
        self.rejected_by = people if decision.verdict is Verdict.REJECT else self.rejected_by

    def check_on_appeal(self, who: str) -> None:
        if self.application.has_appealed:
            check_other_person(who, list(self.rejected_by), self.policy)

    @rule(hours=st.integers(1, 72))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def submit(self) -> None:
        with suppress(DomainError):
            self.application = applications.submit(self.application, self.now)

    @rule(verdict=VERDICTS, who=PEOPLE, override=st.booleans())
    def decide_directly(self, *, verdict: Verdict, who: str, override: bool) -> None:
        decision = Decision(verdict, override_reason="seen" if override else None)
        with suppress(DomainError):
            check_direct(decision, self.policy)
            if verdict is not Verdict.REVOKE:
                self.check_on_appeal(who)
            self.tell(decision, who)

    @precondition(lambda self: not self.open)
    @rule(verdict=VERDICTS, who=PEOPLE, override=st.booleans())
    def propose(self, *, verdict: Verdict, who: str, override: bool) -> None:
        decision = Decision(verdict, ("label_missing",), None, "seen" if override else None)
        with suppress(DomainError):
            if verdict is not Verdict.REVOKE:
                self.check_on_appeal(who)
            settled = self.settle(decision)
            self.kept.append(
                KeptDecision(
                    decision_id=uuid4(),
                    application_id=self.application.application_id,
                    edition_id=self.application.edition_id,
                    revision=self.application.revision,
                    verdict=verdict,
                    reason_codes=settled.reason_codes,
                    reply_by_at=settled.reply_by_at,
                    override_reason=decision.override_reason,
                    state=DecisionState.PROPOSED,
                    proposed_by=who,
                    proposed_at=self.now,
                )
            )

    @precondition(lambda self: self.kept)
    @rule(who=PEOPLE, agrees=st.booleans())
    def answer_last(self, *, who: str, agrees: bool) -> None:
        with suppress(DomainError):
            self.kept[-1] = answer(self.kept[-1], who, self.now, None, agrees=agrees)

    @precondition(lambda self: self.kept)
    @rule()
    def take_last_back(self) -> None:
        with suppress(DomainError):
            self.kept[-1] = take_back(self.kept[-1])

    @precondition(lambda self: self.kept)
    @rule()
    def release_last(self) -> None:
        kept = self.kept[-1]
        with suppress(DomainError):
            released = release(kept, self.now, self.policy)
            if kept.revision == self.application.revision:
                self.tell(kept.to_decision(), kept.proposed_by, kept.answered_by)
                self.kept[-1] = released

    @rule()
    def reopen(self) -> None:
        """Take back what an acceptance was ended by."""
        with suppress(DomainError):
            self.application = applications.reopen(self.application)

    @rule()
    def appeal(self) -> None:
        before = self.application
        with suppress(DomainError):
            self.application = applications.appeal(self.application, self.now, 5)
            assert not before.has_appealed
            assert before.state is ApplicationState.REJECTED

    @rule()
    def withdraw(self) -> None:
        with suppress(DomainError):
            self.application = applications.withdraw(self.application, self.now, "cannot_attend")

    @invariant()
    def what_needs_two_was_told_by_two(self) -> None:
        assert all(len(people) > 1 for _, needed, people in self.told if needed)
        taken_back = [people for verdict, _, people in self.told if verdict is Verdict.REVOKE]
        assert not self.policy.second_person or all(len(people) > 1 for people in taken_back)

    @invariant()
    def each_release_was_told_once(self) -> None:
        released = sum(one.state is DecisionState.RELEASED for one in self.kept)
        assert released <= len(self.told)
        together = [one for one, *_ in self.told if one is not Verdict.REVOKE]
        assert not self.policy.released_together or released >= len(together)

    @invariant()
    def one_decision_is_open_at_most(self) -> None:
        assert len(self.open) <= 1

    @invariant()
    def the_state_is_what_was_told_last_or_what_the_vendor_did_since(self) -> None:
        reached = {
            ApplicationState.ACCEPTED: Verdict.ACCEPT,
            ApplicationState.RETURNED: Verdict.RETURN,
            ApplicationState.REJECTED: Verdict.REJECT,
            ApplicationState.REVOKED: Verdict.REVOKE,
        }
        if self.application.state in reached:
            assert self.told[-1][0] is reached[self.application.state]

    @invariant()
    def nobody_decides_an_appeal_against_its_own_rejection(self) -> None:
        assert not self.policy.second_person or all(who not in rejected_by for rejected_by, who in self.answers)


Review.TestCase.settings = settings(max_examples=100, stateful_step_count=25)
TestReview = Review.TestCase
