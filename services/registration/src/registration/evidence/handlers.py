"""Takes papers in part by part, keeps their files, hands them out by the book, and records what people find of them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ConflictError, InvalidInputError, NotFoundError
from registration.applications import repository as applications
from registration.applications.domain import Application, ApplicationState
from registration.applications.subjects import to_subject
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.editions.endings import check_running
from registration.evidence import domain, repository
from registration.evidence.domain import (
    Declared,
    Finding,
    Paper,
    PaperInfectedError,
    Reading,
    Scan,
    Upload,
    Verification,
    refused,
)
from registration.evidence.scanning import Scanner
from registration.evidence.storing import EvidenceStore, StoreUnusableError
from registration.lapses import repository as tasks
from registration.lapses.domain import REFUTED, Task
from registration.vetting import handlers as vetting
from registration.workshop.handlers import Workshop

log = structlog.get_logger(__name__)

BEING_JUDGED = (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW)
ENDED = (ApplicationState.WITHDRAWN, ApplicationState.REVOKED)
ORPHANS_KEPT = timedelta(days=1)
"""So old a file without a paper is before it is deleted: far longer than any transaction lasts."""
Check = Callable[[Application], None]


@dataclass(frozen=True)
class Depot:
    """What evidence needs besides the database: where files lie, who looks for malware, and who opens files."""

    store: EvidenceStore
    scanner: Scanner
    workshop: Workshop


@dataclass(frozen=True)
class Taken:
    """A paper that was handed in; ``known_before`` where this very file was there already."""

    paper: Paper
    known_before: bool


async def begin_upload(
    uow: UnitOfWork, application_id: UUID, declared: Declared, size: int, begun_by: str, check: Check
) -> Upload:
    """Open an upload for a file of so many bytes; raises InvalidInputError with all that is wrong with the entry."""
    application, edition = await applications.open_application(uow.session, application_id)
    check(application)
    _check_open(application, edition)
    problems = [*domain.check_declared(declared, local_date(uow.now)), *domain.check_size(size)]
    if problems:
        raise InvalidInputError(problems)
    if await repository.count_uploads(uow.session, application_id) >= domain.MOST_OPEN_UPLOADS:
        raise ConflictError(
            "Còn quá nhiều tệp gửi dở; hãy gửi xong.", "Too many files are half sent; finish them first."
        )
    if len(await repository.list_papers(uow.session, application_id)) >= domain.MOST_PAPERS:
        most = domain.MOST_PAPERS
        raise ConflictError(f"Hồ sơ đã có {most} giấy tờ.", f"The application has {most} papers already.")
    upload = Upload(uow.new_id(), application_id, declared, size, 0, begun_by, uow.now)
    repository.add_upload(uow.session, upload)
    return upload


def _check_open(application: Application, edition: Edition) -> None:
    check_running(edition.state)
    if application.state in ENDED:
        raise ConflictError(
            "Hồ sơ đã kết thúc, không nhận thêm giấy tờ.", "The application has ended; no paper is taken."
        )


async def _open_upload(uow: UnitOfWork, upload_id: UUID, check: Check) -> Upload:
    upload = await repository.get_upload(uow.session, upload_id, locked=True)
    application = await applications.get_application(uow.session, upload.application_id)
    check(application)
    _check_open(application, await editions.get_edition(uow.session, application.edition_id))
    return upload


async def get_upload(uow: UnitOfWork, upload_id: UUID, check: Check) -> Upload:
    """Return how far an upload is."""
    upload = await repository.get_upload(uow.session, upload_id)
    check(await applications.get_application(uow.session, upload.application_id))
    return upload


async def take_part(uow: UnitOfWork, upload_id: UUID, offset: int, content: bytes, check: Check) -> Upload:
    """Add a part; one that is there already changes nothing."""
    upload = await _open_upload(uow, upload_id, check)
    if domain.place_part(upload, offset, len(content)):
        await repository.add_part(uow.session, upload, offset, content)
    return await repository.get_upload(uow.session, upload_id)


async def restart_upload(uow: UnitOfWork, upload_id: UUID, size: int, check: Check) -> Upload:
    """Begin anew with another file; what was declared of the paper stays."""
    if problems := list(domain.check_size(size)):
        raise InvalidInputError(problems)
    await _open_upload(uow, upload_id, check)
    await repository.drop_parts(uow.session, upload_id)
    await repository.set_received(uow.session, upload_id, size, 0)
    return await repository.get_upload(uow.session, upload_id)


async def complete_upload(uow: UnitOfWork, depot: Depot, upload_id: UUID, handed_in_by: str, check: Check) -> Taken:
    """Look at the whole file, keep it, and make it a paper.

    The file is stored before the transaction ends: a row never lacks its file, and a file without a row is found by
    ``remove_orphans``. Raises InvalidInputError naming ``content``; the upload with what was declared then stays.
    """
    upload = await _open_upload(uow, upload_id, check)
    domain.check_complete(upload)
    sent = await repository.join_parts(uow.session, upload_id)
    sent_sha256 = sha256(sent).hexdigest()
    known = await repository.find_same(uow.session, upload.application_id, sent_sha256)
    if known is None:
        paper = await _keep(uow, depot, upload, sent, handed_in_by)
        if not await repository.add_paper(uow.session, paper):
            known = await repository.find_same(uow.session, upload.application_id, sent_sha256)
    else:
        paper = known
    await repository.drop_upload(uow.session, upload_id)
    return Taken(known or paper, known is not None)


async def _keep(uow: UnitOfWork, depot: Depot, upload: Upload, sent: bytes, handed_in_by: str) -> Paper:
    scan = await depot.scanner.scan(sent)
    if scan is Scan.INFECTED:
        vi, en = "Tệp chứa mã độc, không được nhận.", "The file holds malware and is not taken."
        raise refused("content", "infected", vi, en)
    inspected = await depot.workshop.inspect(sent)
    evidence_id = uow.new_id()
    await depot.store.put(evidence_id, inspected.content)
    return Paper(
        evidence_id,
        upload.application_id,
        upload.declared,
        inspected.media_type,
        len(inspected.content),
        sha256(sent).hexdigest(),
        sha256(inspected.content).hexdigest(),
        scan,
        handed_in_by,
        uow.now,
    )


@dataclass(frozen=True)
class Shown:
    """A paper with what was found of it, oldest first."""

    paper: Paper
    verifications: list[Verification]
    today: date

    @property
    def is_expired(self) -> bool:
        expires_on = self.paper.declared.expires_on
        return expires_on is not None and expires_on <= self.today


async def list_papers(uow: UnitOfWork, application_id: UUID, check: Check) -> list[Shown]:
    """Return an application's papers."""
    check(await applications.get_application(uow.session, application_id))
    return await show(uow, await repository.list_papers(uow.session, application_id))


