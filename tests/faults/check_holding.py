"""The invariant about booths: one holder each at any moment, and never more of them held than there are. Reads evidence alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tests.faults.check_upsets import check_ends, check_new_dates, check_still
from tests.faults.evidence import Evidence, Row

GIVES = frozenset({"booth_declined", "booth_offer_expired", "booth_released"})
TAKES = frozenset({"booth_offered", "booth_confirmed"})
UNBOUNDED = 10**6


@dataclass(frozen=True)
class Size:
    """How many booths an edition has, in all and in zones that are named, from the event that told it on.

    ``is_heard``: allocation has taken that in at the end. What hung may have come to work when all was at rest.
    """

    event_id: str
    booths: int
    zones: dict[str, int]
    is_heard: bool = True


@dataclass
class Street:
    """Who holds which booth of one edition, as allocation tells it step by step.

    Allocation hears of another size later than registration tells it, and where nothing follows from it nobody tells when.
    So the largest size counts of those that may be in force: from the last one that something followed from.
    """

    edition: str
    sizes: Sequence[Size] = ()
    zones: dict[str, str] = field(default_factory=dict[str, str])
    holders: dict[str, str] = field(default_factory=dict[str, str])
    _known: int = 0
    _next: int = 0

    def take(self, step: Sequence[Row]) -> Iterator[str]:
        """Go one step on, in which all give back what they have before anybody takes."""
        self._follow(step[0]["cause"])
        for event in step:
            yield from self._give(event)
        for event in step:
            yield from self._hold(event)
        if any(event["name"] in {"booth_offered", "booth_moved"} for event in step):
            yield from (f"at {step[-1]['position']} {problem}" for problem in self.find_too_many(self._known))

    def _follow(self, cause: str) -> None:
        """What follows from a size is told in one piece; when that is over the size holds."""
        number = next((number for number, size in enumerate(self.sizes) if size.event_id == cause), None)
        if number is None:
            self._known = max(self._known, self._next)
        else:
            self._next = max(self._next, number)

    def _give(self, event: Row) -> Iterator[str]:
        data = event["data"]
        codes = data["booth_codes"] if event["name"] in GIVES else data.get("old_booth_codes", ())
        for booth in codes:
            if self.holders.get(booth) == data["application_id"]:
                del self.holders[booth]
            else:
                yield f"at {event['position']} {data['application_id']} gives back booth {booth}, which it does not hold"

    def _hold(self, event: Row) -> Iterator[str]:
        data, name = event["data"], event["name"]
        for booth in data["booth_codes"] if name in TAKES else data.get("new_booth_codes", ()):
            who = data["application_id"]
            holder = self.holders.setdefault(booth, who)
            if holder != who:
                yield f"at {event['position']} booth {booth} of {self.edition} has two holders: {holder} and {who}"

    def find_too_many(self, since: int) -> Iterator[str]:
        """Say where more booths are held than there are by the largest of the sizes from one on."""
        sizes = self.sizes[since:]
        if sizes and len(self.holders) > max(size.booths for size in sizes):
            yield f"{len(self.holders)} booths of {self.edition} are held of at most {max(size.booths for size in sizes)}"
        held = Counter(self.zones.get(booth, "") for booth in self.holders)
        for zone, count in held.items():
            most = max((size.zones.get(zone, UNBOUNDED) for size in sizes), default=UNBOUNDED)
            if count > most:
                yield f"{count} booths of zone {zone} of {self.edition} are held of at most {most}"


def check_places(evidence: Evidence) -> Iterator[str]:
    """I4: a booth has one holder at any moment, ceilings and sizes hold at any moment, nothing outlives its end."""
    told: dict[str, list[Row]] = defaultdict(list)
    for event in evidence.events("allocation"):
        told[str(event["data"].get("edition_id"))].append(event)
    holders: dict[tuple[str, str], str] = {}
    sizes, zones = _sizes(evidence), _zones(evidence)
    for edition, events in told.items():
        street = Street(edition, sizes[edition], zones[edition])
        yield from _check_street(evidence, street, events)
        holders |= {(edition, booth): who for booth, who in street.holders.items()}
    stored = {
        (row["edition_id"], row["booth_code"]): row["application_id"]
        for row in evidence.of("allocation", "held_booths")
    }
    for place in sorted(set(holders) | set(stored)):
        if holders.get(place) != stored.get(place):
            yield f"booth {place[1]}: told of {holders.get(place)}, stored for {stored.get(place)}"
    yield from check_ends(evidence, holders)
    yield from check_still(evidence)
    yield from check_new_dates(evidence, told)
    yield from _check_released(evidence)


def _check_street(evidence: Evidence, street: Street, events: Sequence[Row]) -> Iterator[str]:
    ceilings = _ceilings(evidence, street.edition)
    provinces = {row["application_id"]: row["province_code"] for row in evidence.of("allocation", "applications")}
    for step in steps_of(events):
        yield from street.take(step)
        if step[-1]["name"] == "booth_offered":
            held = Counter(provinces.get(who) for who in street.holders.values())
            for province, ceiling in ceilings.items():
                if held[province] > ceiling:
                    at = step[-1]["position"]
                    yield f"at {at} province {province} holds {held[province]} booths of at most {ceiling}"
    heard = [number for number, size in enumerate(street.sizes) if size.is_heard]
    yield from (f"at the end {problem}" for problem in street.find_too_many(heard[-1] if heard else 0))


def steps_of(events: Sequence[Row]) -> Iterator[list[Row]]:
    """Return events one by one, but consecutive moves of one cause together: booths that change hands do so at once."""
    for _, step in groupby(events, lambda one: one["cause"] if one["name"] == "booth_moved" else one["position"]):
        yield list(step)


def _ceilings(evidence: Evidence, edition: str) -> dict[str, int]:
    rows = (row for row in evidence.of("registration", "editions") if row["edition_id"] == edition)
    bounds = (quota for row in rows for quota in row["quotas"] if quota["dimension"] == "province")
    return {bound["code"]: bound["ceiling"] for bound in bounds if bound["ceiling"] is not None}


def _sizes(evidence: Evidence) -> dict[str, list[Size]]:
    """Return the sizes of each edition in the order in which registration told them; zones that are not named stay."""
    found: dict[str, list[Size]] = defaultdict(list)
    heard = {(row["source"], row["key"]): row["last"] for row in evidence.of("allocation", "inbox")}
    for event in evidence.events("registration", "edition_announced", "edition_capacity_changed"):
        mine = found[event["data"]["edition_id"]]
        before = mine[-1].zones if mine else {}
        zones = {zone["zone_code"]: zone["capacity"] for zone in event["data"].get("zones", ())}
        is_heard = heard.get((event["source"], event["key"]), 0) >= event["key_sequence"]
        mine.append(Size(event["event_id"], event["data"]["booth_target"], {**before, **zones}, is_heard))
    return found


def _zones(evidence: Evidence) -> dict[str, dict[str, str]]:
    """Return the zone of each booth by the plans that were told."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for event in evidence.events("allocation", "floor_plan_published"):
        zones = {booth["booth_code"]: booth["zone_code"] for booth in event["data"].get("booths", ())}
        found[event["data"]["edition_id"]] |= zones
    return found


def _check_released(evidence: Evidence) -> Iterator[str]:
    """Part of I4: a released run gave just the places that it found, but to who had left; later offers may be of other booths."""
    offered: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for event in evidence.events("allocation", "booth_offered"):
        if event["data"].get("run_id"):
            by_run = offered[str(event["data"]["run_id"])]
            by_run.setdefault(str(event["data"]["application_id"]), event["data"]["booth_codes"])
    left = evidence.events("registration", "application_withdrawn", "application_revoked")
    gone = {event["subject"] for event in left}
    for run in evidence.of("allocation", "runs"):
        if run["state"] == "released":
            for application, booths in run["result"]["placements"].items():
                told = offered[run["run_id"]].get(application)
                if told != booths and (told is not None or application not in gone):
                    yield f"run {run['run_id']} places {application} at {booths}, offered was {told}"
