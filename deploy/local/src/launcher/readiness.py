"""Waits until the services serve, and has registration tell its contacts anew after the broker lost them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import aiohttp

from common.tokens import Role
from launcher.keys import Keys

READY_SECONDS = 60.0
LOOK_SECONDS = 0.1


class SystemFailedError(RuntimeError):
    """The system did not come up; the text says which part and why."""


async def wait_until_ready(urls: Sequence[str], seconds: float = READY_SECONDS) -> None:
    """Wait until every address answers well.

    Raises:
        SystemFailedError: one did not within ``seconds``.
    """
    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(_wait_for(client, url, seconds))


async def _wait_for(client: aiohttp.ClientSession, url: str, seconds: float) -> None:
    said = "nothing listens there"
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    async with client.get(url) as answer:
                        if answer.ok:
                            return
                        said = f"it answers {answer.status}"
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise SystemFailedError(f"{url} was not ready in {seconds:g} s: {said}") from None


async def republish_contacts(registration: str, keys: Keys, now: datetime) -> None:
    """Have every contact told again: they are in no event log, so the new broker lacks them.

    Raises:
        SystemFailedError: registration did not do it; notices to contacts not yet taken in would wait for ever.
    """
    token = keys.token(Role.OPERATOR, "launcher", now)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    url = f"{registration}/registration/contacts/republication"
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as client, client.post(url, headers=headers) as answer:
        if not answer.ok:
            told = (await answer.text())[:300]
            raise SystemFailedError(f"registration did not tell its contacts again: {answer.status} {told}")
