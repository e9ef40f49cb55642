"""A small round in which all is well, made by hand, for tests of the checker to spoil."""

import json
from typing import Any

from tests.faults.evidence import CONTACTS, OWNERS, Evidence, Record, Row

EDITION, APPLICATION, VENDOR, OFFER, RUN, NOTICE, ENTRY = (f"{n:08d}-0000-7000-8000-000000000000" for n in range(1, 8))
OTHER = "00000099-0000-7000-8000-000000000000"
PLANTED = "Nguyễn Kín Đáo"
COUNTED = {"on": "2020-07-24", "source": "inspector"}
VISITS = {"visits": {"value": 5, "qualifier": "exact", "is_estimate": False}}
FIGURES = {"edition_id": EDITION, "booth": "A1", "visits": 5}
CONTACT = {"display_name": PLANTED, "email": "an@example.org", "phone": "+84900000001"}
RECORDED_AT = "2020-07-01T02:00:00+00:00"


def event(position: int, name: str, subject: str, data: Row, cause: str = "") -> Row:
    """Return a row of a log whose only key is the edition."""
    return {
        "position": position,
        "key": EDITION,
        "key_sequence": position,
        "event_id": f"{name}-{position}",
        "name": name,
        "subject": subject,
        "cause": cause,
        "data": data,
        "source": "",
        "time": RECORDED_AT,
    }


def _logs() -> dict[str, list[Row]]:
    about = {"edition_id": EDITION, "application_id": APPLICATION, "vendor_id": VENDOR}
    held = {**about, "offer_id": OFFER, "booth_codes": ["A1"]}
    figures = {"edition_id": EDITION, "entry_id": ENTRY, "replaces_entry_id": None, "booth_code": "A1"}
    notice = {"edition_id": EDITION, "notice_id": NOTICE}
    return {
        "registration": [
            event(1, "registration_opened", EDITION, {"edition_id": EDITION}),
            event(2, "application_submitted", APPLICATION, about),
            event(3, "application_accepted", APPLICATION, about),
        ],
        "allocation": [
            event(1, "booth_offered", APPLICATION, {**held, "run_id": RUN}, cause="application_accepted-3"),
            event(2, "booth_confirmed", APPLICATION, held),
        ],
        "notifications": [event(1, "notice_delivered", NOTICE, notice)],
        "reporting": [event(1, "day_figures_recorded", ENTRY, {**figures, **COUNTED, **VISITS})],
    }


def record(service: str, row: Row, offset: int) -> Record:
    headers = {
        "ce_id": row["event_id"],
        "ce_source": f"/ocop/{service}",
        "ce_sequence": str(row["position"]),
        "ce_keysequence": str(row["key_sequence"]),
    }
    return Record(f"ocop.{service}.events", 0, offset, row["key"], headers, b"{}")


def _own_tables() -> dict[str, dict[str, list[Row]]]:
    place = {"application_id": APPLICATION, "edition_id": EDITION, "booth_codes": ["A1"]}
    quota = {"dimension": "province", "code": "48", "floor": None, "ceiling": 1}
    run = {"run_id": RUN, "state": "released", "result": {"placements": {APPLICATION: ["A1"]}}}
    told = [("application_submitted", 2), ("application_accepted", 3), ("booth_offered", 1), ("booth_confirmed", 2)]
    notices: list[Row] = [
        {
            "notice_id": NOTICE if place == 0 else f"notice-{place}",
            "purpose": name,
            "about_id": f"{name}-{position}",
            "recipient_kind": "vendor",
            "state": "delivered" if place == 0 else "suppressed",
            "unknowns": 0,
        }
        for place, (name, position) in enumerate(told)
    ]
    figures = {"entry_id": ENTRY, "is_current": True, "place": "booth", "code": "A1", **COUNTED, "figures": {**VISITS}}
    contact = {"party_id": VENDOR, "recorded_at": RECORDED_AT, **CONTACT}
    return {
        "registration": {
            "applications": [{"application_id": APPLICATION, "state": "accepted"}],
            "editions": [{"edition_id": EDITION, "quotas": [quota]}],
            "edition_acts": [],
            "contacts": [{**contact}],
        },
        "allocation": {
            "applications": [{"application_id": APPLICATION, "province_code": "48"}],
            "places": [{**place, "outcome": "confirmed"}],
            "held_booths": [{"edition_id": EDITION, "booth_code": "A1", "application_id": APPLICATION}],
            "runs": [run],
            "check_ins": [{"application_id": APPLICATION, "on": "2020-07-24", "is_present": True}],
        },
        "notifications": {
            "contacts": [{**contact}],
            "notices": notices,
            "deliveries": [{"notice_id": NOTICE, "channel": "email", "number": 1}],
        },
        "reporting": {
            "edition_steps": [{"event_id": "registration_opened-1"}],
            "applications": [{"application_id": APPLICATION, "state": "accepted"}],
            "places": [{**place, "state": "confirmed"}],
            "positions": [{"source": f"/ocop/{owner}", "key": EDITION} for owner in OWNERS["reporting"]],
            "attendances": [{"application_id": APPLICATION, "on": "2020-07-24", "present": True}],
            "notices": [{"notice_id": NOTICE}],
            "day_entries": [figures],
        },
    }


