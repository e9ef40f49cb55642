"""Who must have been told of what, once, and who not at all. Reads evidence alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.evidence import Evidence, Row
from tests.faults.order_of_taking import Taking

TOLD = (
    ("registration", ("application_submitted", "application_returned", "application_accepted", "application_rejected")),
    ("registration", ("application_withdrawn", "application_revoked")),
    ("allocation", ("application_waitlisted", "booth_offered", "booth_confirmed", "booth_declined", "booth_moved")),
    ("allocation", ("booth_offer_expired", "booth_released", "application_closed_unplaced")),
)
# Releases that the next event tells, or the one before: the new offer, the place in the line, the cancellation.
TOLD_BESIDE = frozenset({"asked_again", "capacity_changed"})
STAYS = TOLD_BESIDE | {"edition_cancelled"}
OF_EDITIONS = ("edition_suspended", "edition_rescheduled", "edition_cancelled")
BEGINS = frozenset({"application_submitted", "application_returned", "application_accepted"})
ENDS = frozenset({"application_rejected", "application_withdrawn", "application_revoked"})
LOST = ("booth_declined", "booth_offer_expired", "booth_released", "application_closed_unplaced")
PLACES = (*LOST, "application_waitlisted", "booth_offered", "booth_confirmed", "booth_moved")


def check_told(evidence: Evidence) -> Iterator[str]:
    """Part of I1: every vendor has one notice of each thing that happened to it or its edition, and none of any other."""
    notices: Counter[tuple[str, str]] = Counter(
        (row["purpose"], row["about_id"])
        for row in evidence.of("notifications", "notices")
        if row["recipient_kind"] == "vendor"
    )
    for owner, names in TOLD:
        for event in evidence.events(owner, *names):
            count, wanted = notices[event["name"], event["event_id"]], 1
            if event["name"] == "booth_released" and event["data"].get("reason_code") in TOLD_BESIDE:
                wanted = 0
            if count != wanted:
                yield f"{event['name']} {event['event_id']} has {count} notices to its vendor"
    yield from _check_editions(evidence)


def _check_editions(evidence: Evidence) -> Iterator[str]:
    """Who takes part is told of its edition's upsets once; who lost its place about then may be told, who has left never is.

    About then: notifications may have taken in the loss, and no place that came after it, when it took in the upset. Whose news
    were parked there is told in its turn when they are run; who left may have been told, for nobody can say what was known then.
    """
    notices: Counter[tuple[str, str]] = Counter(
        (row["about_id"], str(row.get("recipient_id")))
        for row in evidence.of("notifications", "notices")
        if row["purpose"] in OF_EDITIONS and row["recipient_kind"] == "vendor"
    )
    taking, places = Taking.of(evidence, "notifications"), _places(evidence)
    live: dict[str, dict[str, str]] = {}
    left: dict[str, dict[str, bool]] = {}
    for event in evidence.events("registration"):
        edition = str(event["data"].get("edition_id"))
        mine, gone = live.setdefault(edition, {}), left.setdefault(edition, {})
        if event["name"] in BEGINS:
            mine[event["subject"]] = str(event["data"].get("vendor_id"))
        elif event["name"] in ENDS and (vendor := mine.pop(event["subject"], None)) is not None:
            gone[vendor] = gone.get(vendor, False) or event["subject"] in taking.parked
        elif event["name"] in OF_EDITIONS:
            for application, vendor in mine.items():
                count = notices[event["event_id"], vendor]
                known = places[application]  # of all of it when its parked news are run
                may = known if application in taking.parked else taking.last_before(known, event)
                lost = any(one and one["name"] in LOST for one in may)
                if count > 1 or (count == 0 and not lost):
                    yield f"{event['name']} {event['event_id']} has {count} notices to {vendor}, who takes part"
            for vendor in sorted(gone.keys() - set(mine.values())):
                if notices[event["event_id"], vendor] and not gone[vendor]:
                    yield f"{event['name']} {event['event_id']} has a notice to {vendor}, who had left"


def _places(evidence: Evidence) -> defaultdict[str, list[Row]]:
    """Return what was told of each application's place, in order; releases that end no participation are left out."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for event in evidence.events("allocation", *PLACES):
        if event["name"] not in LOST or event["data"].get("reason_code") not in STAYS:
            found[event["subject"]].append(event)
    return found
