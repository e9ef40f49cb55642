"""Invariants about what readers remember: all of every key, and nothing that is nowhere. Reads evidence alone."""

from collections.abc import Iterator

from tests.faults.check_contacts import check_known_contacts
from tests.faults.evidence import OWNERS, Evidence


def check_memories(evidence: Evidence) -> Iterator[str]:
    """I3: every reader has taken in all that there is, by numbers or, where there are none, by what it knows."""
    yield from check_numbers(evidence)
    yield from check_known_contacts(evidence)


def check_numbers(evidence: Evidence) -> Iterator[str]:
    """Part of I3: every reader has taken in 1 to n of every key, and its memory is the owner's last number."""
    for service, owners in OWNERS.items():
        for owner in owners:
            memory = _memory_of(evidence, service, owner)
            for row in evidence.of(owner, "event_log_keys"):
                last = memory.get(row["key"], 0)
                if last != row["last"]:
                    yield f"{service} has taken in {last} of {row['last']} of {owner}'s {row['key']}"
        yield from _check_strange_memories(evidence, service, owners)


def _memory_of(evidence: Evidence, service: str, owner: str) -> dict[str, int]:
    """Return the last number of each key that a reader took of an owner, under the source of its last event or a later epoch."""
    told = {event["key"]: _epoch_of(event["source"]) for event in evidence.events(owner)}
    memory: dict[str, int] = {}
    for row in evidence.of(service, "inbox"):
        key, source = row["key"], row["source"]
        if source.split("/")[2] == owner and _epoch_of(source) >= told.get(key, 0):
            memory[key] = max(row["last"], memory.get(key, 0))
    return memory


def _epoch_of(source: str) -> int:
    """Return how often an owner's database was restored before it told something: ``/ocop/<service>[/<epoch>]``."""
    parts = source.split("/")
    return int(parts[3]) if len(parts) > 3 else 0


def _check_strange_memories(evidence: Evidence, service: str, owners: tuple[str, ...]) -> Iterator[str]:
    """Part of I3: a reader remembers nothing of an epoch, a key or a service of which nobody told it anything."""
    told: dict[tuple[str, str], int] = {}
    for owner in owners:
        for event in evidence.events(owner):
            told[event["source"], event["key"]] = event["key_sequence"]
    for row in evidence.of(service, "inbox"):
        if row["last"] > told.get((row["source"], row["key"]), 0):
            yield f"{service} remembers {row['last']} of {row['source']} {row['key']}, of which less was told"


def check_counts(evidence: Evidence) -> Iterator[str]:
    """I9: what was produced is processed, dead, parked or ignored: nothing is nowhere."""
    for service, owners in OWNERS.items():
        produced = sum(len(evidence.services[owner].log) for owner in owners)
        taken = sum(last for owner in owners for last in _memory_of(evidence, service, owner).values())
        if taken != produced:
            yield f"{service}: {produced} produced, {taken} taken in"
        parked = {(row["source"], row["key"], row["subject"]) for row in evidence.of(service, "parked")}
        for row in evidence.of(service, "parked_messages"):
            if not {(row["source"], row["key"], row["subject"]), (row["source"], row["key"], "")} & parked:
                yield f"{service}: a message of {row['subject']} is set aside and its subject is not parked"
        if parked:
            yield f"{service}: {len(parked)} subjects are still parked after the re-drive"
    if evidence.broker_keeps:
        sent = sum(entry["records"] for entry in evidence.history if entry["what"] == "unreadable")
        for service in (name for name, owners in OWNERS.items() if "registration" in owners):
            dead = [one for one in evidence.topics.get(f"ocop.{service}.dlq", []) if one.key == "unreadable"]
            if len(dead) < sent:
                yield f"{service}: {sent} unreadable records, {len(dead)} dead letters of them"
