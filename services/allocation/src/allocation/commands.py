"""This service's own commands: run a dossier again."""

import json
import zipfile
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from allocation.audit.check_allocation import read_dossier
from allocation.dossiers.documents import canonical
from allocation.grounds.domain import RunInput
from allocation.runs.domain import result_to_plain
from allocation.settings import Settings

SAME, OTHER, UNREADABLE = 0, 1, 2


def run_again(path: Path) -> tuple[bytes, bytes]:
    """Return the result that a dossier tells and the one that its input and seed give now, as their bytes.

    Raises ValueError for a dossier that has no seed yet, or not the whole input.
    """
    from allocation.runs.solver import solve  # noqa: PLC0415  # OR-Tools takes a second, and only this command needs it

    with zipfile.ZipFile(path) as archive:
        case = read_dossier(archive)
        run = json.loads(archive.read("run.json"))
        told = archive.read("result.json")
    if case.is_public or case.seed is None:
        raise ValueError("it is public, or its seed is not revealed yet")
    work = (run["solver"] or {}).get("pass_work", Settings.model_fields["solver_pass_work"].default)
    result = solve(TypeAdapter(RunInput).validate_python(case.input), case.seed, float(work))
    return told, canonical(result_to_plain(result))


def add_commands(cli: typer.Typer) -> None:
    """Add the commands to the service's command line; they need no settings."""

    @cli.command("run-dossier")
    def run_dossier_command(
        file: Annotated[Path, typer.Argument(help="a full dossier made after the release")],
    ) -> None:
        """Run a dossier's input again and compare the result byte by byte (exit code 0 same, 1 other, 2 unreadable)."""
        try:
            told, found = run_again(file)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            typer.echo(f"không chạy lại được / cannot be run again: {error}", err=True)
            raise typer.Exit(UNREADABLE) from None
        if told != found:
            typer.echo("KHÁC / another result than the dossier tells")
            raise typer.Exit(OTHER)
        typer.echo(f"GIỐNG HỆT / the same result, byte by byte ({len(found)} bytes)")

    _ = run_dossier_command
