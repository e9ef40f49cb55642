"""A fair with all that may happen to one: dossiers sent back, refused and revoked, swaps, no-shows, and the edition's own fate."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from tests.faults import bodies
from tests.faults.clients import Json
from tests.faults.fair import Fair
from tests.faults.fates import QUIET, Fate
from tests.faults.quiet import LOST_DATABASE

from common.tokens import Role

HOLDING = ("offered", "confirmed", "checked_in", "no_show")
STANDING = """
SELECT e.is_suspended, o.offer_id, o.state FROM editions e LEFT JOIN offers o USING (edition_id) WHERE e.edition_id = $1
"""
LOOKS = 240
MOVED_DAYS = 3
TRIES = 20  # a service that is killed, started and killed again


@dataclass
class EventfulFair(Fair):
    """Plays one fate; ``first_on`` is the first day in force, ``before`` the offers when allocation knew of a suspension."""

    fate: Fate = QUIET
    first_on: date = date.min
    is_over: bool = False
    is_suspended: bool = False
    was_stopped: bool = False
    before: dict[str, str] | None = None
    papers: int = 0
    named: dict[str, str] = field(default_factory=dict[str, str])
    no_shows: ClassVar[float] = 0.25

    async def announce(self) -> bool:
        self.first_on = self.clients.stage.clock.now().date() + timedelta(days=bodies.LEAD_DAYS)
        return await super().announce()

    async def _decide(self, own: dict[str, str], dice: random.Random) -> None:
        """Send some dossiers back, of which some never come again, and refuse some."""
        self.named[own["application_id"]] = own["name"]
        if dice.random() < 0.2:
            if await self.decide("return", own, {"reason_codes": ["R09"]}) is None or dice.random() < 0.25:
                return
            await self._change(own, dice)
            if not await self._submit(own, 2):
                return
        if dice.random() < 0.1:
            await self.decide("reject", own, {"reason_codes": ["R09"]})
            return
        await super()._decide(own, dice)

    async def close(self) -> None:
        """As always, but that it may be cut before or after the closing, or called off before a run is released."""
        await self._befall("open")
        await self.command("closing")
        await self._befall("closed")
        if self.number % 3 and not self.is_over:
            await self.release()

    async def live_on(self) -> None:
        """Let the holders answer while some acceptances are revoked, some withdraw late, and the edition's fate comes."""
        ended = [self._leave(application) for application in self.accepted]
        share = 0.5 if self.fate.is_suspended else 1.0  # there must be offers that would expire
        await asyncio.gather(self.answer(share), self._befall("answered"), *ended)
        if self.is_over:
            return
        await self._swap()
        if self.fate.is_put_off:
            await self._move()
        if self.fate.is_suspended:
            await self.suspend()

    async def _leave(self, application: str) -> None:
        own = {"application_id": application, "vendor_id": self.vendors[application], "name": self.named[application]}
        lot = self.lots(f"{own['name']} leaves").random()
        if lot < 0.1:
            path = f"/registration/applications/{application}/revocation"
            await self.clients.do("revoke", path, Role.ORGANISER, {"reason_codes": ["R07"]}, **own)
        elif lot < 0.17:
            await self.withdraw(own)

    async def _befall(self, moment: str) -> None:
        """Let what the fate has for a moment happen."""
        if self.fate.cut == moment:
            lots = self.lots("cut")
            booths = bodies.BOOTHS - lots.randint(2, 4)
            zones = [{"zone_code": "A", "capacity": 2}, {"zone_code": "B", "capacity": booths - 2}]
            cut = {"booth_target": booths, "zones": zones if lots.random() < 0.5 else []}
            await self.command("capacity", {**cut, **self._grounds()})
        if self.fate.cancelled == moment:
            await self.command("cancellation", self._grounds())
            self.is_over = True

    def _grounds(self) -> Json:
        """Return a reason with a paper of its own."""
        self.papers += 1
        number = 1000 * self.number + self.papers
        return {
            "reason_code": "covid_19",
            "legal_document": bodies.paper(number, self.clients.stage.clock.now().date()),
        }

    async def suspend(self) -> None:
        """Suspend the edition, and keep how its offers stand once allocation knows."""
        if await self.command("suspension", self._grounds()) is None:
            return
        self.is_suspended = True
        self.before = await self._standing()

    async def go_on(self) -> None:
        """End a suspension: note how the offers stand, and call the edition off or set new dates."""
        self.is_suspended = False
        after = await self._standing()
        if self.before is not None and after is not None:
            note = {"edition_id": self.edition_id, "before": self.before, "after": after}
            self.clients.stage.history.note("stood_still", **note)
        if self.fate.cancelled:
            await self._befall("suspended")
        else:
            await self._move()

    async def _standing(self) -> dict[str, str] | None:
        """Return the state of every offer while allocation knows of the suspension; None where it never hears of it."""
        for _ in range(LOOKS):
            try:
                rows = await self.clients.stage.sql("allocation", STANDING, self.edition_id)
            except LOST_DATABASE:
                rows = []
            if rows and rows[0]["is_suspended"]:
                return {str(row["offer_id"]): row["state"] for row in rows if row["offer_id"] is not None}
            await asyncio.sleep(0.5)
        return None

    async def _move(self) -> None:
        """Set new dates; who holds what by the old ones is kept, to be asked again."""
        held = {one["application_id"]: one["offer_id"] for one in await self.placements(*HOLDING)}
        before, is_moved = self.first_on, False
        for _ in range(TRIES):
            today = self.clients.stage.clock.now("registration").date()  # it may run ahead, and judges what is to come
            first = self.first_on = max(before, today) + timedelta(days=MOVED_DAYS)
            days = {"from": first.isoformat(), "to": (first + timedelta(days=4)).isoformat()}
            about: dict[str, Any] = {"first_on": first.isoformat(), "held": held}
            is_moved = await self.command("rescheduling", {"new": days, **self._grounds()}, **about) is not None
            if is_moved:
                break
            await asyncio.sleep(1)
        # Who holds a place by the dates before is asked as soon as allocation knows of the new ones.
        for _ in range(LOOKS if is_moved else 0):
            now = await self.placements(*HOLDING)  # nothing where nobody answers
            if (now or not held) and not any(held.get(one["application_id"]) == one["offer_id"] for one in now):
                break
            await asyncio.sleep(0.5)

    async def _swap(self) -> None:
        """Let the organiser propose that two holders change booths, and both consent at once."""
        held = [one for one in await self.placements("confirmed") if one["booth_codes"]]
        lots = self.lots("swap")
        if len(held) < 2 or lots.random() < 0.3:
            return
        sides = lots.sample(held, 2)
        body = {"booth_code": sides[0]["booth_codes"][0], "other_booth_code": sides[1]["booth_codes"][0]}
        path = f"/allocation/editions/{self.edition_id}/swaps"
        swap = await self.clients.do("swap", path, Role.ORGANISER, body, edition_id=self.edition_id)
        if swap is None:
            return
        path = f"/allocation/swaps/{swap['swap_id']}/consent"
        own = [{name: side[name] for name in ("application_id", "vendor_id")} for side in sides]
        await asyncio.gather(*(self.clients.do("consent", path, Role.VENDOR, {}, **one) for one in own))

    async def hold(self) -> None:
        """Open the fair and look who is there; where its fate is to be stopped it is suspended then."""
        await self.open_fair()
        if self.fate.is_stopped and not self.was_stopped:
            self.was_stopped = True
            await self.suspend()

    async def look_again(self) -> None:
        """Hours later some who were missing have come; the booths of others are offered to the line, and answered for."""
        today = self.clients.stage.clock.now().date()
        await asyncio.gather(*(self._look_again(one, today) for one in await self.placements("no_show")))
        await self.answer()

    async def _look_again(self, place: Json, day: date) -> None:
        if self.lots(f"{place['trade_name']} late").random() < 0.4:
            await self.look(place, day, is_there=True)
            return
        path, body = f"/allocation/editions/{self.edition_id}/re-offers", {"booth_code": place["booth_codes"][0]}
        own = {"application_id": place["application_id"], "edition_id": self.edition_id}
        await self.clients.do("re_offer", path, Role.INSPECTOR, body, **own)
