"""``python -m allocation serve|migrate|dead-letters|settings|run-dossier``."""

from allocation.app import build
from allocation.commands import add_commands
from allocation.settings import Settings
from common.cli.main import run

run("allocation", Settings, build, add_commands=add_commands)
