"""Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header-07): the same request twice has one effect.

The answer is stored in the transaction of the change. Without a key a creating POST is refused (400); the same key with
another request is refused (422); while the first one runs, a second is refused (409); afterwards it gets the answer.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from fastapi import Request, Response
from sqlalchemy import delete, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.plumbing import IdempotencyKeyRow
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError

HEADER = "Idempotency-Key"
MAX_KEY = 200
KEPT_HOURS = 48
KEPT_HEADERS = ("content-type", "location")

LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:slot, 1))")
FIND = text("SELECT fingerprint, status, headers, body FROM idempotency_keys WHERE tenant = :tenant AND key = :key")
KEEP = text(
    """
    INSERT INTO idempotency_keys (tenant, key, fingerprint, status, headers, body, created_at)
    VALUES (:tenant, :key, :fingerprint, :status, CAST(:headers AS jsonb), :body, :created_at)
    """
)


class KeyMissingError(DomainError):
    """A creating request has no ``Idempotency-Key``, or one that is too long."""

    code = "idempotency_key_missing"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "Thiếu tiêu đề Idempotency-Key (1 đến 200 ký tự, ví dụ một UUID).",
            "The header Idempotency-Key is missing (1 to 200 characters, e.g. a UUID).",
            field=HEADER,
        )


class KeyReusedError(DomainError):
    """The key came before with another method, path or body."""

    code = "idempotency_key_reused"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request.",
            field=HEADER,
        )


class RequestRunningError(DomainError):
    """The first request with the key has not been answered yet."""

    code = "request_running"

    def __init__(self) -> None:
        super().__init__(
            "Yêu cầu đầu tiên với khóa này đang được xử lý; hãy thử lại sau.",
            "The first request with this key is still running; try again later.",
            field=HEADER,
        )


@dataclass(frozen=True)
class Slot:
    """The place of one request's answer."""

    tenant: str
    key: str
    fingerprint: str


async def open_slot(request: Request, tenant: str) -> Slot:
    """Return the slot that the request's key names.

    Raises:
        KeyMissingError: there is no key, or it is too long.
    """
    key = request.headers.get(HEADER, "").strip()
    if not 1 <= len(key) <= MAX_KEY:
        raise KeyMissingError
    parts = (request.method.encode(), str(request.url.path).encode(), await request.body())
    return Slot(tenant, key, sha256(b"\n".join(parts)).hexdigest())


async def find_answer(session: AsyncSession, slot: Slot) -> Response | None:
    """Return the answer given before; None for a new request, which then holds the slot until it commits.

    Raises:
        RequestRunningError, KeyReusedError: see the module.
    """
    if not await session.scalar(LOCK, {"slot": f"{slot.tenant}\n{slot.key}"}):
        raise RequestRunningError
    # A statement of its own: one snapshot for both could miss the answer of whoever just let the slot go.
    row = (await session.execute(FIND, {"tenant": slot.tenant, "key": slot.key})).one_or_none()
    if row is None:
        return None
    if row.fingerprint != slot.fingerprint:
        raise KeyReusedError
    return Response(row.body, row.status, {**row.headers, "Idempotent-Replayed": "true"})


async def keep_answer(uow: UnitOfWork, slot: Slot, response: Response) -> None:
    """Store the answer with the change."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    await uow.session.execute(
        KEEP,
        {
            "tenant": slot.tenant,
            "key": slot.key,
            "fingerprint": slot.fingerprint,
            "status": response.status_code,
            "headers": json.dumps(headers),
            "body": bytes(response.body),
            "created_at": uow.now,
        },
    )


async def forget_old_answers(uow: UnitOfWork, limit: int) -> int:
    """Delete answers older than 48 hours; a timer of every service."""
    old = select(IdempotencyKeyRow.tenant, IdempotencyKeyRow.key).where(
        IdempotencyKeyRow.created_at < uow.now - timedelta(hours=KEPT_HOURS)
    )
    gone = await uow.session.execute(
        delete(IdempotencyKeyRow)
        .where(tuple_(IdempotencyKeyRow.tenant, IdempotencyKeyRow.key).in_(old.limit(limit)))
        .returning(IdempotencyKeyRow.key)
    )
    return len(gone.all())
