"""``python -m reporting``: serve, migrate, dead-letters."""

from common.cli import run
from reporting.app import build
from reporting.settings import Settings

run("reporting", Settings, build)
