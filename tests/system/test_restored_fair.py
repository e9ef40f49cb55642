"""Each database alone, and all four, taken back while a fair is on: what both lives promised holds for both.

The judge is that of the fault rounds; it knows nothing of restores, but for what was withdrawn because of one.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.faults.check_contacts import check_known_contacts
from tests.faults.check_memories import check_numbers
from tests.faults.checker import INVARIANTS
from tests.faults.clients import Clients
from tests.faults.evidence import Evidence
from tests.faults.fair import enter_agencies
from tests.system.conftest import MakeKafka
from tests.system.lives import BEGIN, BESIDE, DRAFTED, EARLY, LATE, LifeFair, LifeStage
from tests.system.restoring import Restoring, system_on_kafka

from common.delivery.settling import RESTORED
from scenario.doors.quiet import wait_for_quiet
from scenario.doors.system import SERVICES

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(900),
    pytest.mark.real_kafka(
        reason="the embedded broker lets a member come again only after the session of the one before"
    ),
]

CASES = (("registration",), ("allocation",), ("notifications",), ("reporting",), SERVICES)
# Two cannot be judged here: nobody looks at committed offsets while the fair is on (I8), and there is no fault whose
# recovery could be timed: the restore itself is a person's work (I11). Of I3 the numbers are judged: contacts have none.
JUDGED = {name: check for name, check in INVARIANTS.items() if name not in {"I8", "I11"}} | {"I3": check_numbers}
UNTOLD = {"edition_publication": "publish", "edition_readiness": "make_ready"}  # acts that are no events


@dataclass
class Lived:
    """What came of one case: what the commands said, and what the judge found at its end."""

    said: dict[str, str] = field(default_factory=dict[str, str])
    found: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    reports: list[Any] = field(default_factory=list[Any])
    refused: str = ""
    erased: str = ""


async def live(
    stage: LifeStage, clients: Clients, restoring: Restoring, number: int, services: tuple[str, ...]
) -> Lived:
    """Play a fair; its services go back behind the offers, and where reporting is among them behind a report."""
    lived, fair = Lived(), LifeFair(clients, number)
    assert await fair.announce()
    await fair.apply_some(EARLY)
    await fair.draft(DRAFTED)
    await dump_beside_traffic(restoring, fair, services)
    stage.clock.jump(timedelta(minutes=10))
    await fair.apply_some(LATE)
    await fair.hand_in_drafts()
    await fair.close()
    await wait_for_quiet(stage.doors)
    await fair.answer()
    await wait_for_quiet(stage.doors)
    if "reporting" in services:
        await hold_and_report(stage, fair, lived)
    lived.erased = await fair.erase()
    await wait_for_quiet(stage.doors)
    await go_back(restoring, services, lived)
    await wait_for_quiet(stage.doors)
    if "reporting" not in services:
        await hold_and_report(stage, fair, lived)
    lived.reports.append(await fair.report(2 * number + 1, lived.reports[0]["report_id"]))
    stage.clock.to_morning(1)
    await wait_for_quiet(stage.doors)
    return lived


async def dump_beside_traffic(restoring: Restoring, fair: LifeFair, services: tuple[str, ...]) -> None:
    """Dump databases, one after the other, while people apply: each is one moment of its own, none is that of another."""
    done = asyncio.Event()
    applying = asyncio.create_task(fair.apply_until(BESIDE, done))
    try:
        for service in services:
            await restoring.dump(service)
    finally:
        done.set()
        await applying


async def hold_and_report(stage: LifeStage, fair: LifeFair, lived: Lived) -> None:
    await fair.answer()
    stage.clock.to_morning(10)
    await wait_for_quiet(stage.doors)
    await fair.hold()
    await wait_for_quiet(stage.doors)
    lived.reports.append(await fair.report(2 * fair.number))
    await wait_for_quiet(stage.doors)


async def go_back(restoring: Restoring, services: tuple[str, ...], lived: Lived) -> None:
    for service in services:
        await restoring.stop(service)
    for service in services:
        await restoring.restore(service)
        await restoring.say(service, "complete-log")
        await restoring.say(service, "new-epoch")
        lived.refused += await restoring.refuse(service)
        lived.said[service] = await restoring.say(service, "settle")
    for service in services:
        await restoring.start(service)


def judge(evidence: Evidence, erased: str) -> dict[str, list[str]]:
    found = {name: list(check(evidence)) for name, check in JUDGED.items()}
    found["told"] = list(check_told(evidence))
    found["contacts"] = [*check_known_contacts(evidence), *check_erased(evidence, erased)]
    return {name: problems for name, problems in found.items() if problems}


def check_told(evidence: Evidence) -> Iterator[str]:
    """No notice waits for a contact, and whoever was withdrawn by a restore has exactly one mail about it."""
    copies = Counter(message_id.partition("@")[0] for message_id, _ in evidence.mails)
    notices = evidence.of("notifications", "notices")
    for row in notices:
        if row["state"] == "waiting_contact":
            yield f"notice {row['notice_id']} ({row['purpose']}) waits for a contact"
    for event in evidence.events("registration", "application_withdrawn"):
        if event["data"]["reason_code"] != RESTORED:
            continue
        about = [row for row in notices if row["about_id"] == event["event_id"] and row["recipient_kind"] == "vendor"]
        mails = sum(copies[row["notice_id"]] for row in about)
        if mails != 1:
            yield f"the vendor of {event['subject']}, withdrawn by the restore, has {mails} mails about it"


def check_erased(evidence: Evidence, party_id: str) -> Iterator[str]:
    """What was erased before a restore, behind its backup, is erased."""
    for service in ("registration", "notifications"):
        [row] = [one for one in evidence.of(service, "contacts") if one["party_id"] == party_id]
        if row["email"] or row["display_name"]:
            yield f"{service} has the contact again that was erased"


def without_forgotten(evidence: Evidence) -> Evidence:
    """Leave out what no restore can keep, where it was ended for everybody or told nobody: drafts, acts; and runs' own numbers."""
    events = evidence.events("registration")
    known = {row["application_id"] for row in evidence.of("registration", "applications")}
    ended = {one["subject"] for one in events if one["name"] == "application_withdrawn"}
    told = {one["subject"] for one in events}
    acts = {(row["edition_id"], row["act"]) for row in evidence.of("registration", "edition_acts")}

    def is_forgotten(entry: Any) -> bool:
        if entry["what"] == "ok" and entry["kind"] in UNTOLD:
            return (entry["edition_id"], UNTOLD[entry["kind"]]) not in acts
        if (entry["what"], entry.get("kind")) != ("ok", "apply"):
            return False
        application_id = entry["answer"]["application_id"]
        return application_id not in known and (application_id in ended or application_id not in told)

    runs = evidence.services["allocation"].tables["runs"]
    evidence.services["allocation"].tables["runs"] = [run for run in runs if run["result"] is not None]
    evidence.history = [entry for entry in evidence.history if not is_forgotten(entry)]
    return evidence


