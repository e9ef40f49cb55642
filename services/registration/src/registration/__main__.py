"""The command line: ``python -m registration serve|migrate|dead-letters|try-pack|…``."""

from typing import Any

from common.cli.running import run
from registration.app import build
from registration.rules.packs import load_packs
from registration.settings import Settings


def add_commands(cli: Any) -> None:
    """Add the commands about rule packs, where one was called for."""
    from registration.trials.commands import add_pack_commands  # noqa: PLC0415

    add_pack_commands(cli)


if __name__ == "__main__":
    run("registration", Settings, build, after_migrate=load_packs, add_commands=add_commands)
