"""Judges an allocation log from the outside: replays it beside registration's and lists what breaks a rule.

The rules are those that hold at every position of the log. Nothing of the service is used; events are CloudEvents in
structured form, of any number of editions, registration's and allocation's together in any order.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

Event = dict[str, Any]

PACKS = Path(__file__).parents[2] / "services" / "allocation" / "src" / "allocation" / "packs"
HOLDING = ("offered", "confirmed")
LIVE = ("awaiting", "waitlisted", *HOLDING)


def judge(events: list[Event]) -> list[str]:
    """Return every violation with the position at which it shows; none is a pass."""
    by_edition: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        edition_id = (event.get("data") or {}).get("edition_id")
        if edition_id and _owner(event) in ("registration", "allocation"):
            by_edition[edition_id].append(event)
    return [violation for found in by_edition.values() for violation in _Edition().replay(_in_order(found))]


def _owner(event: Event) -> str:
    return str(event["type"]).split(".")[1]


def _name(event: Event) -> str:
    return str(event["type"]).split(".")[2]


def _in_order(events: list[Event]) -> list[Event]:
    """Merge both logs: what registration told stands as late as its time and its consequences allow."""
    ours = sorted((each for each in events if _owner(each) == "allocation"), key=lambda each: int(each["sequence"]))
    theirs = sorted((each for each in events if _owner(each) == "registration"), key=lambda each: int(each["sequence"]))
    places: list[int] = []
    known: set[str] = set()
    for told in theirs:
        is_new = _name(told) == "application_accepted" and told["subject"] not in known
        subject = told["subject"] if is_new else None
        known |= {told["subject"]} if is_new else set()
        after = (
            number
            for number, each in enumerate(ours)
            if _time(each["time"]) > _time(told["time"])
            or each.get("causationid") == told["id"]
            or (subject is not None and each["subject"] == subject)
        )
        places.append(next(after, len(ours)))
    for number in range(len(places) - 2, -1, -1):
        places[number] = min(places[number], places[number + 1])
    merged: list[Event] = []
    for number in range(len(ours) + 1):
        merged += [told for told, place in zip(theirs, places, strict=True) if place == number]
        merged += ours[number : number + 1]
    return merged


def _is_one_step(event: Event, after: Event | None) -> bool:
    """Tell whether a move and the event after it are one step: holders change booths, none before the other."""
    if after is None or not _name(event) == _name(after) == "booth_moved":
        return False
    return bool(event["causationid"] == after["causationid"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@cache
def _regions(register: str) -> dict[str, str]:
    lines = (PACKS / f"provinces_{register}.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["region"] for row in csv.DictReader(lines)}


@dataclass
class _Holder:
    """An accepted application in the replay; ``offer`` is the open one."""

    granted: int
    groups: frozenset[str]
    outcome: str = "awaiting"
    booths: tuple[str, ...] = ()
    offer: Event | None = None
    offered_since: int = 0
    gone: bool = False


@dataclass
class _Edition:
    """One edition's replay."""

    announced: Event | None = None
    booth_codes: set[str] = field(default_factory=set[str])
    holders: dict[str, _Holder] = field(default_factory=dict[str, _Holder])
    runs: dict[str, Event] = field(default_factory=dict[str, Event])
    violations: list[str] = field(default_factory=list[str])
    suspended: bool = False
    over: str = ""
    moved_by: str | None = None
    moves: int = 0
    released_by: tuple[str, Event] | None = None
    asked_again: Event | None = None
    now: Event = field(default_factory=dict[str, Any])

    def replay(self, events: list[Event]) -> list[str]:
        ours = [event for event in events if _owner(event) == "allocation"]
        follows = dict(zip(map(id, ours), ours[1:], strict=False))
        for event in events:
            self.now = event
            self._end_steps(event)
            react: Callable[[Event], None] | None = getattr(self, f"_{_name(event)}", None)
            if react is not None:
                react(event)
            if _owner(event) == "allocation" and not _is_one_step(event, follows.get(id(event))):
                self._check_street()
        self.now = {"type": "-.-.the end", "sequence": "end"}
        self._end_steps(None)
        self._check_end()
        return self.violations

    def _say(self, words: str) -> None:
        self.violations.append(f"{self.now.get('sequence')} {_name(self.now)}: {words}")

    def _expect(self, holds: bool, words: str) -> None:  # noqa: FBT001  # reads as a sentence at the call
        if not holds:
            self._say(words)

    # steps: several events that are one

    def _end_steps(self, event: Event | None) -> None:
        if event is not None and _owner(event) != "allocation":
            self._end_release()
            return
        cause = event.get("causationid") if event else None
        if self.asked_again is not None:
            before = self.asked_again["data"]
            self.asked_again = None
            after = event["data"] if event is not None and _name(event) == "booth_offered" else {}
            same = all(after.get(name) == before[name] for name in ("application_id", "booth_codes"))
            self._expect(same, "a release asked_again is not followed by its offer")
        if self.moved_by is not None and cause != self.moved_by:
            self.moved_by = None
            for name, holder in self.holders.items():
                asked = holder.outcome not in HOLDING or holder.offered_since == self.moves
                self._expect(asked, f"{name} was not asked again after new dates")
        for name, holder in self.holders.items():
            self._expect(
                not (holder.gone and holder.booths and cause != holder.gone), f"{name} is gone and holds booths"
            )
        if self.released_by is not None and cause != self.released_by[0]:
            self._end_release()

    def _end_release(self) -> None:
        if self.released_by is not None:
            run, self.released_by = self.released_by[1], None
            self._check_floors(run)

    # what registration told

    def _edition_announced(self, event: Event) -> None:
        self.announced = event["data"]

    def _edition_suspended(self, _event: Event) -> None:
        self.suspended = True

    def _edition_rescheduled(self, event: Event) -> None:
        self.suspended, self.moved_by = False, event["id"]
        self.moves += 1

    def _edition_capacity_changed(self, event: Event) -> None:
        if self.announced is not None:
            self.announced = {**self.announced, "booth_target": event["data"]["booth_target"]}

    def _edition_ended(self, _event: Event) -> None:
        self.over = "ended"

    def _edition_cancelled(self, _event: Event) -> None:
        self.over = "cancelled"

    def _application_accepted(self, event: Event) -> None:
        """One told again keeps what it has; what it counts as may be another."""
        data = event["data"]
        told = _Holder(data["booths_granted"], self._groups(data))
        known = self.holders.get(data["application_id"])
        if known is None or known.gone:
            self.holders[data["application_id"]] = told
        else:
            known.granted, known.groups = told.granted, told.groups

    def _application_withdrawn(self, event: Event) -> None:
        self._leave(event)

    def _application_revoked(self, event: Event) -> None:
        self._leave(event)

    def _leave(self, event: Event) -> None:
        holder = self.holders.get(event["data"]["application_id"])
        if holder is not None:
            holder.gone = event["id"]
            if not holder.booths:
                holder.outcome = "gone"

    def _groups(self, data: Event) -> frozenset[str]:
        vendor, register = data["vendor"], (self.announced or {}).get("province_register") or "2020"
        groups = {f"vendor_type:{vendor['vendor_type']}", f"country:{vendor['country']}"}
        if vendor["country"] != "VN":
            groups.add("country:foreign")
        if vendor["province_code"]:
            code = vendor["province_code"]
            groups |= {f"province:{code}", f"region:{_regions(register).get(code)}"}
        best = max(data["products"], key=lambda product: product["stars"], default=None)
        return frozenset(groups | ({f"product_group:{best['product_group']}"} if best else set()))

    # what allocation told

    def _floor_plan_published(self, event: Event) -> None:
        self.booth_codes = {booth["booth_code"] for booth in event["data"]["booths"]}

    def _allocation_run_completed(self, event: Event) -> None:
        self.runs[event["data"]["run_id"]] = event["data"]

    def _allocation_run_released(self, event: Event) -> None:
        run = self.runs.get(event["data"]["run_id"])
        if run is None or not run["checker"]["passed"] or run["status"] == "infeasible":
            self._say("a run is released that was not completed or did not pass")
            return
        if run["seed_commitment"] is not None:
            told = sha256((event["data"]["seed"] or "").encode()).hexdigest()
            self._expect(told == run["seed_commitment"], "the seed is not the one committed to")
        self.released_by = (event["causationid"], run)

    def _booth_offered(self, event: Event) -> None:
        data, holder = event["data"], self._holder(event)
        codes = tuple(data["booth_codes"])
        self._expect(not holder.gone, "a place is offered to one that is gone")
        self._expect(holder.outcome in LIVE, f"a place is offered to one {holder.outcome}")
        self._expect(holder.offer is None, "a second offer while one is open")
        self._expect(holder.outcome != "confirmed" or codes == holder.booths, "a holder is offered other booths")
        self._expect(_time(data["reply_by_at"]) > _time(event["time"]), "the offer is over before it begins")
        holder.outcome, holder.booths, holder.offer, holder.offered_since = "offered", codes, event, self.moves

    def _booth_confirmed(self, event: Event) -> None:
        holder = self._answer(event)
        holder.outcome = "confirmed"

    def _booth_declined(self, event: Event) -> None:
        holder = self._answer(event)
        holder.outcome, holder.booths = "declined", ()

    def _booth_offer_expired(self, event: Event) -> None:
        self._expect(not self.suspended, "an offer expires while the edition is suspended")
        holder = self._answer(event, is_expiry=True)
        holder.outcome, holder.booths = "expired", ()

    def _answer(self, event: Event, *, is_expiry: bool = False) -> _Holder:
        data, holder = event["data"], self._holder(event)
        offer, holder.offer = holder.offer, None
        if offer is None or offer["data"]["offer_id"] != data["offer_id"]:
            self._say("an answer to no open offer")
            return holder
        self._expect(tuple(data["booth_codes"]) == holder.booths, "the answer names other booths")
        deadline, now = _time(offer["data"]["reply_by_at"]), _time(event["time"])
        if is_expiry:
            self._expect(now >= deadline, "an offer expires before its time")
        elif not self.suspended:
            self._expect(now <= deadline, "an answer after the deadline")
        return holder

    def _booth_released(self, event: Event) -> None:
        data, holder = event["data"], self._holder(event)
        self._expect(holder.outcome in HOLDING, "a place is released that is not held")
        self._expect(tuple(data["booth_codes"]) == holder.booths, "the release names other booths")
        holder.outcome, holder.booths, holder.offer = "released", (), None
        if data["reason_code"] == "asked_again":
            holder.outcome, self.asked_again = "awaiting", event
        elif data["reason_code"] == "capacity_changed":
            holder.outcome = "awaiting"

    def _booth_moved(self, event: Event) -> None:
        data, holder = event["data"], self._holder(event)
        self._expect(tuple(data["old_booth_codes"]) == holder.booths, "a move from other booths")
        self._expect(holder.outcome in HOLDING, f"one {holder.outcome} is moved")
        holder.booths = tuple(data["new_booth_codes"])

    def _application_waitlisted(self, event: Event) -> None:
        holder = self._holder(event)
        self._expect(holder.outcome in ("awaiting", "waitlisted"), f"one {holder.outcome} is put on the waiting list")
        self._expect(event["data"]["position"] >= 1, "a position below 1")
        self._expect(bool(event["data"]["reasons"]), "the waiting list without a reason")
        holder.outcome = "waitlisted"

    def _application_closed_unplaced(self, event: Event) -> None:
        holder = self._holder(event)
        self._expect(holder.outcome in ("awaiting", "waitlisted"), f"one {holder.outcome} is closed unplaced")
        self._expect(bool(self.over), "closed before the edition is over")
        holder.outcome = "closed"

    def _booth_checked_in(self, event: Event) -> None:
        holder = self._holder(event)
        self._expect(holder.outcome == "confirmed", "one without a confirmed place is seen")
        self._expect(tuple(event["data"]["booth_codes"]) == holder.booths, "seen at other booths")

    def _booth_no_show(self, event: Event) -> None:
        self._booth_checked_in(event)

    def _holder(self, event: Event) -> _Holder:
        found = self.holders.get(event["data"]["application_id"])
        if found is None:
            self._say("an application that was never accepted")
            found = self.holders[event["data"]["application_id"]] = _Holder(99, frozenset())
        return found

    # what must hold at every position

    def _check_street(self) -> None:
        taken = Counter(code for holder in self.holders.values() for code in holder.booths)
        for code, number in taken.items():
            self._expect(number == 1, f"booth {code} has {number} holders")
            self._expect(code in self.booth_codes, f"booth {code} is on no plan")
        for name, holder in self.holders.items():
            self._expect(len(holder.booths) <= holder.granted, f"{name} holds more than granted")
        held = self._held()
        for bounds in (self.announced or {}).get("quotas", ()):
            group, ceiling = f"{bounds['dimension']}:{bounds['code']}", bounds["ceiling"]
            self._expect(ceiling is None or held[group] <= ceiling, f"{group} holds {held[group]} of {ceiling}")

    def _held(self) -> Counter[str]:
        return Counter(group for holder in self.holders.values() for group in holder.groups for _ in holder.booths)

    def _check_floors(self, run: Event) -> None:
        """After a release floors are reached as far as applications go, or their miss is among the run's objectives."""
        missed = {each["name"]: each["value"] for each in run["objectives"]}
        held = self._held()
        for bounds in (self.announced or {}).get("quotas", ()):
            group = f"{bounds['dimension']}:{bounds['code']}"
            asked = sum(each.granted for each in self.holders.values() if group in each.groups and each.outcome in LIVE)
            lacking = min(bounds["floor"] or 0, asked) - held[group]
            told = missed.get(f"quota_floor_missed:{group}", 0)
            self._expect(lacking <= told, f"{group} lacks {lacking} of its floor, told {told}")

    def _check_end(self) -> None:
        target = (self.announced or {}).get("booth_target")
        held = sum(len(holder.booths) for holder in self.holders.values())
        self._expect(target is None or held <= target, f"{held} booths held of {target}")
        for name, holder in self.holders.items():
            if self.over:
                done = holder.outcome not in ("awaiting", "waitlisted", "offered")
                self._expect(done or bool(holder.gone), f"{name} is {holder.outcome} after the edition is over")
            if self.over == "cancelled":
                self._expect(not holder.booths, f"{name} holds booths of a cancelled edition")
