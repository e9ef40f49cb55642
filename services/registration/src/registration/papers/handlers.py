"""What is done with papers: checked, stored once, told."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem
from registration.papers import repository
from registration.papers.domain import Paper, check_paper


def problems_of(
    document: LegalDocument | None, now: datetime, field: str = "legal_document", *, required: bool
) -> list[FieldProblem]:
    """Return what is wrong with a paper as entered now."""
    return list(check_paper(document and to_paper(document), field, required=required, today=local_date(now)))


async def file_paper(uow: UnitOfWork, document: LegalDocument | None) -> UUID | None:
    """Store a paper and return its id; None for no paper."""
    if document is None:
        return None
    return await repository.save_paper(uow.session, uow.new_id(), to_paper(document))


def to_paper(document: LegalDocument) -> Paper:
    return Paper(
        document.type,
        document.number,
        document.notation,
        document.issued_on,
        document.issuing_agency_code,
        document.title,
    )


def to_document(paper: Paper) -> LegalDocument:
    return LegalDocument(
        type=paper.type,
        number=paper.number,
        notation=paper.notation,
        issued_on=paper.issued_on,
        issuing_agency_code=paper.issuing_agency_code,
        title=paper.title,
    )


async def list_documents(uow: UnitOfWork, document_ids: Iterable[UUID | None]) -> dict[UUID, LegalDocument]:
    """Return stored papers by id."""
    wanted = {document_id for document_id in document_ids if document_id is not None}
    found = await repository.list_papers(uow.session, wanted)
    return {document_id: to_document(paper) for document_id, paper in found.items()}
