"""PostgreSQL in a container, from the image that the deployment names; compose's own script makes the databases."""

import secrets
import time
from pathlib import Path
from typing import Protocol

from testcontainers.core.container import DockerContainer
from tests.brokers.images import COMPOSE, last_words, make_container

from launcher.databases import ServiceDatabase
from launcher.ports import free_port

START_SECONDS = 120.0
SETTINGS = (
    "max_connections=200",
    "shared_buffers=128MB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


class PostgresContainerFailedError(Exception):
    """The server did not start, or refused to make a database; the text has its last words."""


class Databases(Protocol):
    """A PostgreSQL server as tests use it: it makes a database with an owner and an app user."""

    def create_service_database(self, name: str) -> ServiceDatabase: ...
    def stop(self) -> None: ...


class PostgresContainer:
    """One server; its passwords are files in ``folder``, mounted as compose mounts them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "secrets"
        self._port = free_port()
        self._container: DockerContainer | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections over TCP: the server of its first set-up takes none.

        Raises:
            KafkaMissingError: Docker or the image is missing.
            PostgresContainerFailedError: it does not answer in time.
        """
        self._folder.mkdir(mode=0o755)
        self._password("superuser_password")
        made = make_container("postgres", 5432, self._port)
        made.env.update({"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD_FILE": "/run/secrets/superuser_password"})
        made.with_volume_mapping(str(self._folder), "/run/secrets", "ro")
        made.with_volume_mapping(str(COMPOSE.parent / "postgres"), "/etc/ocop/postgres", "ro")
        made.with_command(["postgres", *(word for setting in SETTINGS for word in ("-c", setting))])
        made.start()
        self._container = made
        deadline = time.monotonic() + START_SECONDS
        while made.exec(["pg_isready", "--quiet", "--host=127.0.0.1", "--username=postgres"]).exit_code:
            if time.monotonic() > deadline:
                raise PostgresContainerFailedError(last_words(made))
            time.sleep(0.2)

    def stop(self) -> None:
        """End it and throw its data away."""
        if self._container is not None:
            self._container.stop()
            self._container = None

    def create_service_database(self, name: str) -> ServiceDatabase:
        """Make a service's database, its owner (migrations) and its app user; give the URLs."""
        if self._container is None:
            raise PostgresContainerFailedError("it was not started")
        owner = f"{name}_owner"
        app_url, owner_url = (self._url(name, user, self._password(user)) for user in (name, owner))
        settings = {"PGHOST": "127.0.0.1", "PGUSER": "postgres", "SERVICES": name}
        words = ["env", *(f"{key}={value}" for key, value in settings.items())]
        done = self._container.exec([*words, "bash", "/etc/ocop/postgres/databases.sh"])
        if done.exit_code:
            raise PostgresContainerFailedError(done.output.decode(errors="replace"))
        return ServiceDatabase(app_url=app_url, owner_url=owner_url)

    def _url(self, database: str, user: str, password: str) -> str:
        return f"postgresql+asyncpg://{user}:{password}@127.0.0.1:{self._port}/{database}"

    def _password(self, name: str) -> str:
        file = self._folder / name
        file.write_text(secrets.token_urlsafe(18))
        file.chmod(0o644)  # the container's user is another; the folder above is closed to others
        return file.read_text()
