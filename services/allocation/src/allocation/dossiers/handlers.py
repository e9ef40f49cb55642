"""Makes the dossier of a run, once for good: a dossier that was given out is given out again as it was."""

import asyncio
from uuid import UUID

from allocation.dossiers import documents, repository
from allocation.dossiers.domain import DossierForgottenError, DossierNotPublicError, DossierNotReadyError, Json, Kind
from allocation.dossiers.material import Material
from allocation.dossiers.shares import to_shares
from allocation.explanations import handlers as explanations
from allocation.explanations import repository as known_explanations
from allocation.runs import repository as runs
from allocation.runs.domain import RunRecord
from common.delivery.unit_of_work import UnitOfWork


async def give_dossier(uow: UnitOfWork, run_id: UUID) -> bytes:
    """Return the full dossier of a run; its seed and offers are in it from the release on.

    Raises NotFoundError, DossierForgottenError, and DossierNotReadyError until the run is solved and explained.
    """
    record = await _get_record(uow, run_id)
    kind = Kind.COMPLETED if record.release is None else Kind.RELEASED
    return await _give(uow, record, kind)


async def give_public_dossier(uow: UnitOfWork, run_id: UUID) -> bytes:
    """Return the dossier that anybody may have; raises DossierNotPublicError before the release."""
    record = await _get_record(uow, run_id)
    if record.release is None:
        raise DossierNotPublicError
    return await _give(uow, record, Kind.PUBLIC)


async def read_shares(uow: UnitOfWork, run_id: UUID) -> list[Json]:
    """Return how a released run shares the booths; raises DossierNotPublicError before the release."""
    record = await _get_record(uow, run_id)
    if record.release is None or record.run.result is None or record.facts is None:
        raise DossierNotPublicError
    return to_shares(record.run.input, record.run.result, record.facts)


async def _get_record(uow: UnitOfWork, run_id: UUID) -> RunRecord:
    record = await runs.get_record(uow.session, run_id)
    if record.release is not None and record.release.get("is_incomplete"):
        raise DossierForgottenError(record.release["digest"])
    return record


async def _give(uow: UnitOfWork, record: RunRecord, kind: Kind) -> bytes:
    run_id = record.run.run_id
    made = await repository.find_dossier(uow.session, run_id, kind)
    if made is None:
        material = await collect(uow, record)
        made = await asyncio.to_thread(make, material, kind)
        await repository.add_dossier(uow.session, run_id, kind, made, uow.now)
    return made


async def collect(uow: UnitOfWork, record: RunRecord) -> Material:
    """Return what a dossier is written from; raises DossierNotReadyError."""
    if record.facts is None or record.run.result is None or record.explained_at is None:
        raise DossierNotReadyError
    found = await known_explanations.list_explanations(uow.session, record)
    told = [explanations.to_told(each, record.facts) for each in found]
    offered = await repository.list_offered(uow.session, record.run.run_id)
    in_run = [each for each in told if each["application_id"] in record.facts["applicants"]]
    return Material(record, record.facts, in_run, offered, [each for each in told if each not in in_run])


def make(material: Material, kind: Kind) -> bytes:
    """Return an archive; it takes the processor for a moment, so that it is made beside the event loop."""
    write = documents.write_public_documents if kind is Kind.PUBLIC else documents.write_documents
    return documents.pack(write(material))
