"""The invariant about committed offsets: of events, of contacts, and of what no reader can take in. Reads evidence alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from tests.faults.evidence import CONTACTS, OWNERS, Evidence, Record, Row

UNREADABLE_ON = "ocop.registration.events"
GONE = "whose records the broker has no longer, or whose reader had not begun anew on an empty one"
NOT_SEEN = "which the broker has no longer or no look found passed"
UNREADABLE_TO = tuple(service for service, owners in OWNERS.items() if "registration" in owners)


def check_offsets(evidence: Evidence) -> Iterator[str]:
    """I8: a committed offset has never passed a record that is not taken in; looked at until all is at rest.

    Offsets of records that are lost since cannot be judged (``find_unjudged``); that readers lack none of them is I3.
    """
    numbers: dict[tuple[str, int], list[tuple[int, str, str, int]]] = {}
    for records in evidence.topics.values():
        for record in records:
            number = record.headers.get("ce_keysequence", "")
            if number.isdigit():
                told = (record.offset, record.headers["ce_source"], record.key, int(number))
                numbers.setdefault((record.topic, record.partition), []).append(told)
    for look in _judged(evidence, evidence.looks, evidence.has_records_of):
        for place, committed in look["offsets"].items():
            topic, _, partition = place.rpartition("/")
            for offset, source, key, number in numbers.get((topic, int(partition)), []):
                taken = look["memory"].get(f"{source} {key}", 0)
                if offset < committed and number > taken:
                    yield f"at {look['at']} s {look['service']} had committed {place} {committed} and taken in {taken} of {key}"
    yield from _check_contacts(evidence)
    yield from _check_unreadable(evidence)


def _check_contacts(evidence: Evidence) -> Iterator[str]:
    """A contact behind a committed offset is in the reader's book, as told then or newer, or is set aside."""
    told = [(record, datetime.fromisoformat(record.headers["ce_time"])) for record in evidence.topics.get(CONTACTS, [])]
    for look in _judged(evidence, _looks_at_contacts(evidence), evidence.has_contacts_of):
        book = {party: datetime.fromisoformat(at) for party, at in look["contacts"].items()}
        for record, at in told:
            known = book.get(record.key)
            is_known = known is not None and known >= at
            if _is_passed(record, look) and not is_known and _place(record) not in look["kept"]:
                yield f"at {look['at']} s {look['service']} had committed past {_place(record)} and knew {record.key} of {known}"


def _check_unreadable(evidence: Evidence) -> Iterator[str]:
    """What cannot be read has its dead letter, waiting in the outbox or on its topic, before the offset passes it."""
    letters = {service: _letters(evidence, service) for service in UNREADABLE_TO}
    for look, record in _passed_unreadable(evidence):
        sent = any(
            offset < look["dead_ends"].get(str(partition), 0)
            for partition, offset in letters[look["service"]].get(_place(record), [])
        )
        if not sent and _place(record) not in look["dead_waiting"]:
            yield f"at {look['at']} s {look['service']} had committed past {_place(record)}, of which no dead letter was stored"


def _letters(evidence: Evidence, service: str) -> dict[str, list[tuple[int, int]]]:
    """Return where the dead letters of each record are on their topic."""
    found: dict[str, list[tuple[int, int]]] = {}
    for letter in evidence.topics.get(f"ocop.{service}.dlq", []):
        place = "/".join(letter.headers.get(f"x-dlq-{name}", "") for name in ("topic", "partition", "offset"))
        found.setdefault(place, []).append((letter.partition, letter.offset))
    return found


def _passed_unreadable(evidence: Evidence) -> Iterator[tuple[Row, Record]]:
    for look in _judged(evidence, evidence.looks, evidence.has_records_of):
        for record in evidence.unreadable if "dead_ends" in look else []:
            if _is_passed(record, look):
                yield look, record


def _judged(evidence: Evidence, looks: Sequence[Row], has_records: Callable[[Row], bool]) -> list[Row]:
    """Return the looks that can be judged."""
    carried = _carried_over(evidence)
    return [look for look in looks if has_records(look) and id(look) not in carried]


def _carried_over(evidence: Evidence) -> set[int]:
    """Return the looks at readers that had not yet begun anew on a broker that came back empty.

    Until a reader sees that its group is gone it may have the place committed where it stood in the topics that are lost; then it
    reads from the beginning, which shows by a place that is lower than before.
    """
    carried: set[int] = set()
    latest: dict[str, Row] = {}
    before: dict[str, dict[str, int]] = {}
    for look in evidence.looks:
        service, offsets = look["service"], look["offsets"]
        if service in latest and latest[service]["broker_life"] != look["broker_life"]:
            before[service] = latest[service]["offsets"]
        latest[service] = look
        if before.get(service):
            if any(place in offsets and offsets[place] < last for place, last in before[service].items()):
                before[service] = {}
            else:
                carried.add(id(look))
    return carried


def _looks_at_contacts(evidence: Evidence) -> list[Row]:
    return [look for look in evidence.looks if "contacts" in look]


def _is_passed(record: Record, look: Row) -> bool:
    return bool(record.offset < look["offsets"].get(f"{record.topic}/{record.partition}", 0))


def _place(record: Record) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"


def find_unjudged(evidence: Evidence) -> Iterator[str]:
    """Say what of I8 cannot be judged, because the records that the offsets count are lost, or nobody looked."""
    kinds = (
        ("committed offsets", evidence.looks, evidence.has_records_of),
        ("offsets of contacts", _looks_at_contacts(evidence), evidence.has_contacts_of),
    )
    for what, looks, is_judged in kinds:
        if unjudged := len(looks) - len(_judged(evidence, looks, is_judged)):
            yield f"I8: {unjudged} of {len(looks)} looks at {what}, {GONE}"
        elif not looks:
            yield f"I8: nobody looked at {what}"
    sent = sum(entry["records"] for entry in evidence.history if entry["what"] == "unreadable")
    judged = {(look["service"], _place(record)) for look, record in _passed_unreadable(evidence)}
    if unjudged := sent * len(UNREADABLE_TO) - len(judged):
        yield f"I8: {unjudged} of {sent * len(UNREADABLE_TO)} offsets of unreadable records, {NOT_SEEN}"
