"""One edition from its announcement to its end, played by clients who all want the same few booths."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from tests.faults import bodies
from tests.faults.clients import Clients, Json

from common.tokens import Role

APPLICANTS = 12
RELEASES = 5  # so often a run may be made anew while it is about to be released
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

    no_shows: ClassVar[float] = 0.1
    clients: Clients
    number: int
    dice: random.Random
    edition_id: str = ""
    vendors: dict[str, str] = field(default_factory=dict[str, str])
    accepted: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._luck = self.dice.getrandbits(64)

    def lots(self, what: str) -> random.Random:
        """Return dice for one thing, which fall the same whatever else is thrown before."""
        return random.Random(f"{self._luck} {what}")

    async def command(self, name: str, body: Json | None = None, **about: Any) -> Json | None:
        path = f"/registration/editions/{self.edition_id}/{name}"
        about["edition_id"] = self.edition_id
        return await self.clients.do(f"edition_{name}", path, Role.ORGANISER, body or {}, **about)

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
        for _ in range(120):  # allocation hears of the edition a moment later, or when registration may tell again
            plan = await self.clients.do(
                "floor_plan", path, Role.ORGANISER, bodies.floor_plan(), edition_id=self.edition_id
            )
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
        about = {"name": name, "edition_id": self.edition_id, "product": body["products"][0]["name"]}
        row = await self.clients.do("apply", path, Role.VENDOR, body, **about)
        if row is None:
            return
        application, vendor = str(row["application_id"]), str(row["vendor_id"])
        self.vendors[application] = vendor
        own = {"application_id": application, "vendor_id": vendor, "name": name}
        if dice.random() < 0.3:
            await self._change(own, dice)
        if dice.random() < 0.2:
            await self.clients.do("apply_twice", path, Role.VENDOR, body, name=name, edition_id=self.edition_id)
        if await self._submit(own, 1):
            await self._decide(own, dice)

    async def _change(self, own: dict[str, str], dice: random.Random) -> None:
        body, path = bodies.dossier(dice), f"/registration/applications/{own['application_id']}/dossier"
        product = body["products"][0]["name"]
        await self.clients.do("change", path, Role.VENDOR, body, method="PUT", product=product, **own)

    async def _submit(self, own: dict[str, str], revision: int) -> bool:
        path, body = f"/registration/applications/{own['application_id']}/submission", bodies.submission()
        return await self.clients.do("submit", path, Role.VENDOR, body, revision=revision, **own) is not None

    async def _decide(self, own: dict[str, str], dice: random.Random) -> None:
        """Accept an application; some withdraw it then."""
        answer = await self.decide("accept", own, {})
        if answer is None:
            answer = await self.decide("accept", own, {"override": {"reason": "để thử"}})
        if answer is None:
            return
        self.accepted.append(own["application_id"])
        if dice.random() < 0.15:
            await self.withdraw(own)

    async def decide(self, verdict: str, own: dict[str, str], more: Json) -> Json | None:
        body, path = {"decision": verdict, "reason_codes": [], **more}, "/registration/applications"
        return await self.clients.do(verdict, f"{path}/{own['application_id']}/decisions", Role.REVIEWER, body, **own)

    async def withdraw(self, own: dict[str, str]) -> None:
        path = f"/registration/applications/{own['application_id']}/withdrawal"
        await self.clients.do("withdraw", path, Role.VENDOR, {"reason_code": "cannot_attend"}, **own)

    async def close(self) -> None:
        """Close the registration, wait for the run where there is one, release it."""
        await self.command("closing")
        if self.number % 3:
            await self.release()

    async def release(self) -> None:
        """Release the newest run; one that was made anew meanwhile is refused, and the new one is waited for."""
        path = f"/allocation/editions/{self.edition_id}/runs"

        async def solved() -> Any:
            page = await self.clients.get(path, Role.COMMITTEE) or {"items": []}
            return [
                run
                for run in page["items"]
                if run["state"] in {"failed", "released"} or (run["state"] == "completed" and run["is_explained"])
            ]

        for _ in range(RELEASES):
            runs = await _until(solved)
            if not runs or runs[-1]["state"] != "completed":
                return
            body = {"legal_document": bodies.paper(self.number, self.clients.stage.clock.now().date())}
            release = f"/allocation/runs/{runs[-1]['run_id']}/release"
            if await self.clients.do("release", release, Role.COMMITTEE, body, run_id=runs[-1]["run_id"]):
                return
            await asyncio.sleep(1)

    async def answer(self, share: float = 1.0) -> None:
        """Holders of offers confirm, decline, say both at once, or nothing; a share of them does so now."""
        offered = await self.placements("offered")
        offered = [one for one in offered if self.lots(f"{one['trade_name']} now").random() < share]
        await asyncio.gather(*(self._answer(offer) for offer in offered))

    async def _answer(self, offer: Json) -> None:
        own = {name: offer[name] for name in ("offer_id", "application_id", "vendor_id")}
        lot = self.lots(offer["trade_name"]).random()
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
        await self.open_fair()
        await self.command("end")

    async def open_fair(self) -> None:
        for step in ("publication", "readiness", "start"):
            await self.command(step)
        day = self.clients.stage.clock.now().date()
        held = [one for one in await self.placements("confirmed") if one["booth_codes"]]
        await asyncio.gather(*(self._show(one, day) for one in held))

    async def _show(self, place: Json, day: date) -> None:
        dice = random.Random(self.dice.getrandbits(64))
        is_there = dice.random() >= self.no_shows
        for _ in range(30):  # allocation hears of the start a moment later
            if await self.look(place, day, is_there=is_there) is not None:
                break
            await asyncio.sleep(0.5)
        path, booth = f"/reporting/editions/{self.edition_id}/day-figures", place["booth_codes"][0]
        for _ in range(dice.randint(1, 2)):
            body = bodies.figures(day, booth, dice)
            about = {"edition_id": self.edition_id, "visits": body["entries"][0]["visits"]["value"], "booth": booth}
            await self.clients.do("figures", path, Role.INSPECTOR, body, **about)

    async def look(self, place: Json, day: date, *, is_there: bool) -> Json | None:
        """Note whether a holder is at its booth on a day."""
        kind, path = ("check_in", "check-ins") if is_there else ("no_show", "no-shows")
        body = {"booth_code": place["booth_codes"][0], "on": day.isoformat()}
        about = {"edition_id": self.edition_id, "application_id": place["application_id"], "on": day.isoformat()}
        path = f"/allocation/editions/{self.edition_id}/{path}"
        return await self.clients.do(kind, path, Role.INSPECTOR, body, **about)

    async def placements(self, *states: str) -> list[Json]:
        page = await self.clients.get(f"/allocation/editions/{self.edition_id}/placements?limit=200", Role.ORGANISER)
        return [one for one in (page or {"items": []})["items"] if one["state"] in states]


async def _until(look: Callable[[], Awaitable[Any]]) -> Any:
    """Look until something is seen; nothing when it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (seen := await look()):
                await asyncio.sleep(0.5)
            return seen
    except TimeoutError:
        return None
