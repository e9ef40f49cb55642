"""The command line of every service: serve, migrate, dead-letters."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module

import typer

from common.cli.dead_letters import dead_letters_cli
from common.cli.log import add_log_commands
from common.cli.rebuild import add_rebuild_command
from common.cli.serving import AfterMigrate, Build, S, read_settings, serve
from common.cli.settle import add_settle_command
from common.database.engine import create_engine, create_sessions
from common.database.revisions import find_migrations
from common.delivery import failpoints
from common.env_file import env_example
from common.settings import ServiceSettings


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
    add_settle_command(cli, name, lambda: build(read_settings(settings)))
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


def run_commands(
    name: str,
    settings: type[S],
    build: Build[S],
    after_migrate: AfterMigrate | None,
    read_models: Sequence[str],
    add_commands: Callable[[typer.Typer], None] | None,
) -> None:
    """Read the command line of a service and do what it says."""
    cli = make_cli(name, settings, build, after_migrate)
    if read_models:
        add_rebuild_command(cli, lambda: build(read_settings(settings)), read_models)
    if add_commands is not None:
        add_commands(cli)
    cli()
