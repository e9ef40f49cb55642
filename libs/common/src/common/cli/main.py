"""The command line of every service: serve, migrate, dead-letters."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeVar

import typer
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession

from common.cli.dead_letters import dead_letters_cli
from common.cli.log import add_log_commands
from common.cli.rebuild import add_rebuild_command
from common.cli.refusals import run_plainly
from common.clock import Clock
from common.collector import calm_collector
from common.database.engine import create_engine, create_sessions
from common.database.revisions import find_migrations
from common.database.watch import DatabaseWatch
from common.delivery import failpoints
from common.env_file import env_example
from common.kafka.settings import KafkaSettings
from common.logs import configure_logs
from common.service import Service
from common.settings import ServiceSettings

K = TypeVar("K", bound=KafkaSettings)
S = TypeVar("S", bound=ServiceSettings)
S_contra = TypeVar("S_contra", bound=ServiceSettings, contravariant=True)
AfterMigrate = Callable[[AsyncSession], Awaitable[None]]


class Build(Protocol[S_contra]):
    """A composition root: ``build(settings, clock)`` returns the application."""

    def __call__(self, settings: S_contra, clock: Clock | None = None) -> FastAPI: ...


def read_settings(kind: type[K]) -> K:
    """Return settings from the environment; what is missing or wrong is said by name, and the process ends."""
    try:
        return kind.model_validate({})
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"])).upper()
            text = problem["msg"].removeprefix("Value error, ")
            print(f"{name}: {text}" if name else text, file=sys.stderr)  # noqa: T201  # for the person at the terminal
        raise SystemExit(2) from None


class Server(uvicorn.Server):
    """uvicorn that first turns readiness off, waits for traffic to go elsewhere, and then stops the intake."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: Any) -> None:
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
    if asyncio.run(_is_usable(service.database)):
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


async def _is_usable(database: DatabaseWatch) -> bool:
    """Say before the start what is wrong with the database: a line instead of the trace of a failed start."""
    well = await database.look()
    await database.forget_connections()
    return well


async def _migrate(service: str, settings: ServiceSettings, after: AfterMigrate | None) -> str | None:
    from common.database.migrations import migrate  # noqa: PLC0415  # Alembic takes 9 MB, and only this command needs it

    failpoints.arm(settings.failpoints)
    url = (settings.migration_database_url or settings.database_url).get_secret_value()
    package_file = import_module(service).__file__ or ""
    revision = await migrate(url, service, find_migrations(package_file, settings.migrations_dir))
    if after is not None:
        engine = create_engine(url, 2)
        async with create_sessions(engine).begin() as session:
            await after(session)
        await engine.dispose()
    return revision


def make_cli(name: str, settings: type[S], build: Build[S], after_migrate: AfterMigrate | None = None) -> typer.Typer:
    """Return the command line of a service."""
    cli = typer.Typer(
        help=f"OCOP Showcase: the {name} service. All settings come from the environment.", add_completion=False
    )
    add_log_commands(cli, name, lambda: read_settings(settings))
    cli.add_typer(dead_letters_cli(lambda: build(read_settings(settings))), name="dead-letters")

    @cli.callback(invoke_without_command=True)
    def default(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            serve(build(read_settings(settings)))

    @cli.command("serve")
    def serve_command() -> None:
        """Serve HTTP, consume events, publish events; the default."""
        serve(build(read_settings(settings)))

    @cli.command("migrate")
    def migrate_command() -> None:
        """Bring the database to the newest revision (as MIGRATION_DATABASE_URL, else DATABASE_URL)."""
        typer.echo(f"{name}: {asyncio.run(_migrate(name, read_settings(settings), after_migrate))}")

    @cli.command("settings")
    def settings_command() -> None:
        """Print every setting with its default and meaning, as an example of an environment file."""
        typer.echo(env_example(name, settings))

    _ = (default, serve_command, migrate_command, settings_command)
    return cli


def run(
    name: str,
    settings: type[S],
    build: Build[S],
    after_migrate: AfterMigrate | None = None,
    read_models: Sequence[str] = (),
    add_commands: Callable[[typer.Typer], None] | None = None,
) -> None:
    """Run the command line of a service: ``python -m <service>``.

    Args:
        name: the service.
        settings: what it reads from its environment.
        build: its composition root.
        after_migrate: is called with a session once the newest revision is reached.
        read_models: tables that can be rebuilt.
        add_commands: adds the service's own commands.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    cli = make_cli(name, settings, build, after_migrate)
    if read_models:
        add_rebuild_command(cli, lambda: build(read_settings(settings)), read_models)
    if add_commands is not None:
        add_commands(cli)
    run_plainly(cli, name, lambda: _database_of(settings))


def _database_of(settings: type[ServiceSettings]) -> URL:
    return make_url(read_settings(settings).database_url.get_secret_value())
