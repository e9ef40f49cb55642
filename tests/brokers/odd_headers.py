"""Records with a header whose name is no UTF-8, as only few producers can write them."""

import asyncio
import os
import sys

NO_TEXT = b"\xff\xfebad"

SENDING = """
import asyncio, sys
from aiokafka import AIOKafkaProducer
class Name(str):
    def encode(self, *_):
        return b"\\xff\\xfebad"
async def main():
    async with AIOKafkaProducer(bootstrap_servers=sys.argv[1]) as producer:
        await producer.send_and_wait(sys.argv[2], partition=3, value=b"odd", key=b"k", headers=[(Name("x"), b"1")])
asyncio.run(main())
"""


async def send_odd(bootstrap: str, topic: str) -> None:
    """Send a record with such a header; only aiokafka in plain Python lets one be written."""
    environment = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    sending = await asyncio.create_subprocess_exec(sys.executable, "-c", SENDING, bootstrap, topic, env=environment)
    assert await sending.wait() == 0
