"""``python -m allocation serve|migrate|dead-letters|settings``."""

from allocation.app import build
from allocation.settings import Settings
from common.cli import run

run("allocation", Settings, build)
