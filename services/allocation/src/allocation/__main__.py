"""``python -m allocation serve|migrate|dead-letters|settings|run-dossier``."""

from typing import Any

from allocation.app import build
from allocation.settings import Settings
from common.cli.running import run


def add_commands(cli: Any) -> None:
    """Add this service's own commands, where one was called for."""
    from allocation.commands import add_commands as add  # noqa: PLC0415

    add(cli)


run("allocation", Settings, build, add_commands=add_commands)
