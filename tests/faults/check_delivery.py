"""Invariants about delivery: effects, logs, topics, privacy, recovery. Reads evidence alone."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.check_contacts import check_told_contacts
from tests.faults.evidence import CONTACTS, OWNERS, Evidence

STEPS = {
    "registration": (
        *("edition_announced", "registration_opened", "registration_closed", "edition_suspended"),
        *("edition_rescheduled", "edition_capacity_changed", "edition_started", "edition_ended", "edition_cancelled"),
    ),
    "allocation": ("floor_plan_published", "allocation_run_completed", "allocation_run_released"),
}
# What makes a row of a reader's table the only one of its kind, whatever the database itself holds to be unique.
ROWS_OF = {
    "allocation": {
        "applications": ("application_id",),
        "places": ("application_id",),
        "check_ins": ("application_id", "on"),
    },
    "notifications": {"notices": ("purpose", "about_id", "recipient_kind", "recipient_id")},
    "reporting": {
        "edition_steps": ("event_id",),
        "applications": ("application_id",),
        "places": ("application_id",),
        "attendances": ("application_id", "on"),
        "notices": ("notice_id", "channel"),
        "day_entries": ("entry_id",),
        "positions": ("source", "key"),
    },
}
NOTICE_ENDS = ("notice_delivered", "notice_failed", "notice_outcome_unknown")


def check_effects(evidence: Evidence) -> Iterator[str]:
    """I2: the effects of a consumer are those of the events that it took in, each once."""
    steps = Counter(row["event_id"] for row in evidence.of("reporting", "edition_steps"))
    wanted = {event["event_id"] for owner, names in STEPS.items() for event in evidence.events(owner, *names)}
    for event_id in wanted - set(steps):
        yield f"reporting lacks the effect of {event_id}"
    for event_id in set(steps) - wanted:
        yield f"reporting has an effect of {event_id}, which nobody told"
    yield from _check_rows(evidence)
    told = {event["event_id"] for event in evidence.events("registration")}
    caused = Counter(
        (event["cause"], event["name"], event["subject"])
        for event in evidence.events("allocation")
        if event["cause"] in told
    )
    for (cause, name, subject), count in caused.items():
        if count > 1:
            yield f"allocation answered {cause} with {count} {name} of {subject}"
    ends = {str(event["data"].get("notice_id")) for event in evidence.events("notifications", *NOTICE_ENDS)}
    shown = {row["notice_id"] for row in evidence.of("reporting", "notices")}
    for notice_id in ends ^ shown:
        yield f"the end of notice {notice_id} is in one service alone"
    for entry in evidence.history:
        if entry["what"] == "duplicate" and entry["end"] != "unknown" and not entry["same"]:
            yield f"{entry['kind']} sent twice under one key was answered otherwise: {entry}"


def _check_rows(evidence: Evidence) -> Iterator[str]:
    """Part of I2: no effect is stored twice."""
    for service, tables in ROWS_OF.items():
        for table, names in tables.items():
            rows = Counter(tuple(row.get(name) for name in names) for row in evidence.of(service, table))
            for what, count in rows.items():
                if count > 1:
                    yield f"{service} has {count} {table} of {what}"


def check_logs(evidence: Evidence) -> Iterator[str]:
    """I5: outboxes are empty, logs gapless, all of them published, and the topics in order of first sight."""
    for service in OWNERS:
        if rows := evidence.of(service, "outbox"):
            yield f"{service}: {len(rows)} messages are left in the outbox"
        log = evidence.services[service].log
        if [event["position"] for event in log] != list(range(1, len(log) + 1)):
            yield f"{service}: the log's positions have a gap"
        head = evidence.of(service, "event_log_head")[0]
        if not head["position"] == head["published"] == len(log):
            yield f"{service}: {len(log)} events, head {head['position']}, published {head['published']}"
        if len({event["event_id"] for event in log}) != len(log):
            yield f"{service}: an event is in the log twice"
        last, times = dict[str, int](), dict[str, str]()
        for event in log:
            if event["key_sequence"] != last.get(event["key"], 0) + 1:
                yield f"{service}: number {event['key_sequence']} of {event['key']} follows {last.get(event['key'], 0)}"
            last[event["key"]] = event["key_sequence"]
            if event["time"] < times.get(event["key"], ""):
                yield f"{service}: the time goes back at number {event['key_sequence']} of {event['key']}"
            times[event["key"]] = event["time"]
        if last != {row["key"]: row["last"] for row in evidence.of(service, "event_log_keys")}:
            yield f"{service}: the keys' last numbers are not the log's"
        yield from _check_topic(evidence, service)
    yield from check_told_contacts(evidence)


def _check_topic(evidence: Evidence, service: str) -> Iterator[str]:
    by_id = {event["event_id"]: event for event in evidence.services[service].log}
    published: set[str] = set()
    lost = evidence.lost_up_to.get(service, 0)
    seen: dict[str, int] = {}
    for record in evidence.topics.get(f"ocop.{service}.events", []):
        number = record.headers.get("ce_keysequence", "")
        event = by_id.get(record.headers.get("ce_id", ""))
        if not number.isdigit():
            continue  # put there by a fault
        if event is None or (event["key"], str(event["key_sequence"])) != (record.key, number):
            yield f"{service}: the topic has {record.headers.get('ce_id')} as {number} of {record.key}, the log not"
            continue
        published.add(event["event_id"])
        if int(number) > seen.get(record.key, int(number) - 1 if lost else 0) + 1:
            yield f"{service}: on the topic {number} of {record.key} is seen after {seen.get(record.key, 0)}"
        seen[record.key] = max(int(number), seen.get(record.key, 0))
    missing = [one for one in by_id.values() if one["event_id"] not in published and one["position"] > lost]
    if missing:
        yield f"{service}: {len(missing)} events never came to the topic, the first at {missing[0]['position']}"


def check_privacy(evidence: Evidence) -> Iterator[str]:
    """I10: nothing personal is on any topic but that of the contacts, in any log line or dead letter."""
    for topic, records in evidence.topics.items():
        if topic != CONTACTS:
            for record in records:
                text = f"{record.key} {record.headers} {(record.value or b'').decode(errors='replace')}"
                if found := [word for word in evidence.planted if word in text]:
                    yield f"{found[0]!r} is on {topic}, {record.partition}/{record.offset}"
    for where, text in evidence.texts.items():
        if found := [word for word in evidence.planted if word in text]:
            yield f"{found[0]!r} is in {where}"


def check_recoveries(evidence: Evidence) -> Iterator[str]:
    """I11: once every part is back all is level again within the time allowed, and nobody had to do anything.

    A recovery that took longer is judged by the same faults done again, alone: it must be in time then.
    """
    mended = {
        entry.get("number")
        for entry in evidence.history
        if entry["what"] == "recovered" and entry.get("again") and entry["seconds"] <= evidence.recovery_seconds
    }
    for entry in evidence.history:
        after = f"after {entry.get('fault')} {entry.get('detail')} {entry.get('target')}"
        if entry["what"] == "not_recovered":
            yield f"{after} not level: {entry['behind']}"
        elif entry["what"] == "recovered" and entry["seconds"] > evidence.recovery_seconds:
            if entry.get("again") or entry.get("number") not in mended:
                yield f"{after} level only {entry['seconds']} s after it was back, {evidence.recovery_seconds:.0f} are allowed"
        elif entry["what"] == "not_quiet":
            yield f"at the end of the round not at rest: {entry['open']}"
