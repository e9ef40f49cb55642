"""The command line of the embedded system: ``python -m launcher up|token``."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from common.tokens import Role
from launcher.broker import BrokerFailedError
from launcher.keys import load_keys
from launcher.owners import DataFolderError
from launcher.ports import is_free
from launcher.postgres import PostgresFailedError
from launcher.processes import ProcessFailedError
from launcher.system import EmbeddedSystem, SystemFailedError

cli = typer.Typer(help="OCOP Showcase on one machine, for trying out.", add_completion=False)
State = Annotated[Path, typer.Option(help="folder that keeps everything")]
FAILURES = (BrokerFailedError, DataFolderError, PostgresFailedError, ProcessFailedError, SystemFailedError)


async def _up(state: Path, port: int, *, quiet: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with EmbeddedSystem(state, port=port, echo=None if quiet else typer.echo) as system:
        typer.echo(f"\nOCOP Showcase: {system.url}   (state in {state}, mails in {system.mail_dir}; Ctrl-C stops)\n")
        await stop.wait()
        typer.echo("stopping")


@cli.command()
def up(
    state: State = Path("var"),
    port: Annotated[int, typer.Option(help="port of the one address")] = 8020,
    quiet: Annotated[bool, typer.Option(help="show no log lines; they are in <state>/logs")] = False,  # noqa: FBT002
) -> None:
    """Start the system; Ctrl-C stops it; started again it goes on where it was."""
    if not is_free(port):
        typer.echo(f"Port {port} is taken; choose another: make up PORT=8021", err=True)
        raise typer.Exit(2)
    try:
        asyncio.run(_up(state, port, quiet=quiet))
    except FAILURES as error:
        typer.echo(f"The system did not run: {error}", err=True)
        raise typer.Exit(1) from None


@cli.command()
def token(
    role: Annotated[Role, typer.Option(help="whose token")],
    state: State = Path("var"),
    subject: Annotated[str, typer.Option(help="name or id of the person or program")] = "local",
    agency_code: Annotated[str, typer.Option(help="for province, reviewer: the agency")] = "",
    province_code: Annotated[str, typer.Option(help="for province: the province")] = "",
    vendor_id: Annotated[str, typer.Option(help="for vendor: the vendor")] = "",
) -> None:
    """Print a bearer token for twelve hours."""
    claims = {"agency_code": agency_code, "province_code": province_code, "vendor_id": vendor_id}
    keys = load_keys(state / "keys.json")
    given = {name: value for name, value in claims.items() if value}
    typer.echo(keys.token(role, subject, datetime.now(UTC), **given))


if __name__ == "__main__":
    cli()
