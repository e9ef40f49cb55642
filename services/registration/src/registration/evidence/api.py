"""Evidence over HTTP: uploads by part, papers, what people found, and files handed out by role, each time recorded."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router
from registration.applications.api import check_own
from registration.evidence import handlers
from registration.evidence.domain import KINDS, MOST_PART_BYTES, PERSONAL_POLICY, Declared, Finding, Paper, Scan, Upload
from registration.evidence.handlers import Depot, Shown

router = new_router("evidence")

BRINGS = (Role.VENDOR, Role.PROVINCE)
READS = (Role.VENDOR, Role.PROVINCE, Role.REVIEWER, Role.ORGANISER)
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"content": dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), BINARY)}
Text = Annotated[str, Field(max_length=1000)]


def _depot(request: Request) -> Depot:
    depot: Depot = request.app.state.evidence_depot
    return depot


TheDepot = Annotated[Depot, Depends(_depot)]


class UploadEntry(Strict):
    """A paper whose file follows in parts; ``size`` in bytes, ``expires_on`` is the first day without validity."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "food_safety_certificate",
                    "number": "123/2025/ATTP-HG",
                    "issuer": "Chi cục Quản lý chất lượng nông lâm sản và thủy sản Hà Giang",
                    "issued_on": "2025-05-10",
                    "expires_on": "2028-05-10",
                    "size": 482133,
                }
            ]
        }
    )

    kind: Text
    number: Text | None = None
    issuer: Text | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    size: int


class RestartEntry(Strict):
    """The size of another file for the same paper, in bytes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"size": 482133}]})

    size: int


class VerificationEntry(Strict):
    """What a person found when holding the file against what is declared; all but ``verified`` need a note."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"finding": "does_not_match", "note": "Số giấy chứng nhận khác bản khai."}]}
    )

    finding: Finding
    note: Text | None = None


class UploadView(BaseModel):
    """How far an upload is: go on with the byte at ``received``, in parts of at most ``part_bytes``."""

    upload_id: UUID
    application_id: UUID
    size: int
    received: int
    part_bytes: int

    @classmethod
    def of(cls, upload: Upload) -> "UploadView":
        return cls(
            upload_id=upload.upload_id,
            application_id=upload.application_id,
            size=upload.size,
            received=upload.received,
            part_bytes=MOST_PART_BYTES,
        )


class VerificationView(BaseModel):
    """What a person found, and when."""

    finding: Finding
    note: str | None
    verified_by: str
    verified_at: datetime


class EvidenceView(BaseModel):
    """A paper; ``scan`` says what the virus scanner found, ``not_scanned`` that none looked at it."""

    evidence_id: UUID
    application_id: UUID
    kind: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None
    is_expired: bool
    media_type: str
    size: int
    sent_sha256: str
    kept_sha256: str
    scan: Scan
    handed_in_at: datetime
    verifications: tuple[VerificationView, ...]
    known_before: bool = False

    @classmethod
    def of(cls, shown: Shown, *, known_before: bool = False) -> "EvidenceView":
        paper = shown.paper
        same = ("evidence_id", "application_id", "media_type", "size", "sent_sha256", "kept_sha256", "scan")
        return cls(
            **{name: getattr(paper, name) for name in (*same, "handed_in_at")},
            **{name: getattr(paper.declared, name) for name in Declared.__dataclass_fields__},
            is_expired=shown.is_expired,
            verifications=tuple(
                VerificationView.model_validate(one, from_attributes=True) for one in shown.verifications
            ),
            known_before=known_before,
        )


class KindView(BaseModel):
    """A kind of paper that may be handed in."""

    kind: str
    name_vi: str
    name_en: str


class PolicyView(BaseModel):
    """Which papers are taken, and what is said of personal ones."""

    kinds: tuple[KindView, ...]
    personal_papers_vi: str
    personal_papers_en: str


class ReadingView(BaseModel):
    """Who was given a file, in which role, and when."""

    read_by: str
    role: str
    read_at: datetime


@router.get("/evidence-policy", dependencies=[allow(*READS)])
async def get_policy(_caller: Caller) -> PolicyView:
    """Return the kinds of papers that may be handed in; personal papers are none of them."""
    kinds = tuple(KindView(kind=kind, name_vi=vi, name_en=en) for kind, (vi, en) in KINDS.items())
    return PolicyView(kinds=kinds, personal_papers_vi=PERSONAL_POLICY[0], personal_papers_en=PERSONAL_POLICY[1])


