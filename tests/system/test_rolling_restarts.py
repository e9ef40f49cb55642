"""Every service rolled out again and again while the full fair is played by callers that retry."""

import signal
from collections import Counter
from typing import Any

import pytest
from tests.system.conftest import ROLL_OUTS, Rolled
from tests.system.recount import name_of

from launcher.broker import SERVICES
from scenario.script.steps import SelfApply

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(900),
    pytest.mark.real_kafka(reason="the embedded broker takes one member per group"),
]


@pytest.fixture(scope="module", params=ROLL_OUTS)
def rolled(request: pytest.FixtureRequest) -> Rolled:
    found: Rolled = request.getfixturevalue(request.param)
    return found


def ids_in(rolled: Rolled, ending: str, name: str) -> Counter[str]:
    """Return which ids the answers to acknowledged writes gave whose paths end so, and how often."""
    return Counter(answer[name] for path, answer in rolled.doors.acknowledged if path.endswith(f"/{ending}"))


def by_page(rolled: Rolled) -> int:
    """Return how many vendors send their draft by its page, behind the mailed link."""
    return sum(len(step.by_mailed_link) for step in rolled.scenario.steps if isinstance(step, SelfApply))


def told(rolled: Rolled, service: str, name: str, field: str) -> Counter[str]:
    return Counter(event["data"][field] for event in rolled.events(service) if name_of(event) == name)


def header(record: Any, name: str) -> str:
    return dict(record.headers)[f"ce_{name}"].decode()


def test_every_service_was_rolled_out_and_every_process_ended_in_time(rolled: Rolled):
    done = rolled.rolling.done
    print(f"\nroll-outs {dict(done)}, endings {dict(rolled.rolling.endings)}, asked again {dict(rolled.doors.retried)}")  # noqa: T201  # the numbers of this run
    assert min(done[service] for service in SERVICES) >= 2
    assert set(rolled.rolling.endings) == {-signal.SIGTERM}  # how uvicorn ends once all is stopped; by force is another


def test_every_acknowledged_write_is_there_once(rolled: Rolled):
    submitted = ids_in(rolled, "submission", "application_id")
    assert sum(submitted.values()) > 100
    stored = told(rolled, "registration", "application_submitted", "application_id")
    assert submitted <= stored
    sent_by_page = stored - submitted  # a page's answer names no id
    returned = told(rolled, "registration", "application_returned", "application_id")
    supplemented = Counter({each: 1 for each in sent_by_page if each in returned})
    assert 0 < supplemented.total() <= returned.total()
    assert (sent_by_page - supplemented).total() == by_page(rolled)
    confirmed = told(rolled, "allocation", "booth_confirmed", "offer_id")
    assert ids_in(rolled, "confirmation", "offer_id") <= confirmed
    assert max(confirmed.values()) == 1
    entries = [
        entry
        for path, answer in rolled.doors.acknowledged
        if path.endswith("day-figures")
        for entry in answer["entry_ids"]
    ]
    recorded = told(rolled, "reporting", "day_figures_recorded", "entry_id")
    assert recorded == Counter(entries)


def test_every_event_is_on_its_topic_and_its_copies_come_behind_it(rolled: Rolled):
    """The first sight of each key's events is in order, so that readers drop every copy by its number alone."""
    copies: Counter[str] = Counter()
    for service in SERVICES:
        seen: dict[bytes, int] = {}
        for record in rolled.records[f"ocop.{service}.events"]:
            number = int(header(record, "keysequence"))
            assert number <= seen.get(record.key, 0) + 1
            copies[service] += number <= seen.get(record.key, 0)
            seen[record.key] = max(number, seen.get(record.key, 0))
        assert sum(seen.values()) == len(rolled.events(service))
    print(f"\npublished twice {dict(copies)}; dropped by readers {dict(rolled.rolling.copies)}")  # noqa: T201
    assert copies.total() < sum(map(len, rolled.records.values())) / 100


def test_nothing_was_set_aside(rolled: Rolled):
    assert {topic: len(found) for topic, found in rolled.records.items() if topic.endswith(".dlq") and found} == {}