async def show(uow: UnitOfWork, papers: list[Paper]) -> list[Shown]:
    """Return papers with what was found of them."""
    found = await repository.list_verifications(uow.session, [paper.evidence_id for paper in papers])
    return [
        Shown(paper, [one for one in found if one.evidence_id == paper.evidence_id], local_date(uow.now))
        for paper in papers
    ]


async def read_file(
    uow: UnitOfWork, depot: Depot, evidence_id: UUID, read_by: str, role: str, check: Check
) -> tuple[Paper, bytes]:
    """Hand a file out, and record to whom; raises PaperInfectedError for one found infected later."""
    paper = await repository.get_paper(uow.session, evidence_id)
    check(await applications.get_application(uow.session, paper.application_id))
    if paper.scan is Scan.INFECTED:
        raise PaperInfectedError("Tệp chứa mã độc, không tải được.", "The file holds malware; it is given to nobody.")
    content = await depot.store.get(evidence_id)
    if sha256(content).hexdigest() != paper.kept_sha256:
        log.error("evidence_file_changed", evidence_id=str(evidence_id))
        raise ConflictError("Tệp lưu trữ đã bị thay đổi.", "The file in the store is not the one that was handed in.")
    repository.add_reading(uow.session, uow.new_id(), Reading(evidence_id, read_by, role, uow.now))
    return paper, content


