"""The whole road of one edition inside registration."""

from datetime import UTC, datetime

from tests.registration.conftest import PAPER, World

from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationSubmitted,
    ContactRecorded,
    EditionAnnounced,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)


async def test_an_edition_goes_from_its_plan_to_its_end_and_tells_each_step(fair: World) -> None:
    accepted = await fair.accepted()
    assert (await fair.act("closing")).json()["state"] == "registration_closed"
    assert (await fair.act("publication")).json()["state"] == "allocated"
    assert (await fair.act("readiness")).json()["state"] == "ready"
    paper = {**PAPER, "type": "TB", "number": "15", "notation": "TB-BCĐ"}
    answer = await fair.act("suspension", {"reason_code": "covid_19", "legal_document": paper})
    assert answer.json()["state"] == "suspended"
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    answer = await fair.act("rescheduling", {"new": new, "reason_code": "covid_19", "legal_document": paper})
    assert answer.json()["state"] == "ready", answer.text
    fair.harness.clock.set(datetime(2020, 10, 9, 1, tzinfo=UTC))
    assert (await fair.act("start")).json()["state"] == "live"
    fair.harness.clock.set(datetime(2020, 10, 12, 15, tzinfo=UTC))
    assert (await fair.act("end")).json()["actual"] == new
    assert (await fair.act("report", {})).status_code == 422
    report = {**PAPER, "type": "BC", "number": "35", "notation": "BC-SNN"}
    assert (await fair.act("report", {"legal_document": report})).json()["state"] == "reported"

    told = [type(event) for event in await fair.harness.emitted() if not isinstance(event, ContactRecorded)]
    assert told == [
        EditionAnnounced,
        RegistrationOpened,
        ApplicationSubmitted,
        ApplicationAccepted,
        RegistrationClosed,
        EditionSuspended,
        EditionRescheduled,
        EditionStarted,
        EditionEnded,
    ]
    closed = (await fair.harness.emitted(RegistrationClosed))[0]
    assert (closed.submitted, closed.accepted, closed.pending) == (1, 1, 0)
    assert accepted["state"] == "accepted"
