"""The command line for the event log: publish it again on a new broker, complete it after the database went back in time."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer

from common.cli.settle import find_rereadings
from common.delivery.epochs import start_epoch
from common.delivery.recovering import TopicIncompleteError, complete_log
from common.delivery.republishing import RelayRunsError, publish_again
from common.delivery.whole_topics import TopicMissingError
from common.settings import ServiceSettings

R = TypeVar("R")
Since = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"],
        help="it ran since the restore without this: tell again, under the new ce_source, what it told from then on",
    ),
]


def _run(work: Coroutine[Any, Any, R]) -> R:
    try:
        return asyncio.run(work)
    except (RelayRunsError, TopicIncompleteError, TopicMissingError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def add_log_commands(cli: typer.Typer, name: str, read: Callable[[], ServiceSettings]) -> None:
    """Add the commands to a service's command line; both want every process of the service to be stopped."""

    @cli.command("republish")
    def republish_command() -> None:
        """Have the whole event log published again at the next start, on a broker that is new or lost its topics."""
        typer.echo(f"{name}: {_run(publish_again(name, read()))} events go out again at the next start")

    @cli.command("complete-log")
    def complete_log_command() -> None:
        """Take from the topic what the event log lacks, after the database was restored to an earlier moment.

        KAFKA_* must name a user who may read the topic. Each event taken in is shown; settle says what becomes of it.
        """
        taken = _run(complete_log(name, read()))
        for headers in taken:
            typer.echo(f"{headers['ce_time']}  {headers['ce_type']}  {headers['ce_subject']}  {headers['ce_id']}")
        typer.echo(f"{name}: {len(taken)} events taken into the log")

    @cli.command("new-epoch")
    def new_epoch_command(since: Since = None) -> None:
        """Tell under a new ce_source from the next start on, after the database was restored to an earlier moment."""
        source = _run(start_epoch(name, read(), since, rereads=bool(find_rereadings(name))))
        typer.echo(f"{name}: tells under {source} from the next start on")

    _ = (republish_command, complete_log_command, new_epoch_command)
