"""An application never leaves its allowed ways; withdrawn and revoked are final."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DomainError
from registration.applications import domain
from registration.applications.domain import (
    NEXT,
    AppealRefusedError,
    Application,
    ApplicationState,
    ReplyLateError,
    add_working_days,
    default_reply_by,
)

S = ApplicationState
NOW = datetime(2020, 7, 8, 2, tzinfo=UTC)
STEPS: dict[str, Callable[[Application, datetime], Application]] = {
    "submit": domain.submit,
    "begin_review": lambda application, _: domain.begin_review(application),
    "accept": lambda application, now: domain.accept(application, now, None),
    "send_back": lambda application, now: domain.send_back(application, now, ("no_product",), now + timedelta(days=5)),
    "reject": lambda application, now: domain.reject(application, now, ("no_product",)),
    "reject_unanswered": lambda application, now: domain.reject_unanswered(application, now, ("no_reply",)),
    "appeal": lambda application, now: domain.appeal(application, now, 5),
    "withdraw": lambda application, now: domain.withdraw(application, now, "cannot_attend"),
    "revoke": lambda application, now: domain.revoke(application, now, ("violation",)),
}


def an_application(state: ApplicationState = S.DRAFT) -> Application:
    return Application(
        application_id=UUID(int=1), edition_id=UUID(int=2), vendor_id=UUID(int=3), channel="nominated", state=state
    )


def reachable(source: ApplicationState) -> set[ApplicationState]:
    """What one step may come to: a decision on a submitted one begins its review."""
    direct = set(NEXT[source]) | {source}
    return direct | (set(NEXT[S.UNDER_REVIEW]) if S.UNDER_REVIEW in direct else set())


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=40))
def test_whatever_is_done_the_application_stays_on_its_ways(steps: list[tuple[str, int]]) -> None:
    application, now, appeals = an_application(), NOW, 0
    for step, days in steps:
        now += timedelta(days=days)
        before = application
        try:
            application = STEPS[step](before, now)
        except DomainError:
            continue
        appeals += step == "appeal"
        assert before.state not in {S.WITHDRAWN, S.REVOKED}
        assert application.state in reachable(before.state)
        assert application.revision == before.revision + (step == "submit")
        assert (application.state is S.RETURNED) == (application.reply_by_at is not None)
    assert appeals <= 1


@pytest.mark.parametrize("state", [S.WITHDRAWN, S.REVOKED])
@pytest.mark.parametrize("step", sorted(STEPS))
def test_nothing_happens_to_what_is_withdrawn_or_revoked(state: ApplicationState, step: str) -> None:
    with pytest.raises(DomainError):
        STEPS[step](an_application(state), NOW)


def test_a_supplement_after_its_date_is_late_unless_the_edition_stands_still() -> None:
    submitted = domain.submit(an_application(), NOW)
    returned = domain.send_back(submitted, NOW, ("no_product",), NOW + timedelta(days=5))
    late = NOW + timedelta(days=5, seconds=1)
    with pytest.raises(ReplyLateError):
        domain.submit(returned, late)
    assert domain.submit(returned, late, is_suspended=True).revision == 2


def test_a_supplement_that_was_asked_for_keeps_the_moment_of_the_first_submission() -> None:
    submitted = domain.submit(an_application(), NOW)
    returned = domain.send_back(submitted, NOW, ("no_product",), NOW + timedelta(days=5))
    anew = domain.submit(returned, NOW + timedelta(days=4))
    assert (anew.revision, anew.submitted_at) == (2, NOW)


def test_the_date_of_a_supplement_is_told_as_clocks_in_vietnam_show_it() -> None:
    reply_by_at = datetime(2020, 7, 15, 18, 30, tzinfo=UTC)
    returned = domain.send_back(domain.submit(an_application(), NOW), NOW, ("no_product",), reply_by_at)
    with pytest.raises(ReplyLateError) as late:
        domain.submit(returned, reply_by_at + timedelta(seconds=1))
    assert late.value.message_vi == "Hạn bổ sung hồ sơ là 01:30 ngày 16/07/2020 (giờ Việt Nam)."
    assert str(late.value) == "The date for the supplement, 01:30 on 16/07/2020 (Vietnam time), has passed."


def test_a_second_appeal_and_a_late_one_are_refused() -> None:
    rejected = domain.reject(domain.submit(an_application(), NOW), NOW, ("no_product",))
    appealed = domain.appeal(rejected, NOW + timedelta(days=7), 5)
    with pytest.raises(AppealRefusedError):
        domain.appeal(domain.reject(appealed, NOW, ("no_product",)), NOW, 5)
    with pytest.raises(AppealRefusedError):
        domain.appeal(rejected, NOW + timedelta(days=8), 5)


def test_working_days_leave_out_the_weekend() -> None:
    friday = datetime(2020, 7, 10, 9, tzinfo=UTC)
    assert add_working_days(friday, 1) == datetime(2020, 7, 13, 9, tzinfo=UTC)
    assert add_working_days(friday, 5) == datetime(2020, 7, 17, 9, tzinfo=UTC)


def test_the_usual_reply_date_is_not_later_than_eighteen_days_before_the_fair() -> None:
    assert default_reply_by(NOW, date(2020, 8, 20), 5, 18) == datetime(2020, 7, 15, 2, tzinfo=UTC)
    soon = datetime(2020, 7, 30, 2, tzinfo=UTC)
    assert default_reply_by(soon, date(2020, 8, 20), 5, 18).date() == date(2020, 7, 31)  # 2 August is a Sunday


def test_working_days_are_those_of_hanoi_where_it_is_tomorrow_already() -> None:
    friday_in_hanoi = datetime(2020, 7, 9, 18, tzinfo=UTC)  # Thursday in London, 1 o'clock on Friday in Hanoi
    assert add_working_days(friday_in_hanoi, 1) == datetime(2020, 7, 12, 18, tzinfo=UTC)  # Monday, 1 o'clock


def test_a_holiday_is_no_working_day() -> None:
    before = datetime(2020, 9, 1, 2, tzinfo=UTC)
    assert add_working_days(before, 1) == datetime(2020, 9, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "moved_to"),
    [(3, datetime(2020, 7, 20, 2, tzinfo=UTC)), (4, datetime(2020, 7, 20, 2, tzinfo=UTC)), (5, None)],
)
def test_a_reply_date_that_a_pause_moved_falls_on_a_working_day(days: int, moved_to: datetime | None) -> None:
    by = datetime(2020, 7, 15, 2, tzinfo=UTC)
    returned = domain.send_back(domain.submit(an_application(), NOW), NOW, ("no_product",), by)
    moved = domain.move_reply_by(returned, NOW, NOW + timedelta(days=days))
    assert moved.reply_by_at == (moved_to or by + timedelta(days=days))


def test_who_was_returned_within_a_pause_is_given_back_what_was_left_of_it() -> None:
    by = datetime(2020, 7, 15, 2, tzinfo=UTC)
    returned = domain.send_back(domain.submit(an_application(), NOW), NOW, ("no_product",), by)
    moved = domain.move_reply_by(returned, NOW - timedelta(days=20), NOW + timedelta(days=5))
    assert moved.reply_by_at == by + timedelta(days=5)


@pytest.mark.parametrize("days", [4, 5])
def test_the_days_of_an_appeal_that_a_pause_moved_end_on_a_working_day(days: int) -> None:
    rejected = domain.reject(domain.submit(an_application(), NOW), NOW, ("no_product",))
    until = domain.appeal_until(rejected, 5, timedelta(days=days))
    assert until == datetime(2020, 7, 20, 2, tzinfo=UTC)
