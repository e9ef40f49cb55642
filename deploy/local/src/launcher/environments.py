"""The environment of each service: its settings, and little of ours."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.databases import ServiceDatabase
from launcher.keys import Keys

# Nothing else is handed on: a proxy or another system's settings in our environment must not reach the services.
INHERITED = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE", "LOG_LEVEL"),
    *("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
)


def inherited() -> dict[str, str]:
    """Return the part of our own environment that every child gets."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class Addresses:
    """Where the parts of a system listen."""

    url: str
    ports: Mapping[str, int]
    bootstrap: str
    smtp_port: int

    def of(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"


def settings_of(service: str, database: ServiceDatabase, addresses: Addresses, keys: Keys) -> dict[str, str]:
    """Return a service's settings."""
    return {
        "DATABASE_URL": database.app_url,
        "KAFKA_BOOTSTRAP_SERVERS": addresses.bootstrap,
        "HTTP_PORT": str(addresses.ports[service]),
        "PUBLIC_URL": addresses.url,
        "FEED_URLS": json.dumps({owner: addresses.of(owner) for owner in addresses.ports}),
        "TOKEN_KEYS": keys.public_keys,
        "SERVICE_TOKEN": keys.service_token(service),
        "LINK_KEY": keys.link_key,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(addresses.smtp_port),
    }


def scenario_settings(clock: Path | None) -> dict[str, str]:
    """Return what makes a service follow a scenario's clock, whose years pass in seconds."""
    if clock is None:
        return {}
    return {
        "SCENARIO_CLOCK": str(clock),
        "TIMERS_FOLLOW_CLOCK": "true",
        "TIMER_POLL_SECONDS": "0.02",
        "RELAY_POLL_SECONDS": "0.25",
    }
