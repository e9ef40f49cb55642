"""When an agency is reminded, and what its booths may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from registration.invitations import domain
from registration.invitations.domain import Invitation, Pause, Places, Round, Stage
from registration.quotas.domain import Quota

SENT = datetime(2020, 7, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
PLAN = Round(
    edition_id=uuid4(),
    issuing_agency_code="hn.snn",
    notation="SNN-VPĐP",
    reply_by_at=SENT + 14 * DAY,
    reminders_at=(SENT + 7 * DAY, SENT + 12 * DAY),
    basis_ids=(),
    signer_role="GIÁM ĐỐC",
    recipients=("Lưu: VT",),
    set_at=SENT,
)
SILENT = Invitation(
    invitation_id=uuid4(),
    edition_id=PLAN.edition_id,
    agency_code="hg.snn",
    party_id=uuid4(),
    floor=3,
    ceiling=9,
    document_id=uuid4(),
    invited_at=SENT,
)


def reminded_on(pauses: list[Pause] | None = None) -> list[int]:
    """Return the days after the letter on which a silent agency is reminded, looked at four times a day."""
    invitation, days = SILENT, []
    for quarter in range(4 * 40):
        at = SENT + quarter * DAY / 4
        known = [
            replace(one, until=one.until if one.until is not None and one.until <= at else None)
            for one in pauses or []
            if one.since <= at
        ]
        after = domain.remind(invitation, PLAN, known, at)
        days += [quarter // 4] if after != invitation else []
        invitation = after
    return days


def test_a_silent_agency_is_reminded_once_on_each_date():
    assert reminded_on() == [7, 12]


def test_dates_stand_still_while_the_edition_is_suspended_and_get_the_time_back():
    assert reminded_on([Pause(SENT + 5 * DAY, SENT + 15 * DAY)]) == [17, 22]
    assert reminded_on([Pause(SENT + 8 * DAY, SENT + 9 * DAY)]) == [7, 13]


def test_nobody_is_reminded_while_a_suspension_lasts():
    assert reminded_on([Pause(SENT + 5 * DAY, None)]) == []


def test_dates_missed_together_are_one_reminder_and_none_after_the_answer_was_due():
    late = domain.remind(SILENT, PLAN, [], SENT + 13 * DAY)
    assert (late.reminders, late.reminded_at) == (2, SENT + 13 * DAY)
    assert domain.remind(SILENT, PLAN, [], SENT + 15 * DAY) == SILENT


def test_a_letter_sent_after_a_date_is_not_reminded_of_it():
    sent = domain.skip_passed(SILENT, PLAN, [], SENT + 8 * DAY)
    assert domain.next_reminder(sent, PLAN, []) == SENT + 12 * DAY


@pytest.mark.parametrize(
    ("changes", "has_answered", "stage"),
    [
        ({"invited_at": None}, False, Stage.NOT_SENT),
        ({}, False, Stage.SILENT),
        ({"opened_at": SENT}, False, Stage.OPENED),
        ({"opened_at": SENT, "declined_at": SENT}, False, Stage.DECLINED),
        ({"declined_at": SENT}, True, Stage.RETURNED),
        ({"invited_at": None}, True, Stage.RETURNED),
    ],
)
def test_how_far_an_agency_has_come(changes: dict[str, datetime | None], has_answered: bool, stage: Stage):  # noqa: FBT001  # a case of the table
    assert domain.stage_of(replace(SILENT, **changes), has_answered=has_answered) is stage


def problems(rows: list[Places], *quotas: Quota, booths: int = 150) -> dict[str, str]:
    return {one.field: one.code for one in domain.check_places(rows, quotas, booths)}


def test_floors_of_a_provinces_agencies_fit_its_ceiling_together():
    rows = [
        Places("hg.snn", "02", False, 5, 9),
        Places("hg.hnd", "02", False, 5, 9),
        Places("pt.snn", "25", False, 5, 9),
    ]
    found = problems(rows, Quota("province", "02", None, 9))
    assert found == {"agencies[0].floor": "quotas_clash", "agencies[1].floor": "quotas_clash"}


def test_ceilings_that_cannot_reach_the_provinces_floor_are_told():
    rows = [Places("hg.snn", "02", False, None, 3)]
    assert problems(rows, Quota("province", "02", 4, None)) == {"agencies[0].ceiling": "floor_out_of_reach"}
    assert problems([Places("hg.snn", "02", False, None, None)], Quota("province", "02", 4, None)) == {}


def test_an_embassy_shares_the_booths_reserved_for_foreign_vendors():
    rows = [
        Places("la.emb", None, True, 4, 4),
        Places("th.emb", None, True, 4, 4),
        Places("tw.vpdp", None, False, 9, 9),
    ]
    found = problems(rows, Quota("country", "foreign", 6, 6))
    assert found == {"agencies[0].floor": "quotas_clash", "agencies[1].floor": "quotas_clash"}


def test_one_agency_has_a_floor_below_its_ceiling_and_stands_once():
    rows = [Places("hg.snn", "02", False, 9, 3), Places("hg.snn", "02", False, None, None)]
    assert problems(rows) == {"agencies[0].floor": "floor_above_ceiling", "agencies[1].agency_code": "agency_twice"}


def test_all_floors_fit_the_booths():
    assert problems([Places("hg.snn", "02", False, 6, 9)], booths=5) == {"agencies[0].floor": "quotas_clash"}
