"""Evidence as stored."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.evidence.domain import Declared, Finding, Paper, Reading, Scan, Upload, Verification
from registration.evidence.tables import (
    EvidencePaperRow,
    EvidencePartRow,
    EvidenceReadingRow,
    EvidenceUploadRow,
    EvidenceVerificationRow,
)


def _declared(row: EvidenceUploadRow | EvidencePaperRow) -> Declared:
    return Declared(row.kind, row.number, row.issuer, row.issued_on, row.expires_on)


def add_upload(session: AsyncSession, upload: Upload) -> None:
    values = {name: value for name, value in asdict(upload).items() if name != "declared"}
    session.add(EvidenceUploadRow(**values, **asdict(upload.declared)))


async def count_uploads(session: AsyncSession, application_id: UUID) -> int:
    query = select(func.count()).where(EvidenceUploadRow.application_id == application_id)
    return await session.scalar(query) or 0


async def get_upload(session: AsyncSession, upload_id: UUID, *, locked: bool = False) -> Upload:
    """Return an upload; raises NotFoundError."""
    query = select(EvidenceUploadRow).where(EvidenceUploadRow.upload_id == upload_id)
    row = (await session.scalars(query.with_for_update() if locked else query)).one_or_none()
    if row is None:
        raise NotFoundError("upload", upload_id)
    return Upload(row.upload_id, row.application_id, _declared(row), row.size, row.received, row.begun_by, row.begun_at)


async def add_part(session: AsyncSession, upload: Upload, offset: int, content: bytes) -> None:
    await session.execute(
        insert(EvidencePartRow).values(upload_id=upload.upload_id, part_offset=offset, content=content)
    )
    await set_received(session, upload.upload_id, upload.size, offset + len(content))


async def set_received(session: AsyncSession, upload_id: UUID, size: int, received: int) -> None:
    await session.execute(
        update(EvidenceUploadRow)
        .where(EvidenceUploadRow.upload_id == upload_id)
        .values(size=size, received=received)
        .execution_options(synchronize_session=False)
    )


async def drop_parts(session: AsyncSession, upload_id: UUID) -> None:
    await session.execute(delete(EvidencePartRow).where(EvidencePartRow.upload_id == upload_id))


async def join_parts(session: AsyncSession, upload_id: UUID) -> bytes:
    """Return the file as far as it is there."""
    query = select(EvidencePartRow.content).where(EvidencePartRow.upload_id == upload_id)
    return b"".join(await session.scalars(query.order_by(EvidencePartRow.part_offset)))


async def drop_upload(session: AsyncSession, upload_id: UUID) -> None:
    await session.execute(delete(EvidenceUploadRow).where(EvidenceUploadRow.upload_id == upload_id))


async def drop_uploads_before(session: AsyncSession, instant: datetime, limit: int) -> int:
    """Forget uploads begun before an instant; returns how many."""
    old = select(EvidenceUploadRow.upload_id).where(EvidenceUploadRow.begun_at < instant).limit(limit)
    gone = await session.execute(
        delete(EvidenceUploadRow).where(EvidenceUploadRow.upload_id.in_(old)).returning(EvidenceUploadRow.upload_id)
    )
    return len(gone.all())


async def add_paper(session: AsyncSession, paper: Paper) -> bool:
    """Store a paper; False where the application has this very file already, also if it came at the same moment."""
    values = {name: value for name, value in asdict(paper).items() if name != "declared"}
    added = await session.execute(
        insert(EvidencePaperRow)
        .values(**values, **asdict(paper.declared))
        .on_conflict_do_nothing(index_elements=["application_id", "sent_sha256"])
        .returning(EvidencePaperRow.evidence_id)
    )
    return added.first() is not None


def _paper(row: EvidencePaperRow) -> Paper:
    return Paper(
        row.evidence_id,
        row.application_id,
        _declared(row),
        row.media_type,
        row.size,
        row.sent_sha256,
        row.kept_sha256,
        Scan(row.scan),
        row.handed_in_by,
        row.handed_in_at,
    )


async def find_same(session: AsyncSession, application_id: UUID, sent_sha256: str) -> Paper | None:
    query = select(EvidencePaperRow).where(
        EvidencePaperRow.application_id == application_id, EvidencePaperRow.sent_sha256 == sent_sha256
    )
    row = (await session.scalars(query)).one_or_none()
    return row and _paper(row)


async def get_paper(session: AsyncSession, evidence_id: UUID) -> Paper:
    """Return a paper; raises NotFoundError."""
    row = await session.get(EvidencePaperRow, evidence_id)
    if row is None:
        raise NotFoundError("paper", evidence_id)
    return _paper(row)


async def list_papers(session: AsyncSession, application_id: UUID) -> list[Paper]:
    """Return the papers of an application, oldest first."""
    query = select(EvidencePaperRow).where(EvidencePaperRow.application_id == application_id)
    return [_paper(row) for row in await session.scalars(query.order_by(EvidencePaperRow.evidence_id))]


async def list_unscanned(session: AsyncSession, limit: int) -> list[UUID]:
    query = select(EvidencePaperRow.evidence_id).where(EvidencePaperRow.scan == Scan.NOT_SCANNED)
    return list(await session.scalars(query.order_by(EvidencePaperRow.evidence_id).limit(limit)))


async def set_scan(session: AsyncSession, evidence_id: UUID, scan: Scan) -> None:
    await session.execute(
        update(EvidencePaperRow).where(EvidencePaperRow.evidence_id == evidence_id).values(scan=scan.value)
    )


async def list_known(session: AsyncSession, evidence_ids: Collection[UUID]) -> set[UUID]:
    """Return those ids that papers have."""
    query = select(EvidencePaperRow.evidence_id).where(EvidencePaperRow.evidence_id.in_(evidence_ids))
    return set(await session.scalars(query))


async def add_verification(session: AsyncSession, verification_id: UUID, verification: Verification) -> None:
    await session.execute(
        insert(EvidenceVerificationRow).values(verification_id=verification_id, **asdict(verification))
    )


async def list_verifications(session: AsyncSession, evidence_ids: Collection[UUID]) -> Sequence[Verification]:
    """Return what was found of papers, oldest first."""
    query = select(EvidenceVerificationRow).where(EvidenceVerificationRow.evidence_id.in_(evidence_ids))
    rows = await session.scalars(query.order_by(EvidenceVerificationRow.verification_id))
    return [
        Verification(row.evidence_id, Finding(row.finding), row.note, row.verified_by, row.verified_at) for row in rows
    ]


def add_reading(session: AsyncSession, reading_id: UUID, reading: Reading) -> None:
    session.add(EvidenceReadingRow(reading_id=reading_id, **asdict(reading)))


async def list_readings(session: AsyncSession, evidence_id: UUID) -> list[Reading]:
    """Return who was given a file, oldest first."""
    query = select(EvidenceReadingRow).where(EvidenceReadingRow.evidence_id == evidence_id)
    rows = await session.scalars(query.order_by(EvidenceReadingRow.reading_id))
    return [Reading(row.evidence_id, row.read_by, row.role, row.read_at) for row in rows]