@router.post("/applications/{application_id}/evidence-uploads", status_code=201, dependencies=[allow(*BRINGS)])
async def begin_upload(application_id: UUID, entry: UploadEntry, uow: Uow, caller: Caller) -> UploadView:
    """Say what paper comes and how large its file is; its parts follow."""
    declared = Declared(**entry.model_dump(exclude={"size"}))
    check = check_own(caller)
    return UploadView.of(await handlers.begin_upload(uow, application_id, declared, entry.size, caller.subject, check))


@router.get("/evidence-uploads/{upload_id}", dependencies=[allow(*BRINGS)])
async def get_upload(upload_id: UUID, uow: Uow, caller: Caller) -> UploadView:
    """Return how far an upload is, to go on after a lost connection."""
    return UploadView.of(await handlers.get_upload(uow, upload_id, check_own(caller)))


@router.put(
    "/evidence-uploads/{upload_id}/content",
    dependencies=[allow(*BRINGS)],
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}},
)
async def send_part(
    upload_id: UUID, request: Request, uow: Uow, caller: Caller, offset: Annotated[int, Query(ge=0)]
) -> UploadView:
    """Send the part that begins at a byte of the file; a part that is there already changes nothing."""
    body = await request.body()
    return UploadView.of(await handlers.take_part(uow, upload_id, offset, body, check_own(caller)))


@router.put("/evidence-uploads/{upload_id}/size", dependencies=[allow(*BRINGS)])
async def restart_upload(upload_id: UUID, entry: RestartEntry, uow: Uow, caller: Caller) -> UploadView:
    """Begin anew with another file; what was said of the paper stays."""
    return UploadView.of(await handlers.restart_upload(uow, upload_id, entry.size, check_own(caller)))


@router.post("/evidence-uploads/{upload_id}/completion", status_code=201, dependencies=[allow(*BRINGS)])
async def complete_upload(upload_id: UUID, uow: Uow, caller: Caller, depot: TheDepot) -> EvidenceView:
    """Hand the file in: looked at by its content, scanned, kept; ``known_before`` says that it was there already."""
    taken = await handlers.complete_upload(uow, depot, upload_id, caller.subject, check_own(caller))
    [shown] = await handlers.show(uow, [taken.paper])
    return EvidenceView.of(shown, known_before=taken.known_before)


@router.get("/applications/{application_id}/evidence", dependencies=[allow(*READS)])
async def list_evidence(application_id: UUID, uow: Uow, caller: Caller) -> list[EvidenceView]:
    """List an application's papers, oldest first."""
    return [EvidenceView.of(one) for one in await handlers.list_papers(uow, application_id, check_own(caller))]


@router.get(
    "/evidence/{evidence_id}/file", dependencies=[allow(*READS)], response_class=Response, responses={200: FILE}
)
async def read_file(evidence_id: UUID, uow: Uow, caller: Caller, depot: TheDepot) -> Response:
    """Hand a file out; who asked is recorded, and ``X-Scan`` says what the virus scanner found."""
    check = check_own(caller)
    return to_answer(*await handlers.read_file(uow, depot, evidence_id, caller.subject, caller.role.value, check))


def to_answer(paper: Paper, content: bytes) -> Response:
    """Return a paper's file as it is handed out: to be kept, never run or drawn by the browser."""
    ending = paper.media_type.rpartition("/")[2]
    headers = {
        "Content-Disposition": f'attachment; filename="{paper.declared.kind}-{paper.evidence_id}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
        "X-Scan": paper.scan.value,
    }
    return Response(content, media_type=paper.media_type, headers=headers)


@router.post(
    "/evidence/{evidence_id}/verifications", status_code=201, dependencies=[allow(Role.REVIEWER, Role.ORGANISER)]
)
async def verify_paper(evidence_id: UUID, entry: VerificationEntry, uow: Uow, caller: Caller) -> EvidenceView:
    """Record what a person found of a paper; earlier findings stay."""
    return EvidenceView.of(await handlers.verify_paper(uow, evidence_id, entry.finding, entry.note, caller.subject))


@router.get("/evidence/{evidence_id}/readings", dependencies=[allow(Role.ORGANISER)])
async def list_readings(evidence_id: UUID, uow: Uow) -> list[ReadingView]:
    """List who was given a file, oldest first."""
    found = await handlers.list_readings(uow, evidence_id)
    return [ReadingView.model_validate(one, from_attributes=True) for one in found]
