"""Faults that are clients: very slow ones at every door, and many that change one and the same thing."""

import asyncio
import random
from contextlib import suppress

from tests.faults import bodies
from tests.faults.clients import Clients
from tests.faults.schedule import SERVICES, Fault
from tests.faults.stage import Stage

from common.tokens import Role

SLOW_CLIENTS = 100
SLOW_HEAD = b"POST /registration/editions HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
HOT_CLIENTS = 50
HOT_CHANGES = 12  # of each client


async def slow_clients(stage: Stage, fault: Fault) -> bool:
    """Many clients at every door send a byte now and then, and go before they are done; who asks rightly is answered."""
    doors = [port for port in stage.ports.values() for _ in range(SLOW_CLIENTS)]
    slow = asyncio.gather(*(_dawdle(port, fault.seconds) for port in doors))
    await asyncio.sleep(fault.seconds * 0.8)
    answered = {service: await stage.is_ready(service) for service in SERVICES}
    sent = await slow
    stage.history.note("slow_clients", clients=len(doors), bytes=sum(sent), ready_meanwhile=answered)
    return sum(sent) > 0


async def _dawdle(port: int, seconds: float) -> int:
    sent = 0
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(SLOW_HEAD)
                while True:
                    writer.write(b"x")
                    await writer.drain()
                    sent += 1
                    await asyncio.sleep(0.5)
            finally:
                writer.transport.abort()
    return sent


async def hot_key(stage: Stage, fault: Fault) -> bool:
    """Fifty clients change one agency again and again, so that one key has many times the events of any other."""
    dice = random.Random(fault.seconds)
    clients, code = Clients(stage, dice), f"hot.n{dice.randrange(10**6)}"
    path = f"/registration/agencies/{code}"

    async def change(number: int) -> int:
        body = {**bodies.agency(code, "city", "01"), "name_en": f"Changed {number}"}
        return await clients.do("agency", path, Role.ORGANISER, body, method="PUT") is not None

    async def change_often(client: int) -> int:
        return sum([await change(client * HOT_CHANGES + number) for number in range(HOT_CHANGES)])

    try:
        done = sum(await asyncio.gather(*(change_often(client) for client in range(HOT_CLIENTS))))
    finally:
        await clients.close()
    events = await stage.sql("registration", "SELECT last FROM event_log_keys ORDER BY last DESC LIMIT 2")
    stage.history.note("hot_key", changes=done, busiest_keys=[row["last"] for row in events])
    return done > HOT_CLIENTS
