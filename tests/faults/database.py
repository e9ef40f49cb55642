"""The database of a round: PostgreSQL on a small disk where that can be made, killed, filled and started again."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import asyncpg
from tests.faults import standby
from tests.small_disk import fill_disk, mount_disk, unmount_disk

from launcher.postgres import PostgresFailedError, PostgresServer

DISK_MB = 640
SMALL_LOG = "ALTER SYSTEM SET max_wal_size = '128MB'; SELECT pg_reload_conf();"
STARTS = 40  # what a killed one left may take a moment to be gone


class Database:
    """One server; what is read from it here goes past the proxy, as the superuser.

    Attributes:
        no_disk: why it has no small disk of its own; empty where it has one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = PostgresServer()
        self.no_disk = "the database was not started"
        self._ballast: Path | None = None
        self._standby: PostgresServer | None = None
        self._standbys = 0

    async def start(self) -> None:
        """Start it on a disk of its own where root may mount one."""
        self.no_disk = await asyncio.to_thread(mount_disk, DISK_MB, self.folder)
        await asyncio.to_thread(self.server.prepare, self.folder / "data")
        self.server.launch()
        await asyncio.to_thread(self.server.wait_ready)
        await asyncio.to_thread(self.server.execute, "postgres", SMALL_LOG)

    async def start_again(self) -> None:
        """Start it on its port once more."""
        for attempt in range(STARTS):
            self.server.launch(self.server.port)
            try:
                await asyncio.to_thread(self.server.wait_ready)
            except PostgresFailedError:
                if attempt == STARTS - 1:
                    raise
                await asyncio.sleep(0.3)
            else:
                return

    async def kill(self) -> None:
        if self.server.process is not None:
            self.server.process.kill()
            await asyncio.to_thread(self.server.process.wait)

    async def start_standby(self) -> None:
        """Have a copy beside it that every commit waits for."""
        self._standbys += 1
        folder = self.folder / f"standby-{self._standbys}"
        self._standby = await standby.follow(self.server, folder)

    async def promote_standby(self) -> None:
        """Take the standby in place of the server, which is gone for good with all that it held."""
        if self._standby is None:
            raise RuntimeError("there is no standby")
        await standby.promote(self._standby)
        lost, self.server, self._standby = self.server, self._standby, None
        await asyncio.to_thread(shutil.rmtree, standby.data_of(lost))

    async def fill(self) -> None:
        """Leave no space on its disk."""
        self._ballast = await asyncio.to_thread(fill_disk, self.folder)

    async def free(self) -> None:
        """Give the space back; a server that has ended itself for want of it is started again, as its keeper would."""
        if self._ballast is not None:
            self._ballast.unlink()
        await asyncio.sleep(1)
        if self.server.process is None or self.server.process.poll() is not None:
            await self.start_again()

    async def stop(self, logs: Path) -> None:
        """Stop it, keep its log, and take its disk away."""
        for server in filter(None, (self._standby, self.server)):
            await asyncio.to_thread(server.stop)
        log = self.folder / "postgres.log"
        if log.exists():
            shutil.copy(log, logs)
        if not self.no_disk:
            await asyncio.to_thread(unmount_disk, self.folder)

    async def execute(self, database: str, statements: str) -> None:
        """Run statements as the superuser."""
        await asyncio.to_thread(self.server.execute, database, statements)

    async def connect(self, database: str) -> asyncpg.Connection:
        url = self.server.url(database).replace("postgresql+asyncpg", "postgresql")
        connection: asyncpg.Connection = await asyncpg.connect(url, timeout=10, command_timeout=60)
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        return connection

    async def sql(self, database: str, query: str, *values: Any) -> list[Any]:
        connection = await self.connect(database)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()
