"""The command line: ``python -m registration serve|migrate|dead-letters``."""

from common.cli.main import run
from registration.app import build
from registration.rules.packs import load_packs
from registration.settings import Settings

if __name__ == "__main__":
    run("registration", Settings, build, after_migrate=load_packs)
