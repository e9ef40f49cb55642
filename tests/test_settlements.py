"""Whatever a service tells, it can settle where a restored database forgot it."""

import pytest
from tests.conftest import SERVICES

from common.cli.settle import find_settlements
from common.contracts import event_classes
from common.contracts.base import events_topic


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_a_service_has_one_settlement(service: str) -> None:
    told = {kind.event_type() for kind in event_classes().values() if kind.topic() == events_topic(service)}
    settled = [line.kind.event_type() for line in find_settlements(service)]
    assert sorted(settled) == sorted(told)
