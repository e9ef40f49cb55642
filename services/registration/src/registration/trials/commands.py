"""Commands about rule packs: look at a file, try it on past applications, take it in, print the form."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from common.cli.serving import read_settings
from common.clock import SystemClock
from common.database.engine import create_engine, create_sessions
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork
from common.errors import DomainError
from registration.rules.packs import PackFile, add_pack, read_packs
from registration.settings import Settings
from registration.trials.forms import find_mistakes, read_file, schema_text
from registration.trials.golden import find_failures
from registration.trials.handlers import Change, Standing, Trial, try_pack

T = TypeVar("T")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the pack file (TOML)")]


def add_pack_commands(cli: typer.Typer) -> None:
    """Add the commands to the service's command line."""
    cli.command("pack-schema")(_print_schema)
    cli.command("check-pack")(_check)
    cli.command("try-pack")(_try)
    cli.command("add-pack")(_add)


def _print_schema() -> None:
    """Print the JSON Schema of pack files."""
    typer.echo(schema_text(), nl=False)


def _check(file: File) -> None:
    """Check the form and the golden cases of a pack file; each mistake with its line."""
    pack = checked(file)
    typer.echo(f"{file.name}: {pack.pack}/{pack.version}: {len(pack.golden)} golden cases hold")


def _try(
    file: File,
    *,
    any_date: Annotated[bool, typer.Option(help="as if it had been in force at every edition")] = False,
) -> None:
    """Run a pack against past applications and show whose outcome would change; changes nothing."""
    pack = checked(file)
    for line in describe(_run(lambda uow: try_pack(uow, pack, any_date=any_date), keeps=False)):
        typer.echo(line)


def _add(file: File) -> None:
    """Take a new version of a pack in; the one without an end before it ends the day before."""
    pack = checked(file)
    try:
        _run(lambda uow: add_pack(uow.session, pack), keeps=True)
    except DomainError as error:
        typer.echo(f"{error.message_vi}\n{error.message_en}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{pack.pack}/{pack.version}: in force from {pack.valid_from.isoformat()}")


def checked(file: Path) -> PackFile:
    """Return a pack whose form is right and whose golden cases hold; what is wrong is printed, and the process ends."""
    mistakes = [str(one) for one in find_mistakes(file)]
    if not mistakes:
        pack = read_file(file)
        others = [one for one in read_packs() if (one.pack, one.version) != (pack.pack, pack.version)]
        beside = sorted([*others, pack], key=lambda one: (one.pack, one.valid_from))
        mistakes = [
            f"{file.name}: golden case {one.case}: expected {one.expected}, the rules say {one.said}"
            for one in find_failures(pack, beside)
        ]
        if not mistakes:
            return pack
    typer.echo("\n".join(mistakes), err=True)
    raise typer.Exit(1)


def describe(trial: Trial) -> list[str]:
    """Return a trial as lines, those whose outcome differs first."""
    counts = (("Kỳ sự kiện / editions", trial.editions), ("hồ sơ / applications", trial.applications))
    counted = "; ".join(
        f"{what}: {count}" for what, count in (*counts, ("thay đổi / would change", len(trial.changes)))
    )
    ordered = sorted(trial.changes, key=lambda one: (one.before.outcome == one.after.outcome, one.edition_code))
    return [counted, *map(_describe, ordered)]


def _describe(change: Change) -> str:
    return (
        f"{change.edition_code}  {change.application_id}  {change.trade_name}:"
        f" {_say(change.before)} → {_say(change.after)}"
    )


def _say(standing: Standing) -> str:
    codes = f" ({' '.join(standing.codes)})" if standing.codes else ""
    support = "" if standing.support is None else f", {standing.support} %"
    return f"{standing.outcome}{codes}, {standing.tier or '-'}, {standing.points}, {standing.products} SP{support}"


def _run(act: Callable[[UnitOfWork], Awaitable[T]], *, keeps: bool) -> T:
    """Do something in one unit of work on the service's database; without ``keeps`` it is rolled back."""

    async def run() -> T:
        settings = read_settings(Settings)
        engine = create_engine(settings.database_url.get_secret_value(), 2)
        try:
            async with UnitsOfWork("registration", create_sessions(engine), SystemClock()).begin() as uow:
                done = await act(uow)
                if not keeps:
                    await uow.session.rollback()
                return done
        finally:
            await engine.dispose()

    return asyncio.run(run())
