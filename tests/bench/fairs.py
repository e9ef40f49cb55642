"""A fair in the whole system, first come, first served: who hands in a dossier and is accepted is offered a booth."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.faults import bodies
from tests.faults.fair import AGENCIES

from common.tokens import Role
from launcher.system import EmbeddedSystem
from scenario.doors.system import StoryFailedError, System

MORNING = datetime(2020, 7, 14, 2, 0, tzinfo=UTC)  # nine in Hanoi: nobody is written to by night
TRIES = 200


@dataclass(frozen=True)
class Applicant:
    application_id: str
    vendor_id: str


@dataclass
class Fair:
    """An open fair with as many booths as it is asked for."""

    doors: System
    edition_id: str
    number: int

    async def apply(self, number: int) -> Applicant:
        """Hand in a dossier."""
        body = bodies.application(f"Gian {self.number}-{number}", self.number * 10_000 + number, random.Random(number))
        body["wishes"]["zone_codes"] = None
        path = f"/registration/editions/{self.edition_id}/applications"
        made = await self.doors.post(path, Role.VENDOR, body)
        applicant = Applicant(made["application_id"], made["vendor_id"])
        path = f"/registration/applications/{applicant.application_id}/submission"
        await self.doors.post(path, Role.VENDOR, bodies.submission(), vendor_id=applicant.vendor_id)
        return applicant

    async def accept(self, applicant: Applicant) -> None:
        """Send the reviewer's form; the booth and the mail follow by themselves."""
        decision = {"decision": "accept", "reason_codes": [], "override": {"reason": "để thử"}}
        path = f"/registration/applications/{applicant.application_id}/decisions"
        await self.doors.post(path, Role.REVIEWER, decision, agency_code="hn.snn")


def open_doors(system: EmbeddedSystem) -> System:
    """Return the services' doors, at nine in the morning."""
    if system.clock_writer is None:
        raise ValueError("the fair needs a clock of its own")
    doors = System(system.url, system.private_key, system.clock_writer, system.service_urls)
    doors.set_clock(MORNING)
    return doors


async def open_fair(doors: System, number: int, booths: int) -> Fair:
    """Announce, approve, plan and open a fair."""
    for code, level, province in AGENCIES:
        await doors.put(f"/registration/agencies/{code}", Role.ORGANISER, bodies.agency(code, level, province))
    body = bodies.edition(f"B{number}", doors.now, "first_come") | {"booth_target": booths, "quotas": []}
    edition_id = (await doors.post("/registration/editions", Role.ORGANISER, body))["edition_id"]
    path = f"/registration/editions/{edition_id}"
    await doors.post(f"{path}/approval", Role.ORGANISER, {"legal_document": bodies.paper(number, doors.now.date())})
    await _publish_plan(doors, edition_id, booths)
    await doors.post(f"{path}/opening", Role.ORGANISER)
    return Fair(doors, edition_id, number)


async def _publish_plan(doors: System, edition_id: str, booths: int) -> None:
    """Publish a plan of one zone as soon as allocation has heard of the edition."""
    rows = [
        {
            "booth_code": f"A{place}",
            "zone_code": "A",
            "area_m2": 9,
            "corner": False,
            "power_sockets": 1,
            "x": 3 * place,
            "y": 0,
            "neighbours": [],
        }
        for place in range(1, booths + 1)
    ]
    zones = [{"zone_code": "A", "name": {"vi": "Khu A", "en": None}, "kind": "regional_speciality"}]
    for left in reversed(range(TRIES)):
        try:
            path = f"/allocation/editions/{edition_id}/floor-plans"
            await doors.post(path, Role.ORGANISER, {"zones": zones, "booths": rows})
        except StoryFailedError:
            if not left:
                raise
            await asyncio.sleep(0.1)
        else:
            return
