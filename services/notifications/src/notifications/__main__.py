"""The command line: ``python -m notifications serve|migrate|dead-letters|settings``."""

from common.cli.running import run
from notifications.app import build
from notifications.settings import Settings

if __name__ == "__main__":
    run("notifications", Settings, build)
