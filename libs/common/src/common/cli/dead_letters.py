"""The command line for messages set aside: list them, run them again after a mend, drop them with a reason."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

import typer
from fastapi import FastAPI

from common.delivery.dead_letters import DeadLetters
from common.service import Service

R = TypeVar("R")
By = Annotated[str, typer.Option(help="who does it; kept in the audit")]


def _with_letters(app: FastAPI, work: Callable[[DeadLetters], Coroutine[Any, Any, R]]) -> R:
    async def run() -> R:
        service: Service = app.state.service
        try:
            return await work(service.dead_letters)
        finally:
            await service.engine.dispose()

    return asyncio.run(run())


def dead_letters_cli(build: Callable[[], FastAPI]) -> typer.Typer:
    """Return the commands over the parked messages of the service that ``build`` makes."""
    letters = typer.Typer(help="Messages set aside: list them, run them again, drop them.")

    @letters.command("list")
    def list_command() -> None:
        """List parked subjects: source, key, subject, since, reason, number of messages."""
        for row in _with_letters(build(), lambda letters: letters.list_subjects()):
            subject = row.subject or "(whole key)"
            typer.echo("\t".join([row.source, row.key, subject, row.since.isoformat(), row.reason, str(row.messages)]))

    @letters.command("show")
    def show_command(source: str, key: str) -> None:
        """Show the parked messages of a key in their order."""
        for row in _with_letters(build(), lambda letters: letters.list_messages(source, key)):
            shown = {"id": row.id, "subject": row.subject, "error": row.error, "headers": row.headers}
            typer.echo(json.dumps(shown, ensure_ascii=False))

    @letters.command("redrive")
    def redrive_command(source: str, key: str, by: By, subject: str = "") -> None:
        """Run the parked messages of a subject again, in order; without subject what waits behind the whole key."""
        done = _with_letters(build(), lambda letters: letters.redrive(source, key, subject, by))
        typer.echo(f"ran {done.ran}" + (f"; stopped: {done.error}" if done.error else ""))
        raise typer.Exit(1 if done.error else 0)

    @letters.command("drop")
    def drop_command(
        source: str,
        key: str,
        subject: str,
        by: By,
        reason: Annotated[str, typer.Option(help="why; kept in the audit")],
    ) -> None:
        """Drop the first parked message of a subject, for good."""
        dropped = _with_letters(build(), lambda letters: letters.drop(source, key, subject, by, reason))
        typer.echo(f"dropped {dropped}")

    _ = (list_command, show_command, redrive_command, drop_command)
    return letters
