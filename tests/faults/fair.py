"""One edition from its announcement to its end, played by clients who all want the same few booths."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults import bodies
from tests.faults.clients import Clients, Json

from common.tokens import Role

APPLICANTS = 12
PATIENCE_SECONDS = 120.0
AGENCIES = (("hn.ubnd", "city", "01"), ("hn.snn", "city", "01"), ("t48.snn", "province", "48"))


async def enter_agencies(clients: Clients) -> None:
    """Enter the agencies that the editions name; without them there is no load."""
    for code, level, province in AGENCIES:
        path = f"/registration/agencies/{code}"
        body = bodies.agency(code, level, province)
        while await clients.do("agency", path, Role.ORGANISER, body, method="PUT") is None:
            await asyncio.sleep(0.5)


@dataclass
class Fair:
    """An edition and those who want to be there; ``number`` makes all its names its own."""

    clients: Clients
    number: int
    dice: random.Random
    edition_id: str = ""
    vendors: dict[str, str] = field(default_factory=dict[str, str])
    accepted: list[str] = field(default_factory=list[str])

    async def command(self, name: str, body: Json | None = None) -> Json | None:
        path = f"/registration/editions/{self.edition_id}/{name}"
        return await self.clients.do(f"edition_{name}", path, Role.ORGANISER, body or {}, edition_id=self.edition_id)

    async def announce(self) -> bool:
        """Plan, approve and open the edition with its plan; return whether it is open."""
        now = self.clients.stage.clock.now()
        policy = "optimal_at_close" if self.number % 3 else "first_come"
        body = bodies.edition(f"F{self.number}", now, policy)
        view = await self.clients.do("edition", "/registration/editions", Role.ORGANISER, body)
        if view is None:
            return False
        self.edition_id = view["edition_id"]
        await self.command("approval", {"legal_document": bodies.paper(self.number, now.date())})
        path = f"/allocation/editions/{self.edition_id}/floor-plans"
        for _ in range(60):  # allocation hears of the edition a moment later
            plan = await self.clients.do("floor_plan", path, Role.ORGANISER, bodies.floor_plan())
            if plan is not None:
                break
            await asyncio.sleep(0.5)
        await self.command("opening")
        view = await self.clients.get(f"/registration/editions/{self.edition_id}", Role.ORGANISER)
        return view is not None and view["state"] == "registration_open"

    async def apply(self) -> None:
        """Let all apply side by side; some change, some withdraw, some send twice."""
        names = [f"Gian {self.number}-{place}" for place in range(APPLICANTS)]
        await asyncio.gather(*(self._apply(place, name) for place, name in enumerate(names)))

    async def _apply(self, place: int, name: str) -> None:
        dice = random.Random(self.dice.getrandbits(64))
        body = bodies.application(name, self.number * 100 + place, dice)
        path = f"/registration/editions/{self.edition_id}/applications"
        row = await self.clients.do("apply", path, Role.VENDOR, body, name=name, edition_id=self.edition_id)
        if row is None:
            return
        application, vendor = str(row["application_id"]), str(row["vendor_id"])
        self.vendors[application] = vendor
        own = {"application_id": application, "vendor_id": vendor, "name": name}
        path = f"/registration/applications/{application}"
        if dice.random() < 0.3:
            await self.clients.do("change", f"{path}/dossier", Role.VENDOR, bodies.dossier(dice), method="PUT", **own)
        if dice.random() < 0.2:
            await self.clients.do(
                "apply_twice",
                f"/registration/editions/{self.edition_id}/applications",
                Role.VENDOR,
                body,
                name=name,
                edition_id=self.edition_id,
            )
        if await self.clients.do("submit", f"{path}/submission", Role.VENDOR, bodies.submission(), **own) is None:
            return
        decision = {"decision": "accept", "reason_codes": []}
        answer = await self.clients.do("accept", f"{path}/decisions", Role.REVIEWER, decision, **own)
        if answer is None:
            override = {**decision, "override": {"reason": "để thử"}}
            answer = await self.clients.do("accept", f"{path}/decisions", Role.REVIEWER, override, **own)
        if answer is None:
            return
        self.accepted.append(application)
        if dice.random() < 0.15:
            await self.clients.do(
                "withdraw", f"{path}/withdrawal", Role.VENDOR, {"reason_code": "cannot_attend"}, **own
            )

    async def close(self) -> None:
        """Close the registration, wait for the run where there is one, release it."""
        await self.command("closing")
        if self.number % 3 == 0:
            return
        path = f"/allocation/editions/{self.edition_id}/runs"

        async def solved() -> Any:
            page = await self.clients.get(path, Role.COMMITTEE) or {"items": []}
            return [
                run
                for run in page["items"]
                if run["state"] in {"failed", "released"} or (run["state"] == "completed" and run["is_explained"])
            ]

        runs = await _until(solved)
        if runs and runs[-1]["state"] == "completed":
            body = {"legal_document": bodies.paper(self.number, self.clients.stage.clock.now().date())}
            release = f"/allocation/runs/{runs[-1]['run_id']}/release"
            await self.clients.do("release", release, Role.COMMITTEE, body, run_id=runs[-1]["run_id"])

    async def answer(self) -> None:
        """Holders of offers confirm, decline, say both at once, or nothing."""
        await asyncio.gather(*(self._answer(offer) for offer in await self._placements("offered")))

    async def _answer(self, offer: Json) -> None:
        own = {name: offer[name] for name in ("offer_id", "application_id", "vendor_id")}
        lot = random.Random(f"{self.number} {offer['trade_name']}").random()
        path = f"/allocation/offers/{offer['offer_id']}"
        confirm = ("confirm", f"{path}/confirmation", Role.VENDOR)
        decline = ("decline", f"{path}/decline", Role.VENDOR)
        if lot < 0.55:
            await self.clients.do(*confirm, **own)
        elif lot < 0.75:
            await self.clients.do(*decline, **own)
        elif lot < 0.9:
            await asyncio.gather(self.clients.do(*confirm, **own), self.clients.do(*decline, **own))

    async def hold(self) -> None:
        """Open the fair, find the holders at their booths, and enter the day's figures, some twice, some corrected."""
        for step in ("publication", "readiness", "start"):
            await self.command(step)
        day = (self.clients.stage.clock.now()).date()
        held = [one for one in await self._placements("confirmed") if one["booth_codes"]]
        await asyncio.gather(*(self._show(one["booth_codes"][0], day) for one in held))
        await self.command("end")

    async def _show(self, booth: str, day: Any) -> None:
        dice = random.Random(self.dice.getrandbits(64))
        seen = "no-shows" if dice.random() < 0.1 else "check-ins"
        where = {"booth_code": booth, "on": day.isoformat()}
        path = f"/allocation/editions/{self.edition_id}/{seen}"
        for _ in range(30):  # allocation hears of the start a moment later
            if await self.clients.do("check_in", path, Role.INSPECTOR, where, edition_id=self.edition_id) is not None:
                break
            await asyncio.sleep(0.5)
        path = f"/reporting/editions/{self.edition_id}/day-figures"
        for _ in range(dice.randint(1, 2)):
            body = bodies.figures(day, booth, dice)
            about = {"edition_id": self.edition_id, "visits": body["entries"][0]["visits"]["value"], "booth": booth}
            await self.clients.do("figures", path, Role.INSPECTOR, body, **about)

    async def _placements(self, state: str) -> list[Json]:
        page = await self.clients.get(f"/allocation/editions/{self.edition_id}/placements?limit=200", Role.ORGANISER)
        return [one for one in (page or {"items": []})["items"] if one["state"] == state]


async def _until(look: Callable[[], Awaitable[Any]]) -> Any:
    """Look until something is seen; nothing when it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (seen := await look()):
                await asyncio.sleep(0.5)
            return seen
    except TimeoutError:
        return None
