"""Puts notifications together."""

from datetime import timedelta
from functools import partial
from random import SystemRandom

from fastapi import FastAPI

from common.clock import Clock, SystemClock
from common.service import Service
from notifications.claims import handlers as claims
from notifications.consumers import SUBSCRIPTIONS
from notifications.deliveries import api as deliveries
from notifications.deliveries.domain import RetryPolicy
from notifications.offers import handlers as offers
from notifications.sending import Post
from notifications.settings import Settings


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the service's application."""
    service = Service("notifications", settings, clock or SystemClock(), SUBSCRIPTIONS)
    post = Post(settings, RetryPolicy(), SystemRandom().random)
    for number in range(settings.mail_workers):
        service.background(f"sender-{number}", partial(post.work, pause=settings.mail_poll_seconds))
    service.every(timedelta(minutes=1), offers.remind_holders)
    service.due(claims.find_next_due)
    service.due(offers.find_next_due)
    service.busy(claims.count_open)
    return service.app(routers=[deliveries.router])
