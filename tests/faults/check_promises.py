"""Invariants about what people were promised: applications, reports, notices, runs. Reads evidence alone."""

import json
from collections import Counter
from collections.abc import Iterator

from tests.faults.check_figures import check_figures, check_rebuilt
from tests.faults.check_left import check_left
from tests.faults.check_told import check_told
from tests.faults.evidence import Evidence

SHOWN_AS = {"closed": "closed_unplaced", "checked_in": "confirmed", "no_show": "confirmed"}


def check_acknowledged(evidence: Evidence) -> Iterator[str]:
    """I1: what was acknowledged is there, once, everywhere; what was refused has left nothing."""
    yield from check_left(evidence)
    known = {row["application_id"] for row in evidence.of("registration", "applications")}
    for end in evidence.ended("apply", "ok"):
        if end["answer"]["application_id"] not in known:
            yield f"the application {end['name']} was acknowledged and is not there"
    yield from _check_accepted(evidence)
    yield from _check_entries(evidence)
    yield from check_told(evidence)


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