@pytest.fixture(scope="module")
async def lives(make_kafka: MakeKafka) -> AsyncGenerator[dict[tuple[str, ...], Lived]]:
    async with system_on_kafka(make_kafka) as (system, doors, folder):
        doors.set_clock(BEGIN)
        stage = LifeStage(system, doors, folder)
        clients: Any = Clients(stage, Random(1))  # type: ignore[arg-type]
        restoring, found = Restoring(system, folder), dict[tuple[str, ...], Lived]()
        try:
            await enter_agencies(clients)
            for number, services in enumerate(CASES, 1):
                lived = await live(stage, clients, restoring, number, services)
                lived.found = judge(without_forgotten(await stage.gather()), lived.erased)
                found[services] = lived
            yield found
        finally:
            stage.history.close()
            await clients.close()


@pytest.mark.parametrize("services", CASES, ids=" ".join)
def test_what_was_promised_in_both_lives_holds(lives: dict[tuple[str, ...], Lived], services: tuple[str, ...]) -> None:
    assert lives[services].found == {}


@pytest.mark.parametrize("services", CASES, ids=" ".join)
def test_every_service_had_something_to_settle_and_would_not_start_before(
    lives: dict[tuple[str, ...], Lived], services: tuple[str, ...]
) -> None:
    lived = lives[services]
    assert all("/" in said for said in lived.said.values())
    assert lived.refused.count("forgotten_events_unsettled") == len(services)


@pytest.mark.parametrize("services", CASES, ids=" ".join)
def test_a_report_keeps_its_number_and_its_correction_is_the_next_version(
    lives: dict[tuple[str, ...], Lived], services: tuple[str, ...]
) -> None:
    first, second = lives[services].reports
    assert (first["version"], second["version"]) == (1, 2)
    assert second["replaces_report_id"] == first["report_id"]


@pytest.mark.parametrize("services", [case for case in CASES if "registration" in case], ids=" ".join)
def test_what_no_event_tells_is_said_to_whom_enters_it_again(
    lives: dict[tuple[str, ...], Lived], services: tuple[str, ...]
) -> None:
    assert "Lines of support" in lives[services].said["registration"]
