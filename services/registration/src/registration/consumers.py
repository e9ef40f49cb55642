"""What registration reacts to: what came of places, which counts when a producer applies again."""

from common.contracts.allocation import (
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothNoShow,
    BoothOfferExpired,
    BoothReleased,
)
from common.delivery.consuming import Subscription, on
from registration.participations import handlers as participations

SUBSCRIPTIONS: list[Subscription] = [
    on(BoothConfirmed, participations.note_confirmed),
    on(BoothDeclined, participations.note_given_up),
    on(BoothOfferExpired, participations.note_given_up),
    on(BoothReleased, participations.note_given_up),
    on(BoothCheckedIn, participations.note_day),
    on(BoothNoShow, participations.note_day),
]
