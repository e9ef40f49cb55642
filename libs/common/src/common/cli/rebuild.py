"""The command line for read models: make them anew from the owners' histories."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from fastapi import FastAPI

from common.collector import calm_collector, keep_memory
from common.delivery.feed_reading import FeedUnavailableError
from common.delivery.hands import HandFailedError
from common.delivery.placing import ReadersStayError
from common.delivery.rebuilding import HAND_COMMAND, RebuildRunsError, Rebuilt, lend_hand_to_rebuild, rebuild
from common.service import Service

MOST_PROCESSES = 4  # of some 130 MB each


async def _rebuild(service: Service, read_models: Sequence[str], processes: int) -> Rebuilt:
    async with _owner_url(service) as url:
        return await rebuild(service, read_models, url, processes)


async def _lend_hand(service: Service) -> None:
    async with _owner_url(service) as url:
        await lend_hand_to_rebuild(service, url)


@asynccontextmanager
async def _owner_url(service: Service) -> AsyncGenerator[str]:
    """Give the database as its tables' owner; close the service's connections at the end."""
    try:
        yield (service.settings.migration_database_url or service.settings.database_url).get_secret_value()
    finally:
        await service.feeds.close()
        await service.engine.dispose()


def add_rebuild_command(cli: typer.Typer, build: Callable[[], FastAPI], read_models: Sequence[str]) -> None:
    """Add the command to the command line of a service that has read models."""
    usual = min(os.cpu_count() or 1, MOST_PROCESSES)

    @cli.command("rebuild")
    def rebuild_command(
        processes: Annotated[int, typer.Option(min=1, help="how many processes take part, some 130 MB each")] = usual,
    ) -> None:
        """Make the read models anew from the owners' feeds (as MIGRATION_DATABASE_URL); the service may go on running."""
        service: Service = build().state.service
        calm_collector()
        keep_memory()
        try:
            rebuilt = asyncio.run(_rebuild(service, read_models, processes))
        except (RebuildRunsError, FeedUnavailableError, HandFailedError, ReadersStayError) as error:
            typer.echo(f"nothing was changed: {error}", err=True)
            raise typer.Exit(1) from None
        told = f"{rebuilt.events} events read in {rebuilt.folding_seconds:.1f} s, put in place in {rebuilt.placing_seconds:.1f} s; "
        typer.echo(told + ", ".join(f"{table} {n}" for table, n in rebuilt.rows.items()))

    @cli.command(HAND_COMMAND, hidden=True)
    def hand_command() -> None:
        """Take in what a rebuild in another process hands over by standard input."""
        service: Service = build().state.service
        calm_collector()
        keep_memory()
        asyncio.run(_lend_hand(service))

    _ = (rebuild_command, hand_command)
