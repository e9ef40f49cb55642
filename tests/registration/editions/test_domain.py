"""An edition never leaves its allowed ways."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DomainError
from registration.editions.domain import (
    Days,
    Edition,
    EditionNotDueError,
    RegistrationLateError,
    RegistrationNotOpenError,
    Text,
    advance,
    cancel,
    change_capacity,
    check_intake,
    end,
    open_registration,
    reopen,
    reschedule,
    start,
    suspend,
)
from registration.editions.endings import EditionOverError
from registration.editions.states import ASIDE, ROAD, Act, EditionState, EditionStateError

NOW = datetime(2020, 7, 8, tzinfo=UTC)
S = EditionState
FINAL = {S.REPORTED, S.CANCELLED}
WAYS = {
    *ROAD.values(),
    *((state, S.SUSPENDED) for state in ASIDE[Act.SUSPEND]),
    *((state, S.CANCELLED) for state in ASIDE[Act.CANCEL]),
    *((S.SUSPENDED, state) for state in ASIDE[Act.RESCHEDULE] if state is not S.SUSPENDED),
}


def an_edition(state: EditionState = S.PLANNED) -> Edition:
    return Edition(
        edition_id=UUID(int=1),
        code="G2",
        name=Text("Kỳ 2"),
        theme_region="none",
        theme_province_codes=None,
        province_register="2020",
        venue_name=Text("Phố"),
        venue_province_code="01",
        planned=Days(date(2020, 8, 20), date(2020, 8, 24)),
        official_days=5,
        booth_target=150,
        opens_at=datetime(2020, 7, 1, tzinfo=UTC),
        closes_at=datetime(2020, 7, 24, tzinfo=UTC),
        host_agency_codes=("hn.snn",),
        executing_agency_codes=(),
        allocation_policy="optimal_at_close",
        quotas=(),
        state=state,
    )


DO: dict[Act, Callable[[Edition], Edition]] = {
    Act.SUSPEND: lambda edition: suspend(edition, NOW),
    Act.RESCHEDULE: lambda edition: reschedule(edition, Days(date(2020, 10, 9), date(2020, 10, 12))),
    Act.CANCEL: cancel,
    Act.CHANGE_CAPACITY: lambda edition: change_capacity(edition, 90),
    Act.REOPEN: lambda edition: reopen(edition, NOW),
    Act.START: lambda edition: start(edition, date(2020, 12, 1)),
    Act.END: lambda edition: end(edition, None, date(2020, 12, 1)),
}


def do(edition: Edition, act: Act) -> Edition:
    return DO[act](edition) if act in DO else advance(edition, act)


@given(st.lists(st.sampled_from(list(Act)), max_size=40))
def test_whatever_is_done_the_edition_stays_on_its_ways(acts: list[Act]) -> None:
    edition = an_edition()
    for act in acts:
        before = edition
        try:
            edition = do(before, act)
        except EditionStateError:
            continue
        assert before.state not in FINAL
        assert edition.state == before.state or (before.state, edition.state) in WAYS
        assert (edition.state is S.SUSPENDED) == (edition.resume_to is not None) == (edition.suspended_at is not None)
        assert edition.schedule_version == before.schedule_version + (act is Act.RESCHEDULE)


@pytest.mark.parametrize("state", [state for state in S if state not in {*ASIDE[Act.SUSPEND]}])
def test_what_is_over_or_suspended_cannot_be_suspended(state: EditionState) -> None:
    with pytest.raises(EditionStateError):
        suspend(an_edition(state), NOW)


def test_a_live_edition_that_was_suspended_is_ready_on_its_new_dates() -> None:
    suspended = suspend(an_edition(S.LIVE), NOW)
    assert do(suspended, Act.RESCHEDULE).state is S.READY


def test_an_edition_does_not_start_before_its_first_day() -> None:
    with pytest.raises(EditionNotDueError):
        start(an_edition(S.READY), date(2020, 8, 19))
    assert start(an_edition(S.READY), date(2020, 8, 20)).state is S.LIVE


def test_a_registration_does_not_open_before_the_time_that_was_announced() -> None:
    with pytest.raises(EditionNotDueError) as refused:
        open_registration(an_edition(S.APPROVED), datetime(2020, 6, 30, 23, 59, tzinfo=UTC))
    assert "07:00 ngày 01/07/2020" in refused.value.message_vi
    assert open_registration(an_edition(S.APPROVED), datetime(2020, 7, 1, tzinfo=UTC)).state is S.REGISTRATION_OPEN


def test_an_edition_that_ends_early_was_held_as_far_as_it_came() -> None:
    assert end(an_edition(S.LIVE), None, date(2020, 8, 22)).actual == Days(date(2020, 8, 20), date(2020, 8, 22))


@pytest.mark.parametrize(
    ("state", "now", "refused"),
    [
        (S.REGISTRATION_OPEN, datetime(2020, 7, 24, tzinfo=UTC), None),
        (S.REGISTRATION_OPEN, datetime(2020, 7, 24, 0, 0, 1, tzinfo=UTC), RegistrationLateError),
        (S.REGISTRATION_CLOSED, NOW, RegistrationLateError),
        (S.APPROVED, NOW, RegistrationNotOpenError),
        (S.SUSPENDED, NOW, RegistrationNotOpenError),
        (S.CANCELLED, NOW, EditionOverError),
        (S.CLOSED, NOW, EditionOverError),
        (S.REPORTED, NOW, EditionOverError),
    ],
)
def test_dossiers_come_in_while_the_registration_is_open(
    state: EditionState, now: datetime, refused: type[DomainError] | None
) -> None:
    edition = replace(an_edition(), state=state)
    if refused is None:
        check_intake(edition, now, (S.REGISTRATION_OPEN,))
    else:
        with pytest.raises(refused):
            check_intake(edition, now, (S.REGISTRATION_OPEN,))


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(Act))
def test_a_refusal_calls_states_and_acts_by_their_names_not_by_their_codes(state: EditionState, act: Act) -> None:
    refused = EditionStateError(act, state)
    for code in (state.value, act.value):
        assert code not in re.findall(r"\w+", refused.message_vi)
    assert "_" not in refused.message_vi + refused.message_en
    assert (refused.details["state"], refused.details["act"]) == (state, act), "machines read the codes"
