"""Whether contacts, which have no log and no numbers, are on their topic and with their reader. Reads evidence alone."""

import json
from collections.abc import Iterator
from datetime import datetime

from tests.faults.evidence import CONTACTS, Evidence, Row


def check_known_contacts(evidence: Evidence) -> Iterator[str]:
    """Part of I3: notifications knows how everybody is reached now."""
    known = {row["party_id"]: row for row in evidence.of("notifications", "contacts")}
    for row in evidence.of("registration", "contacts"):
        if _reached_by(known.get(row["party_id"], {})) != _reached_by(row):
            yield f"notifications does not know how {row['party_id']} is reached now"


def check_told_contacts(evidence: Evidence) -> Iterator[str]:
    """Part of I5: the newest word about every party is on the compacted topic; who is not in the book is not reached at all."""
    newest: dict[str, tuple[datetime, Row]] = {}
    for record in evidence.topics.get(CONTACTS, []):
        at = datetime.fromisoformat(record.headers["ce_time"])
        if record.key not in newest or at >= newest[record.key][0]:
            newest[record.key] = at, json.loads(record.value or b"{}")
    book = {row["party_id"]: row for row in evidence.of("registration", "contacts")}
    for party_id, row in book.items():
        at, told = newest.get(party_id, (None, {}))
        if at is None:
            yield f"registration: the contact {party_id} is not on its topic"
        elif _reached_by({**told, "recorded_at": at.isoformat()}) != _reached_by(row):
            yield f"registration: the topic's newest contact {party_id} is not that of the book"
    for end in evidence.ended("apply", "ok"):
        if end["answer"]["vendor_id"] not in book:
            yield f"registration: the vendor of {end['name']} has no contact"


def _reached_by(row: Row) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in ("recorded_at", "display_name", "email", "phone"))
