"""The command line that every service has: serve, migrate, settings, dead letters, rebuild, complete-log."""

from common.lean import load_unbuilt, load_without

# They load these for traces and downloads on a screen, which no service shows: 5 MB of each.
load_without(hidden=["rich", "pygments"], names=["structlog", "httpx"])

# FastAPI's own models of OpenAPI are for who asks for the description of routes: 2 MB.
load_unbuilt("fastapi.openapi.models")
