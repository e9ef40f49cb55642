"""What ``python -m <service>`` runs: serving at once, and everything else by the command line."""

import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import URL, make_url

from common.cli.refusals import run_plainly
from common.cli.serving import AfterMigrate, Build, S, read_settings, serve
from common.settings import ServiceSettings

SERVE = ([], ["serve"])


def run(
    name: str,
    settings: type[S],
    build: Build[S],
    after_migrate: AfterMigrate | None = None,
    read_models: Sequence[str] = (),
    add_commands: Callable[[Any], None] | None = None,
) -> None:
    """Run the command line of a service: ``python -m <service>``.

    Args:
        name: the service.
        settings: what it reads from its environment.
        build: its composition root.
        after_migrate: is called with a session once the newest revision is reached.
        read_models: tables that can be rebuilt.
        add_commands: adds the service's own commands to its ``typer.Typer``.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)

    def do() -> None:
        if (
            sys.argv[1:] in SERVE
        ):  # as the command does, without the 2 MB that command lines take for as long as it serves
            serve(build(read_settings(settings)))
            return
        from common.cli.main import run_commands  # noqa: PLC0415

        run_commands(name, settings, build, after_migrate, read_models, add_commands)

    run_plainly(do, name, lambda: _database_of(settings))


def _database_of(settings: type[ServiceSettings]) -> URL:
    return make_url(read_settings(settings).database_url.get_secret_value())
