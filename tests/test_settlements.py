"""Whatever a service tells, it can settle where a restored database forgot it."""

import pytest
from tests.conftest import SERVICES

from common.cli.settle import find_rereadings, find_settlements
from common.contracts import event_classes
from common.contracts.base import CONTACTS_TOPIC, events_topic


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_a_service_has_one_settlement(service: str) -> None:
    told = {kind.event_type() for kind in event_classes().values() if kind.topic() == events_topic(service)}
    settled = [line.kind.event_type() for line in find_settlements(service)]
    assert sorted(settled) == sorted(told)


@pytest.mark.parametrize(
    ("service", "topics"),
    [("registration", [CONTACTS_TOPIC]), ("notifications", [CONTACTS_TOPIC]), ("allocation", []), ("reporting", [])],
)
def test_whoever_keeps_contacts_reads_them_again(service: str, topics: list[str]) -> None:
    assert [line.kind.topic() for line in find_rereadings(service)] == topics
