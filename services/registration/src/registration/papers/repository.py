"""Numbered papers as stored."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registration.papers.domain import Paper
from registration.papers.tables import LegalDocumentRow


def to_paper(row: LegalDocumentRow) -> Paper:
    return Paper(row.type, row.number, row.notation, row.issued_on, row.issuing_agency_code, row.title)


async def save_paper(session: AsyncSession, document_id: UUID, paper: Paper) -> UUID:
    """Store a paper unless it is there, and return its id; the first entry of a paper stands."""
    year = paper.issued_on and paper.issued_on.year
    await session.execute(
        insert(LegalDocumentRow)
        .values(
            document_id=document_id,
            type=paper.type,
            number=paper.number,
            notation=paper.notation,
            year=year,
            issued_on=paper.issued_on,
            issuing_agency_code=paper.issuing_agency_code,
            title=paper.title,
        )
        .on_conflict_do_nothing()
    )
    found = await session.scalars(
        select(LegalDocumentRow.document_id).where(
            LegalDocumentRow.issuing_agency_code == paper.issuing_agency_code,
            LegalDocumentRow.number.is_not_distinct_from(paper.number),
            LegalDocumentRow.notation.is_not_distinct_from(paper.notation),
            LegalDocumentRow.year.is_not_distinct_from(year),
        )
    )
    return found.one()


async def list_papers(session: AsyncSession, document_ids: Collection[UUID]) -> dict[UUID, Paper]:
    """Return papers by id."""
    rows = await session.scalars(select(LegalDocumentRow).where(LegalDocumentRow.document_id.in_(document_ids)))
    return {row.document_id: to_paper(row) for row in rows}
