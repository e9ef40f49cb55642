"""The command line for what a restored database forgot: fold it back or take it back, and say what is left to people."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from fastapi import FastAPI

from common.delivery.envelope import format_time
from common.delivery.republishing import RelayRunsError
from common.delivery.rereading import Rereading, reread_topics
from common.delivery.settling import (
    NoSettlementError,
    Settled,
    SettledEvent,
    Settlement,
    SettlementFailedError,
    list_settled,
    settle_forgotten,
)
from common.delivery.whole_topics import TopicMissingError
from common.service import Service

WORDS = {
    "reapplied": "đã ghi lại / folded back",
    "voided": "đã hủy / taken back",
    "by_hand": "cần người làm / by hand",
    "nothing": "không cần làm gì / nothing to do",
}


def find_settlements(service: str) -> list[Settlement]:
    """Return a service's table of settlements: that of its module ``settlements``."""
    settlements: list[Settlement] = import_module(f"{service}.settlements").SETTLEMENTS
    return settlements


def find_rereadings(service: str) -> list[Rereading]:
    """Return which compacted topics a service reads again: the table ``REREADINGS`` of its module ``settlements``."""
    rereadings: list[Rereading] = getattr(import_module(f"{service}.settlements"), "REREADINGS", [])
    return rereadings


def find_untold(service: str) -> Settled | None:
    """Return what a person has to do about that which no event tells: ``UNTOLD`` of a service's module ``settlements``."""
    untold: Settled | None = getattr(import_module(f"{service}.settlements"), "UNTOLD", None)
    return untold


def add_settle_command(cli: typer.Typer, name: str, build: Callable[[], FastAPI]) -> None:
    """Add the command to a service's command line; it wants every process of the service to be stopped."""

    @cli.command("settle")
    def settle_command(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="print one JSON object for each event")] = False,
        every: Annotated[bool, typer.Option("--all", help="also what was settled before")] = False,
        left: Annotated[list[int] | None, typer.Option("--by-hand", help="position left to a person")] = None,
    ) -> None:
        """Settle what the restored database forgot, after complete-log: fold each event back, or tell that it is void.

        It may be said again at any time, also where it was killed. It lists each event; what a person has to do stands
        behind it. At last the contacts are read again, where the service keeps some: as a user who may read their topic.
        """
        service: Service = build().state.service
        show = _show_json if as_json else _show
        settling = settle_forgotten(service, find_settlements(name), left or ())
        asyncio.run(_settle(service, settling, find_rereadings(name), find_untold(name), show, every=every))

    _ = settle_command


async def _settle(
    service: Service,
    settling: AsyncGenerator[SettledEvent],
    rereadings: Sequence[Rereading],
    untold: Settled | None,
    show: Callable[[SettledEvent], None],
    *,
    every: bool,
) -> None:
    count = 0
    try:
        if every:
            for one in await list_settled(service):
                show(one)
        async for one in settling:
            show(one)
            count += 1
        async for topic, records in reread_topics(service, rereadings, untold):
            typer.echo(f"{service.name}: {topic}: {records} records read again", err=True)
            if untold is not None:
                typer.echo(f"{WORDS[untold.how]}: {untold.vi} / {untold.en}", err=show is _show_json)
    except (RelayRunsError, NoSettlementError, SettlementFailedError, TopicMissingError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    finally:
        await service.engine.dispose()
    typer.echo(f"{service.name}: {count} forgotten events settled", err=True)


def _show(one: SettledEvent) -> None:
    cause, (how, vi, en) = one
    typer.echo(f"{format_time(cause.time)}  {cause.type}  {cause.subject}  {WORDS[how]}")
    if vi or en:
        typer.echo(f"    {vi} / {en}")


def _show_json(one: SettledEvent) -> None:
    cause, settled = one
    shown: dict[str, Any] = {
        "position": cause.sequence,
        "id": cause.id,
        "time": format_time(cause.time),
        "type": cause.type,
        "subject": cause.subject,
        "how": settled.how,
        "vi": settled.vi,
        "en": settled.en,
    }
    typer.echo(json.dumps(shown, ensure_ascii=False))