async def verify_paper(
    uow: UnitOfWork, evidence_id: UUID, finding: Finding, note: str | None, verified_by: str
) -> Shown:
    """Record what a person found of a paper: an open application is judged by it, after the acceptance it is a task.

    Raises InvalidInputError where a finding against it has no note.
    """
    paper = await repository.get_paper(uow.session, evidence_id)
    if finding is not Finding.VERIFIED and not (note or "").strip():
        vi, en = "Hãy ghi rõ điều không khớp.", "Say what is wrong with it."
        raise refused("note", "missing", vi, en)
    application, edition = await applications.open_application(uow.session, paper.application_id)
    check_running(edition.state)
    found = Verification(evidence_id, finding, note, verified_by, uow.now)
    await repository.add_verification(uow.session, uow.new_id(), found)
    if application.state in BEING_JUDGED:
        packs = await vetting.get_packs(uow, edition)
        await vetting.vet(uow, await to_subject(uow, application, edition, packs), packs, "evidence")
    if finding is not Finding.VERIFIED and application.state is ApplicationState.ACCEPTED:
        await tasks.add_tasks(uow.session, [_to_task(uow, application, paper, finding)])
    return (await show(uow, [paper]))[0]


def _to_task(uow: UnitOfWork, application: Application, paper: Paper, finding: Finding) -> Task:
    """Return what a person has to look at; the same finding of the same paper is one task."""
    return Task(
        task_id=uow.new_id(),
        edition_id=application.edition_id,
        application_id=application.application_id,
        kind=REFUTED,
        subject=f"{paper.evidence_id} {finding}",
        data={"paper": paper.declared.kind, "finding": finding.value, "evidence_id": str(paper.evidence_id)},
        opened_at=uow.now,
    )


async def list_readings(uow: UnitOfWork, evidence_id: UUID) -> list[Reading]:
    """Return who was given a file, oldest first."""
    await repository.get_paper(uow.session, evidence_id)
    return await repository.list_readings(uow.session, evidence_id)


async def forget_uploads(uow: UnitOfWork, limit: int) -> int:
    """Forget uploads that nobody went on with."""
    return await repository.drop_uploads_before(uow.session, uow.now - domain.UPLOADS_KEPT, limit)


async def scan_again(uow: UnitOfWork, depot: Depot, limit: int) -> int:
    """Scan papers that nobody scanned, as long as store and scanner answer; returns how many were."""
    done = 0
    for evidence_id in await repository.list_unscanned(uow.session, limit if depot.scanner.is_there else 0):
        try:
            content = await depot.store.get(evidence_id)
        except NotFoundError:
            continue
        except StoreUnusableError:
            break
        scan = await depot.scanner.scan(content)
        if scan is Scan.NOT_SCANNED:
            break
        await repository.set_scan(uow.session, evidence_id, scan)
        done += 1
    return done


async def remove_orphans(uow: UnitOfWork, depot: Depot, limit: int) -> int:
    """Delete files a day old that no paper has: what a transaction left that failed after its file was stored.

    A store that cannot be used has said so, and is looked at again the next time.
    """
    gone = 0
    with suppress(StoreUnusableError):
        async for lot in depot.store.list_before(uow.now - ORPHANS_KEPT):
            known = await repository.list_known(uow.session, lot)
            for evidence_id in [one for one in lot if one not in known][: limit - gone]:
                await depot.store.delete(evidence_id)
                gone += 1
    return gone
