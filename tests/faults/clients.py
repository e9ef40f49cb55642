"""Clients of the services: each operation goes into the history with the end that the client was told, or unknown."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import aiohttp
from tests.faults.stage import Stage

from common.tokens import Role

Json = dict[str, Any]
TRIES = 40  # for as long as a service is killed, started and killed again on a slow machine
PAUSE_SECONDS = 0.5
TWICE = 0.1
CREATED = 201
CALL_SECONDS = 10.0
# The service did not take the request, or the first try of it is still at work: the same may be asked again.
COME_AGAIN = frozenset({401, 408, 425, 429, 500, 502, 503, 504})


DOUBTFUL = frozenset({0, 500, 502, 504})
OUTCOME_UNKNOWN = "outcome_unknown"  # a 503 whose commit was not answered; every other one stored nothing


def is_doubtful(status: int, answer: Any) -> bool:
    """Whether a try that was told to have failed may have worked all the same."""
    return status in DOUBTFUL or (isinstance(answer, dict) and cast(Json, answer).get("code") == OUTCOME_UNKNOWN)


@dataclass
class Clients:
    """Sends requests; the same one under the same Idempotency-Key until somebody answers it."""

    stage: Stage
    dice: Any
    _session: aiohttp.ClientSession | None = None
    _tokens: dict[tuple[str, ...], tuple[datetime, str]] = field(
        default_factory=dict[tuple[str, ...], tuple[datetime, str]]
    )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do(
        self, kind: str, path: str, role: Role, body: Json | None = None, *, method: str = "POST", **about: Any
    ) -> Json | None:
        """Do one operation; return the answer when it was told to have worked.

        Args:
            kind: what it is, for the history.
            path: below the service's address; its first part is the service.
            role: who does it.
            body: what is sent.
            method: POST or PUT.
            about: what the history keeps of it; ``vendor_id``, ``agency_code`` and ``province_code`` go into the token.
        """
        history = self.stage.history
        key = str(UUID(int=self.dice.getrandbits(128), version=4))
        operation = history.invoke(kind, path=path, key=key, **about)
        claims = {name: about[name] for name in ("vendor_id", "agency_code", "province_code") if name in about}
        end, status, answer, doubts = await self._ask(method, path, role, claims, key, body)
        told = {"doubts": doubts} if doubts else {}
        history.end(operation, kind, end, status=status, answer=answer, **told, **about)
        if status == CREATED and self.dice.random() < TWICE:  # these alone are answered again by their key
            again, status, second, _ = await self._ask(method, path, role, claims, key, body)
            history.note("duplicate", op=operation, kind=kind, end=again, status=status, same=second == answer)
        return answer if end == "ok" else None

    async def get(self, path: str, role: Role) -> Any:
        """Return what stands at a path; None when nobody answers for long."""
        for _ in range(TRIES * 2):
            try:
                status, answer = await self._call("GET", path, role, {}, "", None)
                if status < 300:
                    return answer
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass
            await asyncio.sleep(PAUSE_SECONDS)
        return None

    async def _ask(
        self, method: str, path: str, role: Role, claims: dict[str, str], key: str, body: Json | None
    ) -> tuple[str, int, Any, int]:
        """Return how it ended, the last status and the answer, and how many tries before may have worked all the same."""
        status, answer, doubts = 0, None, 0
        for _ in range(TRIES):
            try:
                status, answer = await self._call(method, path, role, claims, key, body)
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                status, answer = 0, type(error).__name__
            if 200 <= status < 300:
                return "ok", status, answer, doubts
            running = status == 409 and isinstance(answer, dict) and answer.get("code") == "request_running"
            if status and status not in COME_AGAIN and not running:
                return ("unknown" if doubts else "failed"), status, answer, doubts  # an earlier try may have worked
            doubts += is_doubtful(status, answer)
            await asyncio.sleep(PAUSE_SECONDS)
        return "unknown", status, answer, doubts

    async def _call(
        self, method: str, path: str, role: Role, claims: dict[str, str], key: str, body: Json | None
    ) -> tuple[int, Any]:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=32))
        service = path.split("/")[1]
        token = self._token(service, role, claims)
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        url = self.stage.url(service) + path
        async with self._session.request(method, url, headers=headers, json=body) as response:
            text = await response.read()
            return response.status, json.loads(text) if text else None

    def _token(self, service: str, role: Role, claims: dict[str, str]) -> str:
        """Return a token that is good at the time that a service sees, wherever that jumped to."""
        if role is Role.REVIEWER:
            claims = {"agency_code": "hn.reviewers"} | claims
        wanted = (service, role.value, *(f"{name}={value}" for name, value in sorted(claims.items())))
        now = self.stage.clock.now(service)
        issued, token = self._tokens.get(wanted, (now, ""))
        if not token or not timedelta(0) <= now - issued < timedelta(hours=6):
            subject = claims.get("vendor_id") or claims.get("agency_code") or role.value
            token = self.stage.keys.token(role, subject, now, **claims)
            self._tokens[wanted] = (now, token)
        return token
