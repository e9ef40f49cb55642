"""Publishing a service's whole log again, for a broker that is new or lost its topics."""

import asyncpg

from common.delivery.relay import open_connection, relay_lock
from common.settings import ServiceSettings

AGAIN = "UPDATE event_log_head SET published = 0 RETURNING position"


class RelayRunsError(Exception):
    """A process of the service leads its relay; it could set the mark forward again at once."""


async def hold_relay(connection: asyncpg.Connection, service: str) -> None:
    """Keep every process of a service from numbering and publishing, as long as the connection lives.

    Raises:
        RelayRunsError: the service runs.
    """
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", relay_lock(service)):
        raise RelayRunsError(f"{service} runs: stop every process of it first, then say this again")


async def publish_again(service: str, settings: ServiceSettings) -> int:
    """Have every event of the log published anew at the next start; readers drop what they know. Return how many.

    Raises:
        RelayRunsError: the service runs.
    """
    connection = await open_connection(settings)
    try:
        await hold_relay(connection, service)
        events: int = await connection.fetchval(AGAIN)
        return events
    finally:
        await connection.close()
