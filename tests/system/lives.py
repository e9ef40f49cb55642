"""A fair as the fault rounds play it, on a system whose databases go back in time in the middle of it."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.faults import bodies
from tests.faults.clients import Clients
from tests.faults.evidence import Evidence, Row
from tests.faults.fair import Fair
from tests.faults.gather import gather
from tests.faults.history import History

from common.delivery.relay import plain_dsn
from common.tokens import Role, issue
from launcher.system import EmbeddedSystem
from scenario.doors.system import SERVICES, System

BEGIN = datetime(2020, 7, 14, 2, tzinfo=UTC)
SIGNER = {"signer_name": "Nguyễn Văn Mẫu", "signer_role": "PHÓ GIÁM ĐỐC"}
EARLY, DRAFTED, LATE, BESIDE = range(5), range(5, 7), range(7, 10), range(10, 60)


@dataclass
class LifeClock:
    """The scenario's clock, as the fair's clients know one."""

    doors: System

    def now(self, _service: str = "") -> datetime:
        return self.doors.now

    def jump(self, by: timedelta) -> None:
        self.doors.set_clock(self.doors.now + by)

    def to_morning(self, days: int) -> None:
        wanted = self.doors.now.replace(hour=BEGIN.hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
        self.doors.set_clock(wanted)


@dataclass
class LifeKeys:
    """Makes tokens."""

    system: EmbeddedSystem

    def token(self, role: Role, subject: str, now: datetime, **claims: str) -> str:
        lifetime = timedelta(hours=12)
        return issue(self.system.private_key, role=role, subject=subject, now=now, lifetime=lifetime, **claims)


class LifeStage:
    """What the clients of the fault rounds need of their stage."""

    def __init__(self, system: EmbeddedSystem, doors: System, folder: Path) -> None:
        self.system, self.doors = system, doors
        self.clock, self.keys = LifeClock(doors), LifeKeys(system)
        self.history = History(folder / "history.jsonl")

    def url(self, _service: str) -> str:
        return self.system.url

    async def gather(self) -> Evidence:
        """Return all that both lives left."""
        databases = {
            service: plain_dsn(self.system.postgres.create_service_database(service).owner_url) for service in SERVICES
        }
        mails = self.system.mail_dir.parent
        assert mails / "mail" == self.system.mail_dir
        return await gather(self.history.path, databases, self.system.broker.bootstrap, mails, broker_keeps=True)


class LifeFair(Fair):
    """A fair that is played in parts, so that a database can go back between two of them."""

    def __init__(self, clients: Clients, number: int) -> None:
        super().__init__(clients, number, random.Random(number))
        self.drafts: list[tuple[str, dict[str, str]]] = []

    async def apply_some(self, places: range) -> None:
        """Let some apply, hand in, be accepted or withdraw."""
        await asyncio.gather(*(self._apply(place, f"Gian {self.number}-{place}") for place in places))

    async def apply_until(self, places: range, done: asyncio.Event) -> None:
        """Let one after the other apply, hand in and be accepted until told to stop, one at least."""
        for place in places:
            await self._apply(place, f"Gian {self.number}-{place}")
            if done.is_set():
                break

    async def draft(self, places: range) -> None:
        """Let some begin an application."""
        for place in places:
            name = f"Gian {self.number}-{place}"
            body = bodies.application(name, self.number * 100 + place, self.dice)
            path = f"/registration/editions/{self.edition_id}/applications"
            about = {"name": name, "edition_id": self.edition_id, "product": body["products"][0]["name"]}
            row = await self.clients.do("apply", path, Role.VENDOR, body, **about)
            assert row is not None
            own = {"application_id": str(row["application_id"]), "vendor_id": str(row["vendor_id"]), "name": name}
            self.drafts.append((f"/registration/applications/{own['application_id']}", own))

    async def hand_in_drafts(self) -> None:
        for path, own in self.drafts:
            await self._submit(own, 1)
            decision = {"decision": "accept", "override": {"reason": "để thử"}, "reason_codes": []}
            await self.clients.do("accept", f"{path}/decisions", Role.REVIEWER, decision, **own)

    async def erase(self) -> str:
        """Let the contact of who began first be erased; return whose."""
        vendor_id, stage = self.drafts[0][1]["vendor_id"], self.clients.stage
        token = stage.keys.token(Role.ORGANISER, "organiser", stage.clock.now())
        url = f"{stage.url('registration')}/registration/vendors/{vendor_id}/contact"
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
            (await client.delete(url)).raise_for_status()
        return vendor_id

    async def report(self, number: int, correction_of: str = "") -> Row:
        """Issue a report of the result, or a correction of one."""
        path, body = (
            f"/reporting/editions/{self.edition_id}/reports",
            {"kind": "result", "addressee_agency_code": "hn.ubnd"},
        )
        if correction_of:
            path, body = f"/reporting/reports/{correction_of}/correction", {"reason": "Đếm lại"}
        made: Any = None
        for _ in range(60):  # its figures are on their way
            made = await self.clients.do("report", path, Role.ORGANISER, body)
            if made is not None:
                break
            await asyncio.sleep(0.5)
        assert made is not None
        day = self.clients.stage.clock.now().date().isoformat()
        steps: tuple[tuple[Role, str, Any], ...] = (
            (Role.ORGANISER, "check", None),
            (Role.ORGANISER, "sign-off", SIGNER),
            (Role.CLERK, "numbering", {"number": str(number), "notation": "BC-SNN", "issued_on": day}),
            (Role.CLERK, "issue", None),
        )
        for role, step, content in steps:
            made = await self.clients.do(
                f"report_{step}", f"/reporting/reports/{made['report_id']}/{step}", role, content
            )
            assert made is not None, step
        return made
