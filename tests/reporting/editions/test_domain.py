"""An edition is the fold of its steps, whoever told them and in whichever epoch of their log."""

from datetime import UTC, datetime

from tests.factories import sample

from common.contracts.base import Event
from common.contracts.registration import EditionAnnounced, EditionCapacityChanged, EditionStarted, RegistrationOpened
from reporting.editions.domain import Step, fold

TOLD_AT = datetime(2020, 7, 14, tzinfo=UTC)


def step(event: Event, source: str, sequence: int) -> Step:
    return Step(event.event_name(), source, sequence, TOLD_AT, event.model_dump(mode="json"))


def test_steps_of_a_later_epoch_come_behind_those_of_the_epochs_before():
    steps = [
        step(sample(EditionStarted), "/ocop/registration/10", 9),
        step(sample(RegistrationOpened), "/ocop/registration/2", 8),
        step(sample(EditionAnnounced), "/ocop/registration", 12),  # a position that the restored log gave again
    ]

    edition = fold(steps)

    assert edition is not None
    assert edition.state == "live"


def test_each_change_of_the_number_of_booths_is_kept_with_what_it_was_before():
    announced = sample(EditionAnnounced)
    fewer, more = (
        sample(EditionCapacityChanged).model_copy(update={"booth_target": target})
        for target in (announced.booth_target - 4, announced.booth_target)
    )
    steps = [
        step(event, "/ocop/registration", number) for number, event in enumerate([announced, fewer, more], start=1)
    ]

    edition = fold(steps)

    assert edition is not None
    assert [(change.booths_before, change.booths) for change in edition.changes] == [
        (announced.booth_target, announced.booth_target - 4),
        (announced.booth_target - 4, announced.booth_target),
    ]
    assert edition.booths_planned == announced.booth_target
