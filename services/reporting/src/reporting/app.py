"""The composition root of reporting."""

from fastapi import FastAPI

from common.clock import Clock, SystemClock
from common.service import Service
from reporting.agencies.repository import name_agencies
from reporting.consumers import SUBSCRIPTIONS
from reporting.day_figures import api as day_figures
from reporting.drafts.handlers import Desk
from reporting.figures import api as figures
from reporting.positions import api as positions
from reporting.reports import api as reports
from reporting.reports.documents import Renderer
from reporting.settings import Settings


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the service's application."""
    service = Service("reporting", settings, clock or SystemClock(), SUBSCRIPTIONS)
    renderer = Renderer(settings.report_font_dirs)
    service.beside("renderer", renderer)
    app = service.app([day_figures.router, figures.router, reports.router, positions.router])
    registers = name_agencies(settings.agencies_file)
    app.state.desk = Desk(settings.standing_agency_code, settings.central_agency_code, registers, renderer)
    return app
