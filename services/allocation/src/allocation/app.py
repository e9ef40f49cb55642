"""The composition root: what the allocation service is made of."""

from datetime import timedelta

from fastapi import FastAPI

from allocation.answers import api as answers_api
from allocation.answers import handlers as answers
from allocation.answers import pages as answer_pages
from allocation.capacities import api as capacities
from allocation.check_ins import api as check_ins
from allocation.comparisons import api as comparisons
from allocation.comparisons import pages as comparison_pages
from allocation.consumers import subscriptions
from allocation.dossiers import api as dossiers
from allocation.editions.domain import Lot
from allocation.explanations import api as explanations
from allocation.explanations import pages as explanation_pages
from allocation.floor_plans import api as floor_plans
from allocation.open_work import count_open
from allocation.overrides import api as overrides
from allocation.passings import api as passings
from allocation.pins import api as pins
from allocation.places import api as places
from allocation.repairs import api as repairs_api
from allocation.resumptions.worker import keep_resuming
from allocation.rules import api as rules_api
from allocation.runs import api as runs_api
from allocation.runs.worker import solve_runs
from allocation.settings import Settings
from allocation.swaps import api as swaps
from allocation.swaps import pages as swap_pages
from common.clock import Clock, SystemClock
from common.languages import read_catalogue
from common.service import Service

EXPIRE_EVERY = timedelta(minutes=1)


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the service as an application; nothing runs before it is started."""
    lot = Lot(settings.allocation_seed, settings.allocation_secret)
    service = Service("allocation", settings, clock or SystemClock(), subscriptions(lot))
    service.every(EXPIRE_EVERY, answers.expire_due_offers)
    service.due(answers.find_next_deadline)
    service.background("solver", lambda started: solve_runs(started, settings))
    service.busy(count_open)
    service.background("resumptions", keep_resuming)
    return service.app(
        routers=[
            floor_plans.router,
            pins.router,
            rules_api.router,
            runs_api.router,
            overrides.router,
            comparisons.router,
            comparison_pages.router,
            explanations.router,
            explanation_pages.router,
            dossiers.router,
            places.router,
            passings.router,
            answers_api.router,
            answer_pages.router,
            repairs_api.router,
            capacities.router,
            swaps.router,
            swap_pages.router,
            check_ins.router,
        ],
        catalogue=read_catalogue("allocation.answers", "texts"),
    )
