"""The routes by which every service is operated and understood: status, health, metrics, contracts."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import text

from common.contracts import event_classes
from common.errors import NotFoundError
from common.tokens import Role
from common.web.access import allow, public
from common.web.routing import Routes, Uow, new_router

STANDING = text(
    """
    SELECT (SELECT count(*) FROM outbox) AS outbox, h.position, h.published, (SELECT count(*) FROM parked) AS parked,
           (SELECT count(*) FROM forgotten_events WHERE settled_at IS NULL) AS unsettled,
           (SELECT count(*) FROM forgotten_events WHERE how = 'by_hand') AS by_hand,
           (SELECT json_agg(json_build_array(source, convert_from(key, 'UTF8'), last)) FROM inbox) AS consumed,
           (SELECT json_object_agg(convert_from(key, 'UTF8'), last) FROM event_log_keys) AS keys
    FROM event_log_head h
    """
)


class TimerStatus(BaseModel):
    """When a timer of this replica ran last; None before its first run. ``tidies``: it only removes what nobody needs."""

    name: str
    tidies: bool
    last_run_at: datetime | None


class Forgotten(BaseModel):
    """Events that a restored database forgot: still to be settled, and settled by what people had to do."""

    unsettled: int
    by_hand: int


class Status(BaseModel):
    """Where a service stands; it is quiet when nothing is open, queued, unpublished or not yet taken in."""

    service: str
    clock: datetime
    outbox: int
    log_position: int
    published: int
    keys: dict[str, int]
    consumed: dict[str, dict[str, int]]
    parked: int
    forgotten: Forgotten
    timers: list[TimerStatus]
    next_due_at: datetime | None
    busy: int


def status_routes() -> Routes:
    """Return the operators' view of one service."""
    router = new_router("operation")

    @router.get("/status", dependencies=[allow(Role.OPERATOR)])
    async def read_status(request: Request, uow: Uow) -> Status:
        """Where the service stands: outbox, log, memory, timers, open work."""
        service = request.app.state.service
        standing = (await uow.session.execute(STANDING)).one()
        consumed: dict[str, dict[str, int]] = {}
        for source, key, last in standing.consumed or []:
            consumed.setdefault(source, {})[key] = last
        due = [await find(uow) for find in service.due_finders]
        return Status(
            service=service.name,
            clock=uow.now,
            outbox=standing.outbox,
            log_position=standing.position,
            published=standing.published,
            keys=standing.keys or {},
            consumed=consumed,
            parked=standing.parked,
            forgotten=Forgotten(unsettled=standing.unsettled, by_hand=standing.by_hand),
            timers=[
                TimerStatus(name=timer.name, tidies=timer.tidies, last_run_at=timer.last_run_at)
                for timer in service.timers.timers
            ],
            next_due_at=min((instant for instant in due if instant is not None), default=None),
            busy=sum([await count(uow) for count in service.busy_counters]),
        )

    return router


def health_routes() -> Routes:
    """Return the probes and metrics; they need no transaction and no token."""
    router = Routes("operation", route_class=APIRoute)

    @router.get("/health/live", dependencies=[public])
    async def live(request: Request) -> Response:
        """Whether the process makes progress; 503 asks for a restart."""
        return _state(request, ok=request.app.state.service.is_alive())

    @router.get("/health/ready", dependencies=[public])
    async def ready(request: Request) -> Response:
        """Whether requests may come: the database and the broker answer and the service is not stopping."""
        return _state(request, ok=await request.app.state.service.is_ready())

    @router.get("/health/startup", dependencies=[public])
    async def startup(request: Request) -> Response:
        """Whether the service has started: migrations at their head, broker connected."""
        return _state(request, ok=request.app.state.service.started)

    @router.get("/metrics", dependencies=[public])
    async def metrics(request: Request) -> Response:
        """Metrics in Prometheus' text format."""
        service = request.app.state.service
        await service.measure()
        return PlainTextResponse(service.metrics.text())

    return router


def _state(request: Request, *, ok: bool) -> Response:
    body = {"service": request.app.state.service.name, "ok": ok}
    return JSONResponse(body, status_code=200 if ok else 503)


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema (2020-12) of every event by its file name."""
    return {
        Path(kind.schema_path()).name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": kind.schema_path(),
            **kind.model_json_schema(by_alias=True),
        }
        for kind in event_classes().values()
    }


def contract_routes() -> Routes:
    """Return the published language, under the address that ``ce_dataschema`` names."""
    router = Routes("contracts", route_class=APIRoute)

    @router.get("/contracts/{name}", dependencies=[public])
    async def read_contract(name: str) -> Response:
        """The JSON Schema of one event, e.g. ``booth_offered.v1.json``."""
        if name not in schemas():
            raise NotFoundError("contract", name)
        return Response(json.dumps(schemas()[name], ensure_ascii=False), media_type="application/schema+json")

    return router
