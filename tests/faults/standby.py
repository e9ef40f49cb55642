"""A standby of a round's database: a copy that follows every commit, until it is promoted."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from launcher import guard
from launcher.owners import choose_user, give_to
from launcher.postgres import SUPERUSER, PostgresFailedError, PostgresServer, programs

FOLLOW_SECONDS = 30.0
FOLLOWING = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming';"
WAIT_FOR_IT = "ALTER SYSTEM SET synchronous_standby_names = '*'; SELECT pg_reload_conf();"


async def follow(primary: PostgresServer, folder: Path) -> PostgresServer:
    """Return a server that has every commit that the primary tells of from now on.

    Raises:
        PostgresFailedError: it could not be made, or does not follow.
    """
    await asyncio.to_thread(_copy, primary, folder)
    standby = PostgresServer()
    await asyncio.to_thread(standby.prepare, folder / "data")
    standby.launch()
    await _wait_until_it_runs(standby)
    await asyncio.to_thread(primary.execute, "postgres", WAIT_FOR_IT)
    async with asyncio.timeout(FOLLOW_SECONDS):
        while await asyncio.to_thread(primary.execute, "postgres", FOLLOWING) != "1":
            await asyncio.sleep(0.1)
    return standby


async def promote(standby: PostgresServer) -> None:
    """Let it take writes; return when it does."""
    await asyncio.to_thread(standby.execute, "postgres", "SELECT pg_promote(true, 30);")


def _copy(primary: PostgresServer, folder: Path) -> None:
    user, secrets = _owner(primary), folder / "passwords.json"
    give_to(folder / "data", user)
    shutil.copy(data_of(primary).with_name("passwords.json"), secrets)
    password = urlsplit(primary.url("postgres")).password or ""
    words = [str(programs() / "pg_basebackup"), "-D", str(folder / "data"), "-R", "-X", "stream", "-c", "fast"]
    words += ["-h", "127.0.0.1", "-p", str(primary.port), "-U", SUPERUSER]
    done = subprocess.run(
        guard.command(*words, user=user),
        env={**os.environ, "PGPASSWORD": password},
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise PostgresFailedError(f"the standby could not be made:\n{done.stderr[-1000:]}")


def data_of(server: Any) -> Path:
    """Return where a server keeps what it holds."""
    return server._data  # noqa: SLF001  # a server that runs tells nobody else where it lies


def _owner(primary: PostgresServer) -> str:
    return choose_user(data_of(primary), programs() / "postgres")


async def _wait_until_it_runs(standby: PostgresServer) -> None:
    """Wait until it answers; in its pid file a standby says "standby", not "ready"."""
    async with asyncio.timeout(FOLLOW_SECONDS):
        while True:
            try:
                await asyncio.to_thread(standby.execute, "postgres", "SELECT 1;")
            except PostgresFailedError:
                if standby.process is None or standby.process.poll() is not None:
                    raise PostgresFailedError(f"the standby ended:\n{standby.last_words()}") from None
                await asyncio.sleep(0.2)
            else:
                return
