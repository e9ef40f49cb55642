"""The command line for read models: make them anew from the owners' histories."""

import asyncio
from collections.abc import Callable, Sequence

import typer
from fastapi import FastAPI

from common.collector import calm_collector
from common.delivery.feed import FeedUnavailableError
from common.delivery.rebuilding import RebuildRunsError, Rebuilt, rebuild
from common.service import Service


async def _rebuild(app: FastAPI, read_models: Sequence[str]) -> Rebuilt:
    service: Service = app.state.service
    url = service.settings.migration_database_url or service.settings.database_url
    try:
        return await rebuild(service, read_models, url.get_secret_value())
    finally:
        await service.feeds.close()
        await service.engine.dispose()


def add_rebuild_command(cli: typer.Typer, build: Callable[[], FastAPI], read_models: Sequence[str]) -> None:
    """Add the command to the command line of a service that has read models."""

    @cli.command("rebuild")
    def rebuild_command() -> None:
        """Make the read models anew from the owners' feeds (as MIGRATION_DATABASE_URL); the service may go on running."""
        service = build()
        calm_collector()
        try:
            rebuilt = asyncio.run(_rebuild(service, read_models))
        except (RebuildRunsError, FeedUnavailableError) as error:
            typer.echo(f"nothing was changed: {error}", err=True)
            raise typer.Exit(1) from None
        told = f"{rebuilt.events} events read in {rebuilt.folding_seconds:.1f} s, put in place in {rebuilt.placing_seconds:.1f} s; "
        typer.echo(told + ", ".join(f"{table} {n}" for table, n in rebuilt.rows.items()))

    _ = rebuild_command
