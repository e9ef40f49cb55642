"""What registration reacts to: nothing; it is the first to know."""

from common.delivery.consuming import Subscription

SUBSCRIPTIONS: list[Subscription] = []
