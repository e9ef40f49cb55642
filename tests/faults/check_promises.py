"""Invariants about what people were promised: applications, places, reports, notices, runs. Reads evidence alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.check_figures import check_figures, check_rebuilt
from tests.faults.evidence import Evidence, Row

# What an acknowledged operation must have left behind: the owner's event, and the field that the operation names.
LEAVES = {
    "submit": ("registration", "application_submitted", "application_id"),
    "accept": ("registration", "application_accepted", "application_id"),
    "withdraw": ("registration", "application_withdrawn", "application_id"),
    "confirm": ("allocation", "booth_confirmed", "offer_id"),
    "decline": ("allocation", "booth_declined", "offer_id"),
    "release": ("allocation", "allocation_run_released", "run_id"),
}
TOLD = (
    ("registration", ("application_submitted", "application_accepted", "application_withdrawn")),
    ("allocation", ("application_waitlisted", "booth_offered", "booth_confirmed", "booth_declined")),
    ("allocation", ("booth_offer_expired", "application_closed_unplaced")),
)
SHOWN_AS = {"closed": "closed_unplaced", "checked_in": "confirmed", "no_show": "confirmed"}


def check_acknowledged(evidence: Evidence) -> Iterator[str]:
    """I1: what was acknowledged is there, once, everywhere; what was refused has left nothing."""
    for kind, (owner, name, field) in LEAVES.items():
        left = Counter(str(event["data"].get(field)) for event in evidence.events(owner, name))
        ok, open_ = (Counter(str(end[field]) for end in evidence.ended(kind, how)) for how in ("ok", "unknown"))
        for what in ok:
            if left[what] != 1:
                yield f"{kind} of {what} was acknowledged and left {left[what]} {name}"
        for what in set(open_) - set(ok):
            if left[what] > 1:
                yield f"{kind} of {what} was asked once, its end is unknown, and it left {left[what]} {name}"
        for what in {str(end[field]) for end in evidence.ended(kind, "failed")} - set(ok) - set(open_):
            if left[what]:
                yield f"{kind} of {what} was refused and left {left[what]} {name}"
    known = {row["application_id"] for row in evidence.of("registration", "applications")}
    for end in evidence.ended("apply", "ok"):
        if end["answer"]["application_id"] not in known:
            yield f"the application {end['name']} was acknowledged and is not there"
    yield from _check_accepted(evidence)
    yield from _check_entries(evidence)
    yield from _check_told(evidence)


def _check_accepted(evidence: Evidence) -> Iterator[str]:
    accepted = Counter(event["subject"] for event in evidence.events("registration", "application_accepted"))
    for service, table in (("allocation", "applications"), ("reporting", "applications"), ("allocation", "places")):
        there = {row["application_id"] for row in evidence.of(service, table)}
        for subject in set(accepted) - there:
            yield f"the accepted application {subject} is not in {service}'s {table}"


def _check_entries(evidence: Evidence) -> Iterator[str]:
    figures = evidence.events("reporting", "day_figures_recorded")
    told = Counter(event["data"].get("entry_id") for event in figures)
    visits = {event["data"].get("entry_id"): event["data"]["visits"]["value"] for event in figures}
    kept = {row["entry_id"] for row in evidence.of("reporting", "day_entries")}
    for end in evidence.ended("figures", "ok"):
        for entry in end["answer"]["entry_ids"]:
            if told[entry] != 1 or entry not in kept:
                yield f"the figures {entry} were acknowledged and told {told[entry]} times"
            elif visits[entry] != end["visits"]:
                yield f"the figures {entry} were acknowledged with {end['visits']} visits and told with {visits[entry]}"
    asked = Counter(
        (entry["edition_id"], entry["booth"], entry["visits"])
        for entry in evidence.history
        if entry["what"] == "invoked" and entry["kind"] == "figures"
    )
    entered = Counter(
        (event["data"]["edition_id"], event["data"]["booth_code"], event["data"]["visits"]["value"])
        for event in figures
    )
    for one in entered:
        if entered[one] > asked[one]:
            yield f"figures {one} were asked {asked[one]} times and told {entered[one]} times"


def _check_told(evidence: Evidence) -> Iterator[str]:
    notices: Counter[tuple[str, str]] = Counter(
        (row["purpose"], row["about_id"])
        for row in evidence.of("notifications", "notices")
        if row["recipient_kind"] == "vendor"
    )
    for owner, names in TOLD:
        for event in evidence.events(owner, *names):
            count = notices[event["name"], event["event_id"]]
            if count != 1:
                yield f"{event['name']} {event['event_id']} has {count} notices to its vendor"


def check_places(evidence: Evidence) -> Iterator[str]:
    """I4: a booth has one holder at any moment, ceilings hold at any moment, places are those of the released run."""
    holders: dict[tuple[str, str], str] = {}
    provinces = {row["application_id"]: row["province_code"] for row in evidence.of("allocation", "applications")}
    ceilings = {
        (row["edition_id"], quota["code"]): quota["ceiling"]
        for row in evidence.of("registration", "editions")
        for quota in row["quotas"]
        if quota["dimension"] == "province" and quota["ceiling"] is not None
    }
    for event in evidence.events("allocation"):
        yield from _hold(holders, event)
        edition = str(event["data"].get("edition_id"))
        for (where, province), ceiling in ceilings.items():
            if where == edition and event["name"] == "booth_offered":
                count = sum(place[0] == edition and provinces.get(who) == province for place, who in holders.items())
                if count > ceiling:
                    yield f"at {event['position']} province {province} holds {count} booths of at most {ceiling}"
    stored = {
        (row["edition_id"], row["booth_code"]): row["application_id"]
        for row in evidence.of("allocation", "held_booths")
    }
    for place in sorted(set(holders) | set(stored)):
        if holders.get(place) != stored.get(place):
            yield f"booth {place[1]}: told of {holders.get(place)}, stored for {stored.get(place)}"
    yield from _check_released(evidence)


def _hold(holders: dict[tuple[str, str], str], event: Row) -> Iterator[str]:
    data, who = event["data"], str(event["data"].get("application_id"))
    edition = str(data.get("edition_id"))
    match event["name"]:
        case "booth_offered" | "booth_confirmed":
            for booth in data["booth_codes"]:
                holder = holders.setdefault((edition, booth), who)
                if holder != who:
                    yield f"at {event['position']} booth {booth} of {edition} has two holders: {holder} and {who}"
        case "booth_declined" | "booth_offer_expired" | "booth_released":
            for booth in data["booth_codes"]:
                if holders.get((edition, booth)) == who:
                    del holders[edition, booth]
        case _:
            pass


def _check_released(evidence: Evidence) -> Iterator[str]:
    offered: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for event in evidence.events("allocation", "booth_offered"):
        if event["data"].get("run_id"):
            offered[str(event["data"]["run_id"])][str(event["data"]["application_id"])] = event["data"]["booth_codes"]
    gone = {event["subject"] for event in evidence.events("registration", "application_withdrawn")}
    for run in evidence.of("allocation", "runs"):
        if run["state"] == "released":
            for application, booths in run["result"]["placements"].items():
                told = offered[run["run_id"]].get(application)
                if told != booths and application not in gone:
                    yield f"run {run['run_id']} places {application} at {booths}, offered was {told}"


def check_reports(evidence: Evidence) -> Iterator[str]:
    """I6: what reports are made of is what the owners' databases say."""
    shown = {row["application_id"]: row["state"] for row in evidence.of("reporting", "applications")}
    for row in evidence.of("registration", "applications"):
        state = {"draft": None, "under_review": "submitted"}.get(row["state"], row["state"])
        if shown.get(row["application_id"]) != state and not (row["state"] == "withdrawn" and state is None):
            yield f"application {row['application_id']} is {row['state']}, reports show {shown.get(row['application_id'])}"
    places = {row["application_id"]: row for row in evidence.of("reporting", "places")}
    for row in evidence.of("allocation", "places"):
        found = places.get(row["application_id"], {"state": None, "booth_codes": []})
        same_state = row["outcome"] in {"awaiting", "withdrawn", "revoked"} or found["state"] == SHOWN_AS.get(
            row["outcome"], row["outcome"]
        )
        if not same_state or sorted(found["booth_codes"]) != sorted(row["booth_codes"]):
            yield f"place {row['application_id']} is {row['outcome']} {row['booth_codes']}, reports show {found['state']}"
    seen = {(row["application_id"], row["on"], row["is_present"]) for row in evidence.of("allocation", "check_ins")}
    told = {(row["application_id"], row["on"], row["present"]) for row in evidence.of("reporting", "attendances")}
    for one in sorted(seen ^ told):
        yield f"attendance {one} is in one database alone"
    yield from check_figures(evidence)
    yield from check_rebuilt(evidence)


def check_runs(evidence: Evidence) -> Iterator[str]:
    """I12: the same input and seed give the same places, byte for byte."""
    for run in evidence.of("allocation", "runs"):
        if run["run_id"] in evidence.resolved:
            stored, again = (
                json.dumps(result, sort_keys=True) for result in (run["result"], evidence.resolved[run["run_id"]])
            )
            if stored != again:
                yield f"run {run['run_id']} gives other places when it is solved again: {again[:200]}"
