"""The command line: ``python -m registration serve|migrate|dead-letters|try-pack|…``."""

from common.cli.main import run
from registration.app import build
from registration.rules.packs import load_packs
from registration.settings import Settings
from registration.trials.commands import add_pack_commands

if __name__ == "__main__":
    run("registration", Settings, build, after_migrate=load_packs, add_commands=add_pack_commands)
