"""What must follow when an edition is suspended, moved or called off, or an application ends. Reads evidence alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.faults.evidence import Evidence, Row

OVER = {"edition_cancelled": "cancelled", "edition_ended": "ended"}
HELD = frozenset({"offered", "confirmed", "checked_in", "no_show"})
UNDECIDED = frozenset({"offered", "awaiting", "waitlisted"})  # nobody is left so when an edition is over
ENDS = frozenset({"application_rejected", "application_revoked", "application_withdrawn"})
ASKED_AGAIN = "asked_again"


def check_ends(evidence: Evidence, holders: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Part of I4: at rest a cancelled edition has no holder, one that is over nobody undecided, and who has left holds nothing.

    What allocation tells when it has taken an edition's end in is the last that it offers.
    """
    over = {event["event_id"]: event for event in evidence.events("registration", *OVER)}
    ended = {str(event["data"]["edition_id"]): OVER[event["name"]] for event in over.values()}
    for (edition, booth), who in sorted(holders.items()):
        if ended.get(edition) == "cancelled":
            yield f"{who} holds booth {booth} of {edition}, which is cancelled"
    for row in evidence.of("allocation", "places"):
        end = ended.get(row["edition_id"], "")
        if row["outcome"] in (HELD | UNDECIDED if end == "cancelled" else UNDECIDED) and end:
            yield f"place {row['application_id']} is {row['outcome']} in {row['edition_id']}, which is {end}"
    gone = _find_gone(evidence)
    for (_, booth), who in sorted(holders.items()):
        if who in gone:
            yield f"{who} holds booth {booth} after its {gone[who]}"
    closed: set[str] = set()
    for event in evidence.events("allocation"):
        edition = str(event["data"].get("edition_id"))
        if event["cause"] in over:
            closed.add(edition)
        elif event["name"] == "booth_offered" and edition in closed:
            yield f"at {event['position']} a booth is offered in {edition}, which is {ended[edition]}"


def _find_gone(evidence: Evidence) -> dict[str, str]:
    """Return the applications that registration told to have ended, with the event; a later acceptance takes them in again."""
    gone: dict[str, str] = {}
    for event in evidence.events("registration"):
        if event["name"] in ENDS:
            gone[event["subject"]] = event["name"]
        elif event["name"] == "application_accepted":
            gone.pop(event["subject"], None)
    return gone


def check_still(evidence: Evidence) -> Iterator[str]:
    """Part of I4: while an edition is suspended no offer expires, none is made, and nobody is rejected for want of an answer.

    The clients looked at its offers when allocation knew of the suspension, and again just before the new dates. An offer
    that was open then is released by these: it never expires, whatever clock anybody went by.
    """
    expired = {event["data"]["offer_id"] for event in evidence.events("allocation", "booth_offer_expired")}
    for look in (entry for entry in evidence.history if entry["what"] == "stood_still"):
        before, after = look["before"], look["after"]
        for offer in sorted(set(after) - set(before)):
            yield f"offer {offer} was made while {look['edition_id']} was suspended"
        for offer, state in before.items():
            if state == "open" and (after.get(offer) == "expired" or offer in expired):
                yield f"offer {offer} expired while {look['edition_id']} was suspended"
    yield from _check_unasked(evidence)


def _check_unasked(evidence: Evidence) -> Iterator[str]:
    asked = {entry["application_id"] for how in ("ok", "unknown") for entry in evidence.ended("reject", how)}
    suspended: set[str] = set()
    for event in evidence.events("registration"):
        edition = str(event["data"].get("edition_id"))
        if event["name"] == "edition_suspended":
            suspended.add(edition)
        elif event["name"] in {"edition_rescheduled", "edition_cancelled"}:
            suspended.discard(edition)
        elif event["name"] == "application_rejected" and edition in suspended and event["subject"] not in asked:
            yield f"{event['subject']} was rejected by nobody while {edition} was suspended"


def check_new_dates(evidence: Evidence, told: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Part of I4: by new dates whoever holds booths is asked again for just these, once, and nobody else is."""
    moved = {event["event_id"] for event in evidence.events("registration", "edition_rescheduled")}
    for events in told.values():
        held: dict[str, list[str]] = {}
        asked: dict[str, tuple[dict[str, list[str]], Counter[str]]] = {}
        for event in events:
            if event["cause"] in moved:
                before, again = asked.setdefault(event["cause"], (dict(held), Counter()))
                yield from _check_asking(event, before, again)
            _follow(held, event)
        for cause, (before, again) in asked.items():
            for who in sorted(set(before) | set(again)):
                if again[who] != (who in before):
                    yield f"by the new dates of {cause} {who}, who held {before.get(who)}, was asked {again[who]} times"
    yield from _check_never_asked(evidence)


def _check_asking(event: Row, before: Mapping[str, list[str]], again: Counter[str]) -> Iterator[str]:
    if event["name"] != "booth_offered" or event["data"]["reasons"][0]["code"] != ASKED_AGAIN:
        return
    who, codes = event["subject"], event["data"]["booth_codes"]
    again[who] += 1
    if before.get(who) != codes:
        yield f"at {event['position']} {who}, who held {before.get(who)}, is asked again for {codes}"


def _follow(held: dict[str, list[str]], event: Row) -> None:
    name, who = event["name"], event["subject"]
    if name in {"booth_offered", "booth_confirmed"}:
        held[who] = event["data"]["booth_codes"]
    elif name == "booth_moved":
        held[who] = event["data"]["new_booth_codes"]
    elif name in {"booth_declined", "booth_offer_expired", "booth_released"}:
        held.pop(who, None)


def _check_never_asked(evidence: Evidence) -> Iterator[str]:
    """Who held a place when new dates were asked for, and holds it by the same offer at the end, was never asked again."""
    places = {row["application_id"]: row for row in evidence.of("allocation", "places")}
    for end in evidence.ended("edition_rescheduling", "ok"):
        for who, offer in end["held"].items():
            place = places.get(who, {"outcome": "", "offer_id": ""})
            if place["outcome"] in HELD and place["offer_id"] == offer:
                yield f"{who} still holds its place in {end['edition_id']} by the offer {offer} of the dates before"