def _history() -> list[Row]:
    own = {"application_id": APPLICATION, "vendor_id": VENDOR}
    ends: list[tuple[str, dict[str, Any]]] = [
        ("apply", {"name": "Gian 1", "answer": own}),
        ("submit", own),
        ("accept", own),
        ("confirm", {**own, "offer_id": OFFER}),
        ("figures", {**FIGURES, "answer": {"entry_ids": [ENTRY]}}),
    ]
    entries: list[Row] = [{"at": n, "what": "ok", "kind": kind, **about} for n, (kind, about) in enumerate(ends)]
    entries.append({"at": 3, "what": "invoked", "kind": "figures", **FIGURES})
    memory = {f"/ocop/registration {EDITION}": 2}
    look = {"at": 9, "what": "committed", "broker_life": 1, "memory": memory, "dead_waiting": [], "dead_ends": {"0": 0}}
    at_events = {**look, "service": "allocation", "offsets": {"ocop.registration.events/0": 2}}
    book = {"contacts": {VENDOR: RECORDED_AT}, "kept": []}
    at_contacts = {**look, **book, "service": "notifications", "offsets": {f"{CONTACTS}/0": 1}}
    kill = {"at": 10, "number": "0", "fault": "kill", "detail": "", "target": "allocation"}
    recovered = {**kill, "what": "recovered", "happened": True, "again": False, "seconds": 4.0}
    planned = {"at": 0, "what": "planned", "faults": ["kill"]}
    rebuilt = {"at": 11, "what": "rebuilt", "code": 0, "announced": 1, "before": {"places": "1 rows"}}
    after = {"at": 12, "what": "after_rebuild", "after": {"places": "1 rows"}}
    return [
        *entries,
        {"at": 8, "what": "duplicate", "kind": "apply", "end": "ok", "same": True},
        *(planned, at_events, at_contacts, {**kill, "what": "fault"}, recovered, rebuilt, after),
    ]


def well() -> Evidence:
    """Return the evidence of a round without a fault in it."""
    evidence = Evidence(_history())
    logs, own = _logs(), _own_tables()
    for service, owners in OWNERS.items():
        log = logs[service]
        for row in log:
            row["source"] = f"/ocop/{service}"
        evidence.services[service].tables = {
            "event_log": log,
            "event_log_head": [{"position": len(log), "published": len(log)}],
            "event_log_keys": [{"key": EDITION, "last": len(log)}],
            "inbox": [{"source": f"/ocop/{owner}", "key": EDITION, "last": len(logs[owner])} for owner in owners],
            **own[service],
        }
        evidence.topics[f"ocop.{service}.events"] = [record(service, row, place) for place, row in enumerate(log)]
        evidence.topics[f"ocop.{service}.dlq"] = []
    evidence.topics[CONTACTS] = [Record(CONTACTS, 0, 0, VENDOR, {"ce_time": RECORDED_AT}, json.dumps(CONTACT).encode())]
    evidence.mails = [(f"{NOTICE}@example.org", "somebody")]
    evidence.texts = {"allocation-001.log": "nothing to see"}
    evidence.planted = (PLANTED,)
    evidence.resolved = {RUN: own["allocation"]["runs"][0]["result"]}
    return evidence
