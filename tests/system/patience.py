"""A client that retries, as every caller of the services is told to: the same request under the same key, elsewhere or later."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from common.tokens import Role
from scenario.doors.system import System
from scenario.running import Doors

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05
COME_AGAIN = (502, 503, 504)


@dataclass(frozen=True)
class PatientDoors(Doors):
    """Doors whose caller retries.

    Attributes:
        addresses: returns where a service can be had just now.
        retried: how often was asked again, by reason.
        acknowledged: path and answer of every write that was answered well.
    """

    addresses: Callable[[str], Sequence[str]] = lambda _service: ()
    retried: Counter[str] = field(default_factory=Counter[str])
    acknowledged: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    def open(self) -> System:
        return PatientSystem(self)


class PatientSystem(System):
    """Takes a service's addresses in turn; asks again when a line is cut or a 503 comes."""

    def __init__(self, doors: PatientDoors) -> None:
        super().__init__(doors.url, doors.key, doors.clock)
        self._doors = doors
        self._turns = itertools.count()

    async def _request(
        self, method: str, path: str, role: Role | None, claims: dict[str, str], **options: Any
    ) -> bytes:
        body = await super()._request(method, path, role, claims, **options)
        if method != "GET" and role is not None:
            self._doors.acknowledged.append((path, json.loads(body)))
        return body

    def _address(self, path: str) -> str:
        return path

    async def _call(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        options: Any,
        tries: int = 0,  # noqa: ARG002  # the time counts
    ) -> tuple[int, bytes]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            reason = ""
            try:
                status, body = await self._call_once(method, self._somewhere(url), headers, options)
            except aiohttp.ClientError as error:
                if time.monotonic() > deadline:
                    raise
                reason = type(error).__name__
            else:
                running = status == 409 and b'"request_running"' in body
                if not (running or status in COME_AGAIN) or time.monotonic() > deadline:
                    return status, body
                reason = str(status)
            self._doors.retried[reason] += 1
            await asyncio.sleep(PAUSE_SECONDS)

    def _somewhere(self, url: str) -> str:
        if not url.startswith("/"):
            return url
        found = self._doors.addresses(url.split("/")[1])
        return found[next(self._turns) % len(found)] + url
