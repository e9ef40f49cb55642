"""Serves a service: reads its settings, starts it and stops it. Without what only commands need."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import Clock
from common.collector import calm_collector
from common.delivery import failpoints
from common.kafka.settings import KafkaSettings
from common.logs import configure_logs
from common.service import Service
from common.settings import ServiceSettings
from common.web.field_problems import to_field_problem

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=KafkaSettings)
S = TypeVar("S", bound=ServiceSettings)
S_contra = TypeVar("S_contra", bound=ServiceSettings, contravariant=True)
AfterMigrate = Callable[[AsyncSession], Awaitable[None]]


class Build(Protocol[S_contra]):
    """A composition root: ``build(settings, clock)`` returns the application."""

    def __call__(self, settings: S_contra, clock: Clock | None = None) -> FastAPI:
        """Return the application, not started yet; without a clock it goes by the machine's."""
        ...


def read_settings(kind: type[K]) -> K:
    """Return settings from the environment; what is missing or wrong is said by name, and the process ends."""
    try:
        return kind.model_validate({})
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"])).upper()
            text = _told(problem)
            print(f"{name}: {text}" if name else text, file=sys.stderr)  # noqa: T201  # for the person at the terminal
        raise SystemExit(2) from None


def _told(problem: ErrorDetails) -> str:
    """Return what is wrong with a setting in both languages; checks of our own say it in both themselves."""
    if problem["type"] == "missing":
        return "chưa được đặt trong môi trường / is not set in the environment"
    if problem["type"] == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    words = to_field_problem({**problem})
    return f"{words.vi} / {words.en}"


class Server(uvicorn.Server):
    """uvicorn that first turns readiness off, waits for traffic to go elsewhere, and then stops the intake."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Drain at the first signal and stop after ``drain_seconds``; stop now at the second, or where that is 0."""
        if self._service.draining or not self._service.settings.drain_seconds:
            super().handle_exit(sig, frame)
            return
        self._service.draining = True
        loop = asyncio.get_running_loop()
        loop.call_later(self._service.settings.drain_seconds, super().handle_exit, sig, frame)


def serve(app: FastAPI) -> None:
    """Run an application until SIGTERM or SIGINT."""
    service: Service = app.state.service
    failpoints.arm(service.settings.failpoints)
    configure_logs(service.name, service.settings.log_level)
    calm_collector()
    server = Server(make_config(app, service.settings), service)
    if asyncio.run(may_start(service)):
        server.run()
    if not server.started:
        raise SystemExit(3)


def make_config(app: FastAPI, settings: ServiceSettings) -> uvicorn.Config:
    """Return how an application is served: callers' addresses are those that proxies tell which are trusted."""
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=15,
        server_header=False,
        forwarded_allow_ips=settings.forwarded_allow_ips,
    )


async def may_start(service: Service) -> bool:
    """Say before the start what is wrong with the database: a line instead of the trace of a failed start.

    One that went back in time is not served from before all that it forgot is settled: the service would give out once
    more what it gave out before.
    """
    well = await service.database.look()
    unsettled = await service.count_unsettled() if well else 0
    if unsettled:
        settle = f"python -m {service.name} settle"
        log.error("forgotten_events_unsettled", events=unsettled, run=settle, read="docs/operate/restore.md")
    await service.database.forget_connections()
    return well and not unsettled
