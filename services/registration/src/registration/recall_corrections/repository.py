"""Recalls with their history as stored, and the applications that they concern."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.recall_corrections.domain import KeptRecall
from registration.rows import insert_into, rows_of

RECALL = TypeAdapter(KeptRecall)
ADD = insert_into("recall_corrections")
LOCK = text(
    """
    SELECT CAST(to_jsonb(l) AS text) FROM certificate_losses l
    WHERE product_id = :product_id AND revoked_on = :revoked_on FOR UPDATE
    """
)
DROP = text("DELETE FROM certificate_losses WHERE product_id = :product_id AND revoked_on = :revoked_on")
LIST = text(
    """
    SELECT CAST(one AS text) FROM (
        SELECT to_jsonb(l) AS one, recorded_at, true AS stands FROM certificate_losses l WHERE product_id = :product_id
        UNION ALL
        SELECT to_jsonb(c) - 'correction_id', recorded_at, false FROM recall_corrections c WHERE product_id = :product_id
    ) every ORDER BY recorded_at, stands
    """
)
LIST_CONCERNED = text(
    """
    SELECT a.edition_id, a.application_id FROM applications a
    JOIN editions e ON e.edition_id = a.edition_id
    JOIN LATERAL (
        SELECT product_ids FROM dossiers WHERE application_id = a.application_id ORDER BY revision DESC LIMIT 1
    ) d ON true
    WHERE d.product_ids @> to_jsonb(CAST(:product_id AS uuid)) AND a.state IN ('accepted', 'revoked')
        AND e.state <> ALL(:over)
    ORDER BY a.edition_id, a.application_id
    """
)


@dataclass(frozen=True)
class Concerned:
    """An application that shows the product, for an edition that is not over."""

    edition_id: UUID
    application_id: UUID


async def lock_recall(session: AsyncSession, product_id: UUID, revoked_on: date) -> KeptRecall:
    """Return a recall that nobody else takes back meanwhile; raises NotFoundError."""
    found = await session.scalar(LOCK, {"product_id": product_id, "revoked_on": revoked_on})
    if found is None:
        raise NotFoundError("recall", f"{product_id} {revoked_on.isoformat()}")
    return RECALL.validate_json(found)


async def keep_correction(session: AsyncSession, correction_id: UUID, recall: KeptRecall) -> None:
    """Store a recall as taken back; the rules do not see it any more."""
    await session.execute(DROP, {"product_id": recall.product_id, "revoked_on": recall.revoked_on})
    await session.execute(ADD, rows_of([{"correction_id": correction_id, **vars(recall)}]))


async def list_recalls(session: AsyncSession, product_id: UUID) -> list[KeptRecall]:
    """Return a product's recalls as they were entered, with those that were taken back."""
    return [RECALL.validate_json(row) for row in await session.scalars(LIST, {"product_id": product_id})]


async def list_concerned(session: AsyncSession, product_id: UUID, over: Collection[str]) -> list[Concerned]:
    """Return accepted and revoked applications whose newest dossier shows a product, by edition."""
    rows = await session.execute(LIST_CONCERNED, {"product_id": product_id, "over": list(over)})
    return [Concerned(*row) for row in rows]
