"""``python -m reporting``: serve, migrate, rebuild, dead-letters."""

from common.cli.running import run
from reporting.app import build
from reporting.read_models import READ_MODELS
from reporting.settings import Settings

run("reporting", Settings, build, read_models=READ_MODELS)
