"""Two databases restored to ten minutes ago while Kafka and the other services stay ahead: the runbook, step by step."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import pytest
from tests.brokers.kinds import read_topic
from tests.registration.conftest import make_tax_id
from tests.system.conftest import MakeKafka
from tests.system.restoring import Restoring, system_on_kafka

from common.tokens import Role
from launcher.system import EmbeddedSystem
from registration.editions.api import EDITION_EXAMPLE
from registration.intake.api import ENTRY_EXAMPLE
from registration.papers.api import PAPER_EXAMPLE
from scenario.doors.quiet import wait_for_quiet
from scenario.doors.system import StoryFailedError, System

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.real_kafka(
        reason="the embedded broker lets a member come again only after the session of the one before"
    ),
]

BEGIN = datetime(2020, 7, 8, 2, tzinfo=UTC)
AGENCIES = ("hn.ubnd", "hn.snn", "hn.vpdp")
CONSENTS = [{"purpose": purpose, "text_version": "2020-07"} for purpose in ("take_part", "be_contacted")]
NAMES = ("Hợp tác xã Chè Phìn Hồ", "Công ty Mật ong Mèo Vạc")
RESTORED = ("registration", "notifications")
PAYER, OTHER_PAYER = "Hà Nội", "Tỉnh Hà Giang"


@dataclass(frozen=True)
class Filed:
    """An application, and where its vendor is told."""

    application_id: str
    vendor_id: str
    email: str


@dataclass
class Story:
    """An edition with two vendors, one of whom hands in after the dump."""

    client: System
    edition_id: str = ""

    async def begin(self) -> None:
        self.client.set_clock(BEGIN)
        for code in AGENCIES:
            agency = {"name_vi": code, "level": "city", "valid_from": "2019-01-01"}
            await self.client.put(f"/registration/agencies/{code}", Role.ORGANISER, agency)
        edition = await self.client.post("/registration/editions", Role.ORGANISER, EDITION_EXAMPLE)
        self.edition_id = edition["edition_id"]
        await self.command("approval", {"legal_document": PAPER_EXAMPLE})
        await self.command("opening")

    async def command(self, name: str, body: dict[str, Any] | None = None) -> Any:
        return await self.client.post(f"/registration/editions/{self.edition_id}/{name}", Role.ORGANISER, body)

    async def draft(self, number: int) -> Filed:
        entry: Any = deepcopy(ENTRY_EXAMPLE)
        tax_id, name = make_tax_id(number), NAMES[number - 1]
        for product in entry["products"]:  # the edition is of 2020
            product["recognised_year"] = 2019
            product["decision"]["issued_on"] = product["certificate"]["issued_on"] = "2019-11-11"
        entry["vendor"] |= {"tax_id": tax_id, "registration_number": tax_id, "legal_name": name, "trade_name": name}
        entry["contact"] |= {"email": f"vendor{number}@example.org", "phone": f"09123456{number}0"}
        path = f"/registration/editions/{self.edition_id}/applications"
        view = await self.client.post(path, Role.VENDOR, entry)
        return Filed(view["application_id"], view["vendor_id"], entry["contact"]["email"])

    async def submit(self, filed: Filed) -> Any:
        path = f"/registration/applications/{filed.application_id}/submission"
        body = {"undertaking": True, "consents": CONSENTS}
        return await self.client.post(path, Role.VENDOR, body, vendor_id=filed.vendor_id)

    async def support(self, filed: Filed, payer: str, purpose: str = "booth", **more: str) -> str:
        """Enter support; return the payer of the line, or the refusal."""
        path = f"/registration/editions/{self.edition_id}/support-lines"
        body = {"vendor_id": filed.vendor_id, "purpose": purpose, "funded_by": payer, **more}
        try:
            return str((await self.client.post(path, Role.ORGANISER, body))["funded_by"])
        except StoryFailedError as refused:
            return str(refused)


@dataclass(frozen=True)
class Rehearsed:
    """What was seen at each step.

    Attributes:
        told: mails to the vendor whose hand-in was forgotten: before and at the end.
        taken: what ``complete-log`` listed, by service.
        settled: what ``settle`` said, by service.
        sources: what ``new-epoch`` said, by service.
        statuses: of all services at the end.
        records: of registration's topic at the end.
        state: of the application whose hand-in was forgotten, at the end.
        refusal: why it could not be handed in again.
        supports: what came of each line of support that was entered behind the restore.
    """

    told: tuple[int, int]
    taken: dict[str, str]
    settled: dict[str, str]
    sources: dict[str, str]
    statuses: dict[str, Any]
    records: list[Any]
    state: str
    refusal: str
    supports: dict[str, str]
    late: Filed


def mails_to(folder: Path, address: str) -> int:
    heads = [BytesHeaderParser().parsebytes(path.read_bytes()) for path in folder.glob("*.eml")]
    return sum(address in str(head["To"]) for head in heads)


async def rehearse(system: EmbeddedSystem, client: System, folder: Path) -> Rehearsed:
    story, restoring = Story(client), Restoring(system, folder)
    await story.begin()
    early, late = await story.draft(1), await story.draft(2)
    await story.submit(early)
    await wait_for_quiet(client)
    for service in RESTORED:
        await restoring.dump(service)
    client.set_clock(BEGIN + timedelta(minutes=10))
    await story.submit(late)
    assert await story.support(early, OTHER_PAYER) == OTHER_PAYER
    await wait_for_quiet(client)
    before = mails_to(system.mail_dir, late.email)

    taken: dict[str, str] = {}
    settled: dict[str, str] = {}
    sources: dict[str, str] = {}
    for service in RESTORED:
        await restoring.stop(service)
        await restoring.restore(service)
        taken[service] = await restoring.say(service, "complete-log")
        sources[service] = await restoring.say(service, "new-epoch")
        settled[service] = await restoring.say(service, "settle")
    for service in RESTORED:
        await restoring.start(service)
    await wait_for_quiet(client)

    with pytest.raises(StoryFailedError) as refused:
        await story.submit(late)
    supports = await support_again(story, early)
    await story.command("closing")
    statuses = await wait_for_quiet(client)
    application = await client.get(f"/registration/applications/{late.application_id}", Role.ORGANISER)
    return Rehearsed(
        (before, mails_to(system.mail_dir, late.email)),
        taken,
        settled,
        sources,
        statuses,
        await read_topic(system.broker.bootstrap, "ocop.registration.events"),
        application["state"],
        str(refused.value),
        supports,
        late,
    )


async def support_again(story: Story, filed: Filed) -> dict[str, str]:
    """Try to support what a lost line supports already, enter that line again, confirm, and go on."""
    first = await story.support(filed, PAYER)
    again = await story.support(filed, OTHER_PAYER, again_by="UNC 17")
    second = await story.support(filed, PAYER)
    early = await story.support(filed, PAYER, "transport")
    await story.client.post("/registration/support-ledger/confirmation", Role.ORGANISER, {"reason": "đã đối chiếu"})
    found = {"first": first, "again": again, "second": second, "early": early}
    return {**found, "confirmed": await story.support(filed, PAYER, "transport")}


@pytest.fixture(scope="module")
async def rehearsed(make_kafka: MakeKafka) -> Rehearsed:
    async with system_on_kafka(make_kafka) as (system, client, folder):
        return await rehearse(system, client, folder)


def header(record: Any, name: str) -> str:
    return dict(record.headers)[f"ce_{name}"].decode()


def test_the_operator_is_shown_each_event_that_was_forgotten(rehearsed: Rehearsed) -> None:
    [line] = [line for line in rehearsed.taken["registration"].splitlines() if "application_submitted" in line]
    assert rehearsed.late.application_id in line
    assert "notice_" in rehearsed.taken["notifications"]


def test_each_restored_service_tells_under_a_new_source(rehearsed: Rehearsed) -> None:
    for service, said in rehearsed.sources.items():
        assert said == f"{service}: tells under /ocop/{service}/2 from the next start on\n"


def test_what_was_forgotten_is_folded_back_and_cannot_be_entered_a_second_time(rehearsed: Rehearsed) -> None:
    [line] = [line for line in rehearsed.settled["registration"].splitlines() if "application_submitted" in line]
    assert rehearsed.late.application_id in line
    assert rehearsed.state in {"submitted", "under_review"}
    assert "application_state" in rehearsed.refusal


def test_what_is_told_after_it_is_told_under_the_new_source(rehearsed: Rehearsed) -> None:
    found = {header(record, "type").split(".")[2]: header(record, "source") for record in rehearsed.records}
    assert found["application_submitted"] == "/ocop/registration"
    assert found["registration_closed"] == "/ocop/registration/2"


def test_no_position_and_no_number_was_given_twice(rehearsed: Rehearsed) -> None:
    events = {header(record, "id"): record for record in rehearsed.records}.values()
    positions = sorted(int(header(record, "sequence")) for record in events)
    assert positions == list(range(1, len(events) + 1))
    numbers = [(record.key, header(record, "keysequence")) for record in events]
    assert len(set(numbers)) == len(numbers)


def test_every_reader_has_taken_in_the_last_event_of_each_owner_and_nothing_is_parked(rehearsed: Rehearsed) -> None:
    [(edition, last)] = [(key, last) for key, last in rehearsed.statuses["registration"]["keys"].items() if last > 1]
    for reader in ("allocation", "notifications", "reporting"):
        status = rehearsed.statuses[reader]
        assert status["parked"] == 0
        assert status["consumed"]["/ocop/registration/2"][edition] == last


def test_nobody_is_told_again_of_what_was_forgotten(rehearsed: Rehearsed) -> None:
    assert rehearsed.told == (1, 1)


def test_nothing_is_supported_twice_where_the_restore_lost_the_line_of_the_first(rehearsed: Rehearsed) -> None:
    supports = rehearsed.supports
    assert "support_held" in supports["first"]
    assert supports["again"] == OTHER_PAYER
    assert "already_supported" in supports["second"]
    assert "support_held" in supports["early"]
    assert supports["confirmed"] == PAYER
