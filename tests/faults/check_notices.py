"""The invariant about notices: each comes to an end, and nobody has more of a mail than a doubt allows. Reads evidence alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.evidence import Evidence

ENDED = frozenset({"delivered", "failed", "suppressed", "waiting_contact"})
RESENDS = 1  # however many tries of one notice have an unknown outcome


def check_notices(evidence: Evidence) -> Iterator[str]:
    """I7: every notice has come to an end, and nobody has more copies than one unknown outcome allows."""
    sent: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for message_id, recipient in evidence.mails:
        sent[message_id.partition("@")[0]].append((message_id, recipient))
    notices = {row["notice_id"]: row for row in evidence.of("notifications", "notices")}
    for notice_id, row in notices.items():
        if row["state"] not in ENDED:
            yield f"notice {notice_id} is still {row['state']}"
        if row["state"] == "delivered" and not sent[notice_id]:
            yield f"notice {notice_id} is delivered and no mail came"
    yield from _check_copies(evidence, sent)
    for notice_id in set(sent) - set(notices):
        yield f"a mail {notice_id} came that no notice asked for"
    for row in evidence.of("notifications", "deliveries"):
        if row["channel"] != "email":
            yield f"a try on the paid channel {row['channel']} for {row['notice_id']}"


def _check_copies(evidence: Evidence, sent: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    """Each resend answers an outcome that was stored and told as unknown, once in a notice's life, and is the same mail."""
    told = Counter(
        str(event["data"]["notice_id"]) for event in evidence.events("notifications", "notice_outcome_unknown")
    )
    for row in evidence.of("notifications", "notices"):
        notice_id, doubts = row["notice_id"], min(row["unknowns"], told[row["notice_id"]])
        copies = sent[notice_id]
        if len(copies) > 1 + min(doubts, RESENDS):
            yield f"notice {notice_id} was sent {len(copies)} times with {doubts} unknown outcomes"
        if told[notice_id] > RESENDS:
            yield f"the outcome of notice {notice_id} was told {told[notice_id]} times to be unknown"
        if len(set(copies)) > 1:
            yield f"the copies of notice {notice_id} are not one mail to one recipient: {sorted(set(copies))}"
