"""Registers ways in which a good round goes bad, each under the invariant that must find it."""

from collections.abc import Callable
from typing import Any

from tests.faults.evidence import Evidence, Record
from tests.faults.states import event, record

Spoil = Callable[[Evidence], Any]
SPOILS: dict[str, tuple[str, Spoil]] = {}


def spoils(invariant: str) -> Callable[[Spoil], Spoil]:
    """Register a way in which a good round goes bad under the invariant that must find it."""

    def register(spoil: Spoil) -> Spoil:
        SPOILS[spoil.__name__] = (invariant, spoil)
        return spoil

    return register


def log(evidence: Evidence, service: str) -> list[dict[str, Any]]:
    return evidence.services[service].log


def add(evidence: Evidence, service: str, name: str, subject: str, data: dict[str, Any], cause: str = "") -> None:
    """Let a service tell one more event, complete with everything that delivery does with it."""
    rows = log(evidence, service)
    row = {**event(len(rows) + 1, name, subject, data, cause), "source": f"/ocop/{service}"}
    rows.append(row)
    evidence.topics[f"ocop.{service}.events"].append(record(service, row, len(rows) - 1))
    evidence.of(service, "event_log_head")[0].update(position=len(rows), published=len(rows))
    evidence.of(service, "event_log_keys")[0]["last"] = len(rows)
    for state in evidence.services.values():
        for memory in state.rows("inbox"):
            if memory["source"] == f"/ocop/{service}":
                memory["last"] = len(rows)


def send_unreadable(evidence: Evidence) -> None:
    """Put a record on a topic that is no event; every reader passes it and has its dead letter, allocation before a look."""
    topic, place = "ocop.registration.events", {"x-dlq-topic": "ocop.registration.events", "x-dlq-partition": "0"}
    evidence.history.append({"at": 5, "what": "unreadable", "records": 1})
    evidence.unreadable.append(Record(topic, 0, 3, "unreadable", {}, b"{}"))
    for service in ("allocation", "notifications", "reporting"):
        letter = Record(f"ocop.{service}.dlq", 0, 0, "unreadable", {**place, "x-dlq-offset": "3"}, b"{}")
        evidence.topics[letter.topic].append(letter)
    look = next(one for one in evidence.looks if one["service"] == "allocation")
    look["offsets"], look["dead_ends"] = {f"{topic}/0": 4}, {"0": 1}
    look["memory"] = {f"/ocop/registration {evidence.of('registration', 'event_log_keys')[0]['key']}": 3}
