"""What is looked up and kept when forgotten applications are settled."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

HAS_CONSENTS = text("SELECT EXISTS (SELECT FROM consents WHERE application_id = :application_id)")
KNOWN_PRODUCTS = text("SELECT product_id FROM products WHERE product_id = ANY(:product_ids)")


async def has_consents(session: AsyncSession, application_id: UUID) -> bool:
    return await session.scalar(HAS_CONSENTS, {"application_id": application_id}) or False


async def list_known_products(session: AsyncSession, product_ids: list[UUID]) -> set[UUID]:
    """Return which of these products there are."""
    return set(await session.scalars(KNOWN_PRODUCTS, {"product_ids": product_ids}))
