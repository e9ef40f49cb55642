"""A long history as the topics hold it: fairs of 500 vendors each, told from the dossier to the last day at the booth."""

import itertools
from collections import Counter
from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tests.factories import APPLICATION_ID, EDITION_ID, VENDOR_ID, sample
from tests.reporting.conftest import DAYS

from common.contracts.allocation import BoothCheckedIn, BoothConfirmed, BoothOffered
from common.contracts.base import Event
from common.contracts.notifications import NoticeDelivered
from common.contracts.registration import ApplicationAccepted, ApplicationSubmitted
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, format_time, make_headers, source_of

VENDORS = 500
BEGAN = datetime(2020, 6, 15, 1, tzinfo=UTC)
NOTICE_ID = UUID("01901a2b-0000-7000-8000-000000000008")
STEPS: Sequence[Event] = (
    sample(ApplicationSubmitted),
    sample(ApplicationAccepted),
    sample(BoothOffered, booth_codes=("A-001",)),
    sample(BoothConfirmed, booth_codes=("A-001",)),
    *(sample(BoothCheckedIn, booth_codes=("A-001",), on=day) for day in DAYS),
    sample(NoticeDelivered, notice_id=NOTICE_ID),
    sample(NoticeDelivered, notice_id=NOTICE_ID),
)
EVENTS = len(STEPS) * VENDORS  # of one fair


class Told(NamedTuple):
    """A record as a producer takes it and a consumer hands it over."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


class _Step(NamedTuple):
    owner: str
    topic: str
    value: bytes
    headers: dict[str, bytes]


def _step(event: Event) -> _Step:
    headers = make_headers(
        type(event),
        event_id=UUID(int=0),
        source=source_of(event.owner()),
        subject=event.subject,
        time=BEGAN,
        correlation_id=str(UUID(int=0)),
        causation_id=str(UUID(int=0)),
        trace_parent=None,
    )
    encoded = {name: text.encode() for name, text in headers.items()}
    return _Step(event.owner(), event.topic(), event.model_dump_json().encode(), encoded)


def _id(kind: int, number: int) -> bytes:
    return f"01901a2b-{kind:04x}-7000-8000-{number:012x}".encode()


def tell(count: int) -> Generator[Told]:
    """Yield ``count`` events in the order of their owners' logs, numbered as the relay numbers them."""
    steps = [_step(event) for event in STEPS]
    positions: Counter[str] = Counter()
    number = 0
    for fair in itertools.count():
        numbers: Counter[str] = Counter()
        for place, step in enumerate(steps):
            for vendor in range(VENDORS):
                if number == count:
                    return
                number += 1
                positions[step.owner] += 1
                numbers[step.owner] += 1
                ids = _ids(fair, vendor, place)
                yield _told(step, number, ids, positions[step.owner], numbers[step.owner])


def _ids(fair: int, vendor: int, place: int) -> dict[bytes, bytes]:
    """Return by what the ids of the samples are replaced."""
    serial = fair * VENDORS + vendor
    return {
        str(EDITION_ID).encode(): _id(1, fair),
        str(APPLICATION_ID).encode(): _id(2, serial),
        str(VENDOR_ID).encode(): _id(3, vendor),
        str(NOTICE_ID).encode(): _id(4, serial * len(STEPS) + place),
        b"A-001": b"A-%03d" % vendor,
    }


def _told(step: _Step, number: int, ids: dict[bytes, bytes], position: int, key_sequence: int) -> Told:
    value, subject = step.value, step.headers["ce_subject"]
    for old, new in ids.items():
        value = value.replace(old, new)
    moment = format_time(BEGAN + timedelta(seconds=number)).encode()
    headers = step.headers | {
        "ce_id": _id(5, number),
        "ce_subject": ids[subject],
        "ce_time": moment,
        SEQUENCE: b"%d" % position,
        KEY_SEQUENCE: b"%d" % key_sequence,
    }
    return Told(step.topic, ids[str(EDITION_ID).encode()], value, list(headers.items()))
