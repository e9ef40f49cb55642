"""Puts registration together."""

from datetime import timedelta

from fastapi import FastAPI

from common.clock import Clock, SystemClock
from common.service import Service
from registration.agencies import api as agencies
from registration.amendments import api as amendments
from registration.appeals import api as appeals
from registration.applications import api as applications
from registration.assignments import api as assignments
from registration.consumers import SUBSCRIPTIONS
from registration.duplicates import api as duplicates
from registration.editions import api as editions
from registration.intake import api as intake
from registration.lapses import api as lapses
from registration.lapses.handlers import check_due_certificates
from registration.milestones import api as milestones
from registration.nominations import api as nominations
from registration.releases import api as releases
from registration.reviews import api as reviews
from registration.reviews import handlers
from registration.schedules import api as schedules
from registration.settings import Settings
from registration.subsidies import api as subsidies
from registration.vendors import api as vendors
from registration.vetting import api as vetting
from registration.workbooks import api as workbooks
from registration.workbooks.handlers import forget_contents


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the service's application."""
    service = Service("registration", settings, clock or SystemClock(), SUBSCRIPTIONS)
    service.every(timedelta(minutes=1), handlers.reject_unanswered)
    service.every(timedelta(hours=1), forget_contents)
    service.every(timedelta(hours=1), check_due_certificates)
    service.due(handlers.find_next_due)
    offered = (agencies, editions, milestones, schedules)
    asked_for = (vendors, intake, nominations, workbooks, applications, amendments, reviews, vetting)
    looked_into = (duplicates, subsidies, assignments, releases, lapses, appeals)
    return service.app(routers=[capability.router for capability in (*offered, *asked_for, *looked_into)])
