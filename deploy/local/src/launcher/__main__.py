"""The command line of the embedded system: ``python -m launcher up|token``."""

import asyncio
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from common.tokens import ClaimMissingError, Role
from launcher.broker import BrokerFailedError
from launcher.keys import load_keys
from launcher.log_lines import LogScreen
from launcher.mock_cluster import MockClusterError
from launcher.owners import DataFolderError
from launcher.ports import is_free
from launcher.postgres import PostgresFailedError
from launcher.processes import ProcessFailedError
from launcher.state_folder import StateInUseError, StateUnusableError, told_when_unusable
from launcher.supervision import TERMINATED
from launcher.system import EmbeddedSystem, SystemFailedError

FAILURES = (
    BrokerFailedError,
    DataFolderError,
    MockClusterError,
    PostgresFailedError,
    ProcessFailedError,
    StateInUseError,
    StateUnusableError,
    SystemFailedError,
)
UP = """
OCOP Showcase: {url}   (up in {seconds:.1f} s; state in {state}; Ctrl-C stops it)
A token to call it with: {python} -m launcher token --role organiser --state {state}
"""
LAST_PORT = 65_535

cli = typer.Typer(help="OCOP Showcase on one machine, for trying out.", add_completion=False)
State = Annotated[Path, typer.Option(help="folder that keeps everything")]


def _to_port(text: str) -> int:
    """Return the port that somebody typed; one line says what a port is where it is none."""
    if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT)) and 0 < int(text) <= LAST_PORT:
        return int(text)
    typer.echo(
        f"Cổng {text!r} không dùng được: hãy cho số từ 1 đến {LAST_PORT} / "
        f"{text!r} is no port: give a number from 1 to {LAST_PORT}, make up PORT=8021",
        err=True,
    )
    raise typer.Exit(2)


def _shown_python() -> str:
    """Return this interpreter as people can type it from where they are."""
    path, here = Path(sys.executable), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


async def _up(state: Path, port: int, *, quiet: bool) -> None:
    begun = time.monotonic()
    async with EmbeddedSystem(state, port=port, show=None if quiet else LogScreen().show) as system:
        typer.echo(UP.format(url=system.url, state=state, python=_shown_python(), seconds=time.monotonic() - begun))
        try:
            await asyncio.Event().wait()
        finally:
            typer.echo("stopping")


@cli.command()
def up(
    state: State = Path("var"),
    port: Annotated[int, typer.Option(help="port of the one address", parser=_to_port, metavar="NUMBER")] = 8020,
    quiet: Annotated[bool, typer.Option(help="show no log lines; they are in <state>/logs")] = False,  # noqa: FBT002  # typer's form
) -> None:
    """Start the system; Ctrl-C or SIGTERM stops it; started again it goes on where it was.

    Ends with 0 when it was stopped, 1 when a part failed, 2 when it could not be tried.
    """
    if not is_free(port):
        typer.echo(f"Port {port} is taken: stop what listens there, or choose another: make up PORT=8021", err=True)
        raise typer.Exit(2)
    try:
        with told_when_unusable(state):
            asyncio.run(_up(state, port, quiet=quiet))
    except (StateInUseError, StateUnusableError) as error:
        typer.echo(f"Not started: {error}", err=True)
        raise typer.Exit(2) from None
    except FAILURES as error:
        typer.echo(f"The system failed: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        pass
    except SystemExit as end:
        if end.code != TERMINATED:
            raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is over: one more Ctrl-C would break into Python's own end
    typer.echo("stopped")


@cli.command()
def token(
    role: Annotated[Role, typer.Option(help="whose token")],
    state: State = Path("var"),
    subject: Annotated[str, typer.Option(help="name or id of the person or program")] = "local",
    agency_code: Annotated[str, typer.Option(help="needed for province, reviewer: the agency")] = "",
    province_code: Annotated[str, typer.Option(help="for province: the province")] = "",
    vendor_id: Annotated[str, typer.Option(help="for vendor: the vendor, once it has applied")] = "",
) -> None:
    """Print a bearer token that is good for twelve hours."""
    path = state / "keys.json"
    if not path.exists():
        typer.echo(f"There is no system in {state} yet: start it once with make up", err=True)
        raise typer.Exit(2)
    claims = {"agency_code": agency_code, "province_code": province_code, "vendor_id": vendor_id}
    given = {name: value for name, value in claims.items() if value}
    try:
        with told_when_unusable(state):
            typer.echo(load_keys(path).token(role, subject, datetime.now(UTC), **given))
    except (ClaimMissingError, StateUnusableError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    cli()
