"""Every command and every timer of registration in every state of an edition: it does its work, or says by name why not.

The table is that of the states of a fair, written again; a command that nobody thought of is found by the last test.
"""

from itertools import count
from typing import Any, cast

import pytest
from sqlalchemy import text
from tests.registration.amendments.test_changes import amend
from tests.registration.conftest import World
from tests.registration.editions import commands_of_applicants, commands_of_editions, commands_of_reviews
from tests.registration.editions.commands_of_applicants import two_booths
from tests.registration.editions.stage import STATES, Json, Stage

from registration.editions.states import STATE_NAMES

TABLE = """
    register            early early   yes  late late late late early   over over over
    nominate            early yes     yes  late late late late early   over over over
    save_draft          early yes     yes  late late late late yes     over over over
    send_draft          early early   yes  late late late late early   over over over
    mail_link           -     yes     yes  yes  yes  yes  yes  yes     over over over
    discard_draft       -     yes     yes  yes  yes  yes  yes  yes     yes  yes  yes
    hand_in             -     early   yes  late late late late early   over over over
    fill_in             -     early   yes  late late late late early   over over over
    supplement          -     -       yes  yes  yes  yes  late yes     over over over
    hand_in_again       -     -       yes  yes  yes  yes  late yes     over over over
    amend               -     -       yes  late late late late yes     over over over
    amend_for_vendor    -     -       yes  yes  yes  yes  yes  yes     over over over
    correct_address     -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    take_up             -     -       yes  yes  yes  yes  yes  yes     over over over
    begin_upload        -     -       yes  yes  yes  yes  yes  yes     over over over
    send_part           -     -       yes  yes  yes  yes  yes  yes     over over over
    verify              -     -       yes  yes  yes  yes  yes  yes     over over over
    decide              -     -       yes  yes  yes  yes  yes  yes     over over over
    propose             -     -       yes  yes  yes  yes  yes  yes     over over over
    answer              -     -       yes  yes  yes  yes  yes  yes     over over over
    take_back           -     -       yes  yes  yes  yes  yes  yes     yes  over over
    release             -     -       yes  yes  yes  yes  yes  yes     over over over
    appeal              -     -       yes  yes  yes  yes  yes  yes     over over over
    withdraw            -     -       yes  yes  yes  yes  yes  yes     over over over
    revoke              -     -       yes  yes  yes  yes  yes  yes     yes  over over
    propose_revocation  -     -       yes  yes  yes  yes  yes  yes     yes  over over
    release_revocation  -     -       yes  yes  yes  yes  yes  yes     yes  over over
    renew               -     -       yes  yes  yes  yes  yes  yes     over over over
    declare_interest    -     -       yes  yes  yes  yes  yes  yes     over over over
    set_reviewers       yes   yes     yes  yes  yes  yes  yes  yes     over over over
    assign              yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_policy          yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_field_dates     yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_round           state yes     yes  state state state state state over over over
    number_letter       -     yes     yes  state state state state state over over over
    decline             -     yes     yes  yes  yes  yes  yes  yes     over over over
    look_at_certificates yes  yes     yes  yes  yes  yes  yes  yes     over over over
    do_task             -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    enter_support       -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    record_recall       -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    correct_recall      -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
"""
CODES = {"early": "registration_not_open", "late": "late", "over": "edition_over", "state": "edition_state"}
READY = (commands_of_applicants.command, commands_of_reviews.command, commands_of_editions.command)
COMMANDS = {name: prepare for some in READY for name, prepare in some.prepared.items()}
ROUTES = {route for some in READY for route in some.routes}


def rows() -> dict[str, dict[str, str]]:
    listed = [line.split() for line in TABLE.strip().splitlines()]
    return {name: dict(zip(STATES.split(), cells, strict=True)) for name, *cells in listed}


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_does_its_work_or_names_the_state_that_forbids_it(fair: World, name: str) -> None:
    stage = Stage(fair, count(1))
    for state, expected in rows()[name].items():
        if expected == "-":  # nothing of the kind is there yet
            continue
        await stage.put("registration_open")
        call = await COMMANDS[name](stage)
        await stage.put(state)
        answered = await call()
        found = "yes" if answered.is_success else answered.json()["code"]
        assert (state, found) == (state, CODES.get(expected, expected)), answered.text
        if expected in {"over", "state"}:
            told = cast("Json", answered.json())
            vi, en = STATE_NAMES[cast("Any", state)]
            assert vi in told["detail_vi"]
            assert en in told["detail"]


ACTS = "approval opening closing reopening publication readiness start end report suspension rescheduling capacity cancellation"
ELSEWHERE = {
    *(
        f"POST /editions/{{edition_id}}/{act}" for act in ACTS.split()
    ),  # the acts of an edition have a table of their own
    "POST /invitations/{invitation_id}/answer",  # pages, which do what commands do
    "POST /invitations/{invitation_id}/workbook",
    "POST /editions/{edition_id}/drafts/{draft_id}/form",
    "POST /editions/{edition_id}/drafts/{draft_id}/review",
    "POST /editions/{edition_id}/drafts/{draft_id}/status",
    "POST /applications/{application_id}/status",
    "POST /editions/{edition_id}/filled-workbooks",  # answers by its rows, as nominations do
    "PUT /evidence-uploads/{upload_id}/size",  # as parts
    "POST /evidence-uploads/{upload_id}/completion",
    "POST /support-lines/{line_id}/reversal",  # as lines
    "POST /support-ledger/confirmation",  # of no edition
    "PUT /agencies/{agency_code}",  # of no edition
    "POST /editions",
    "PUT /vendors/{vendor_id}/contact",
    "DELETE /vendors/{vendor_id}/contact",
    "POST /contacts/republication",
    "POST /duplicate-searches",
    "POST /duplicate-pairs/{pair_id}/decision",
    "POST /duplicate-pairs/{pair_id}/separation",
}


async def test_no_command_is_missing_in_the_table(fair: World) -> None:
    routes = fair.harness.routes()
    known = {f"{method} {path.removeprefix('/registration')}" for path, one in routes for method in one.methods or ()}
    assert {one for one in known if not one.startswith(("GET ", "HEAD "))} == {*ROUTES} | ELSEWHERE
    assert {*rows()} == {*COMMANDS}


@pytest.mark.parametrize(("resume_to", "expected"), [("registration_open", 201), ("allocated", 409)])
async def test_a_suspension_opens_nothing_that_had_passed_before_it(fair: World, resume_to: str, expected: int) -> None:
    stage = Stage(fair, count(1))
    application = await fair.submitted(stage.row())
    await stage.put("suspended")
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE editions SET resume_to = :resume"), {"resume": resume_to})
    assert (await amend(fair, application, dossier=two_booths())).status_code == expected
